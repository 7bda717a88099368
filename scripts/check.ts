import { spawnSync } from 'node:child_process';

/** `npm run check`: format and lint, types, unit and architecture tests. One command, under a minute, no service needed. */
const steps: readonly (readonly [string, readonly string[]])[] = [
  ['format and lint', ['biome', 'check', '--config-path=config/lint.json', '.']],
  ['types', ['tsc', '-p', '.']],
  [
    'unit and architecture tests',
    // They measure no time and share nothing: every core may work, where Jest by itself would leave one idle.
    ['npm', 'run', '-s', 'jest', '--', '--maxWorkers=100%', '--selectProjects', 'unit', 'architecture'],
  ],
];

for (const [name, [command, ...args]] of steps) {
  const { status } = spawnSync(command as string, args, { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`check: ${name} failed`);
    process.exit(1);
  }
}
