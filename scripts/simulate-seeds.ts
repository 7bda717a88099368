import { availableParallelism } from 'node:os';
import type { SimulationResult } from '../test/support/simulated-engine/simulation.ts';
import { scriptArguments, wholeNumber } from './harness/script-arguments.ts';
import { simulateSeeds } from './harness/seed-workers.ts';

/**
 * Runs the whole engine in many simulated worlds, one per seed: virtual clock, network, disk, RPC node and broker, kills and restarts. A
 * seed that fails is named, and `--from <seed> --count 1 --verbose` makes exactly the same run again.
 */
const values = scriptArguments('npm run simulate:seeds -- [--count N] [--from S] [--threads N] [--verbose] [--json]', {
  count: { type: 'string', default: '200' },
  from: { type: 'string', default: '1' },
  threads: { type: 'string', default: String(availableParallelism()) },
  json: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
});

const from = wholeNumber('from', values.from);
const count = wholeNumber('count', values.count);
const threads = Math.max(1, wholeNumber('threads', values.threads));
const results = await simulateSeeds({ from, count }, threads, (result) => {
  if (values.verbose) console.error(describe(result));
  if (!values.json && result.problems.length > 0) console.error(`seed ${result.seed}: ${result.problems.join('; ')}`);
});
const failures = results.flatMap(({ seed, problems }) => (problems.length === 0 ? [] : [{ seed, problems }]));
const totals = {
  expected: 0,
  lost: 0,
  unexpected: 0,
  duplicated: 0,
  recovered: 0,
  gapSlots: 0,
  filledSlots: 0,
  blocks: 0,
  gated: 0,
  lives: 0,
  restarts: 0,
  redelivered: 0,
};
for (const name of Object.keys(totals) as (keyof typeof totals)[])
  totals[name] = results.reduce((sum, result) => sum + result[name], 0);

if (values.json) console.log(JSON.stringify({ seeds: count, from, ...totals, failures }));
else {
  console.log(
    `${count} seeds: ${totals.lives} processes, ${totals.restarts} restarts within one, ${totals.expected} events expected, ${totals.lost} lost, ` +
      `${totals.unexpected} unexpected, ${totals.duplicated} duplicated, ${totals.recovered} recognised again, ${totals.redelivered} delivered again, ` +
      `${totals.gapSlots} slots in open gaps, ${totals.filledSlots} in closed ones, ${totals.blocks} blocks fetched, ` +
      `${totals.gated} worlds with a commitment gate, ${failures.length} seeds failed`,
  );
}
process.exitCode = failures.length === 0 ? 0 : 1;

function describe(result: SimulationResult): string {
  const { seed, lives, slots, expected, lost, unexpected, duplicated, recovered, gapSlots, filledSlots } = result;
  return `seed ${seed}: ${slots} slots, ${lives} processes, expected ${expected}, lost ${lost}, unexpected ${unexpected}, duplicated ${duplicated}, recognised ${recovered}, gap slots ${gapSlots} open, ${filledSlots} closed`;
}
