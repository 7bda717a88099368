import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Small tools for starting servers: binaries, ports, waiting, stopping. Only what was started here is ever stopped here. */

/** The first of these files that exists: plain names are looked up on the path, patterns and paths in the file system. */
export function findBinary(...candidates: readonly string[]): string | null {
  const folders = (process.env['PATH'] ?? '').split(':');
  for (const candidate of candidates) {
    const paths = candidate.includes('/')
      ? globSync(candidate).sort().reverse()
      : folders.map((f) => join(f, candidate));
    const found = paths.find((path) => existsSync(path));
    if (found !== undefined) return found;
  }
  return null;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

export interface Started {
  readonly child: ChildProcess;
  /** What it wrote last, for the sentence that says why it did not start. */
  tail(): string;
}

export interface StartOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** Starts a server as the head of a process group of its own, so that all of it can be stopped. */
export function start(command: string, args: readonly string[], options: StartOptions): Started {
  const identity = options.uid === undefined ? {} : { uid: options.uid, gid: options.gid ?? options.uid };
  const child = spawn(command, args, {
    cwd: options.folder,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...identity,
  });
  // A run that ends in the middle must not leave servers behind.
  const endWithUs = () => child.pid !== undefined && signalGroup(child.pid, 'SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.removeListener('exit', endWithUs));
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-2_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', (error) => keep(Buffer.from(error.message)));
  return { child, tail: () => output.trim() };
}

/** Waits until the server answers; rejects when it ended or the time is over. */
export async function untilAnswering(
  name: string,
  started: Started,
  probe: () => Promise<void>,
  limitMs: number,
): Promise<void> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    try {
      await probe();
      return;
    } catch (error) {
      if (started.child.exitCode !== null)
        throw new Error(`${name} ended with ${started.child.exitCode}: ${started.tail()}`);
      if (performance.now() > endMs)
        throw new Error(`${name} does not answer: ${(error as Error).message}; ${started.tail()}`);
      await sleep(200);
    }
  }
}

/** Asks the group to end, waits, then insists. */
export async function stopGroup(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  signalGroup(child.pid, 'SIGTERM');
  const timer = new AbortController();
  await Promise.race([ended, sleep(graceMs, undefined, { signal: timer.signal }).catch(() => {})]);
  timer.abort();
  signalGroup(child.pid, 'SIGKILL');
  await ended;
}

export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
}

export function run(
  command: string,
  args: readonly string[],
  timeoutMs: number,
  env = process.env,
): { ok: boolean; text: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, { timeout: timeoutMs, encoding: 'utf8', env });
  return { ok: status === 0, text: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim() };
}

/** Whose accounts a server that refuses to run as root can use; empty when we are not root. */
export function unprivileged(user: string): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  for (const name of [user, 'nobody']) {
    const uid = run('id', ['-u', name], 5_000);
    const gid = run('id', ['-g', name], 5_000);
    if (uid.ok && gid.ok) return { uid: Number(uid.text), gid: Number(gid.text) };
  }
  return {};
}
