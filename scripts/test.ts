/**
 * `npm test`: finds or starts RabbitMQ, Redis and PostgreSQL, runs Jest with everything passed on (`npm test -- --selectProjects
 * unit`), stops what it started. It never leaves tests out because a server is missing.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { provideServices, type TestServices } from './test-services/index.ts';

const PROJECTS_WITHOUT_SERVICES = ['unit', 'architecture'];

const root = join(import.meta.dirname, '..');
const args = process.argv.slice(2);
process.exitCode = await main();

async function main(): Promise<number> {
  let services: TestServices | null = null;
  try {
    if (needsServices()) services = await provideServices(process.env, (line) => console.log(line));
    return await runJest(services?.env ?? {});
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  } finally {
    await services?.stop();
  }
}

/** Without services only when the projects asked for are known to use none. */
function needsServices(): boolean {
  const at = args.findIndex((arg) => arg === '--selectProjects' || arg.startsWith('--selectProjects='));
  if (at < 0) return true;
  const [, inline] = (args[at] as string).split('=');
  const rest = args.slice(at + 1);
  const end = rest.findIndex((arg) => arg.startsWith('-'));
  const projects = inline === undefined ? rest.slice(0, end < 0 ? rest.length : end) : [inline];
  return projects.some((project) => !PROJECTS_WITHOUT_SERVICES.includes(project));
}

function runJest(env: Readonly<Record<string, string>>): Promise<number> {
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  // The foreign clients of the simulator's tests keep native threads that nobody can end from outside.
  const child = spawn(process.execPath, [...flags, jest, '--forceExit', ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  // An interrupt reaches Jest by the terminal too; this process stays to stop what it started.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
