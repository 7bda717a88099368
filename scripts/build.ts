import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** `npm run build`: the sources as plain JavaScript in dist/, and the web page beside them. */
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
const compiler = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'tsc.cmd' : 'tsc');
const { status } = spawnSync(compiler, ['-p', join(root, 'config', 'tsconfig.build.json')], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
if (status === 0) cpSync(join(root, 'src', 'dashboard'), join(dist, 'dashboard'), { recursive: true });
process.exitCode = status ?? 1;
