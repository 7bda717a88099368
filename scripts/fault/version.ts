import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** What is run: the short commit, with a plus when files differ from it; the package's version where there is no git. */
export function versionOfCode(): string {
  const commit = git('rev-parse', '--short=7', 'HEAD');
  if (commit !== null)
    return git('status', '--porcelain', '--', 'src', 'scripts', 'config') === '' ? commit : `${commit}+`;
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
  return version;
}

function git(...args: readonly string[]): string | null {
  const { status, stdout } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}
