import { type SimulationResult, simulate } from '../test/support/simulated-engine/simulation.ts';
import { scriptArguments, wholeNumber } from './harness/script-arguments.ts';

/**
 * Runs the whole engine in many simulated worlds, one per seed: virtual clock, network and disk, kills and restarts. A seed that fails
 * is named, and `--from <seed> --count 1 --verbose` makes exactly the same run again.
 */
const values = scriptArguments('npm run simulate:seeds -- [--count N] [--from S] [--verbose] [--json]', {
  count: { type: 'string', default: '200' },
  from: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
});

const from = wholeNumber('from', values.from);
const count = wholeNumber('count', values.count);
const failures: object[] = [];
const totals = { expected: 0, lost: 0, unexpected: 0, duplicated: 0, recovered: 0, gapSlots: 0, lives: 0 };

for (let seed = from; seed < from + count; seed++) {
  const result = await simulate(seed);
  for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += result[name];
  if (values.verbose) console.error(describe(result));
  if (result.problems.length === 0) continue;
  failures.push({ seed, problems: result.problems });
  if (!values.json) console.error(`seed ${seed}: ${result.problems.join('; ')}`);
}

const summary = { seeds: count, from, ...totals, failures };
if (values.json) console.log(JSON.stringify(summary));
else {
  console.log(
    `${count} seeds: ${totals.lives} processes, ${totals.expected} events expected, ${totals.lost} lost, ${totals.unexpected} unexpected, ` +
      `${totals.duplicated} duplicated, ${totals.recovered} recognised again, ${totals.gapSlots} slots in open gaps, ${failures.length} seeds failed`,
  );
}
process.exitCode = failures.length === 0 ? 0 : 1;

function describe(result: SimulationResult): string {
  const { seed, lives, slots, expected, lost, unexpected, duplicated, recovered, gapSlots } = result;
  return `seed ${seed}: ${slots} slots, ${lives} processes, expected ${expected}, lost ${lost}, unexpected ${unexpected}, duplicated ${duplicated}, recognised ${recovered}, gap slots ${gapSlots}`;
}
