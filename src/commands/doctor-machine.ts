import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { messageOf } from '../lib/errors.ts';
import { type DoctorCheck, failed, passed } from './doctor-check.ts';

const GIBIBYTE = 1_073_741_824;
const FREE_MIN_BYTES = GIBIBYTE;
const RUNTIME_MIN = [22, 19] as const;

export function runtimeCheck(version: string, platform: string): DoctorCheck {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const isNewEnough = major > RUNTIME_MIN[0] || (major === RUNTIME_MIN[0] && minor >= RUNTIME_MIN[1]);
  const text = `Node ${version} on ${platform}`;
  return isNewEnough
    ? passed('runtime', text)
    : failed('runtime', `${text}: install Node 24, or at least ${RUNTIME_MIN.join('.')}`);
}

/** The folder itself, or where it will be made: writable, and with room for the outbox. Nothing is created. */
export function dataFolderCheck(folder: string): DoctorCheck {
  const name = 'data folder';
  const advice = 'set SLUICE_DATA_DIR to a folder this user may write';
  const path = resolve(folder);
  const standing = nearestExisting(path);
  try {
    if (!statSync(standing).isDirectory()) return failed(name, `${standing} is not a folder: ${advice}`);
    accessSync(standing, constants.R_OK | constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(standing);
    const freeBytes = bavail * bsize;
    const text = `${path} ${standing === path ? 'is writable' : 'can be made'}, ${(freeBytes / GIBIBYTE).toFixed(1)} GiB free`;
    return freeBytes < FREE_MIN_BYTES ? failed(name, `${text}: make room, the outbox needs it`) : passed(name, text);
  } catch (error) {
    return failed(name, `${path} cannot be written (${messageOf(error)}): ${advice}`);
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

/** The API's port: free, or taken by an engine that runs already, or by somebody else. */
export async function portCheck(host: string, port: number, signal: AbortSignal): Promise<DoctorCheck> {
  const name = 'api port';
  if (port === 0) return passed(name, 'a free one is taken at start');
  const trouble = await listenOnce(host, port);
  if (trouble === null) return passed(name, `${host}:${port} is free`);
  if (await answersAsEngine(host, port, signal)) return passed(name, `an engine is serving on ${host}:${port}`);
  return failed(name, `${host}:${port} cannot be used (${trouble}): stop what uses it, or set API_PORT`);
}

function listenOnce(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(messageOf(error)));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}

async function answersAsEngine(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch(`http://${host.includes(':') ? `[${host}]` : host}:${port}/health/live`, { signal });
    return ((await answer.json()) as { status?: unknown }).status === 'live';
  } catch {
    return false;
  }
}
