import { fuzzDecode } from './harness/decode-fuzz.ts';
import { scriptArguments, wholeNumber } from './harness/script-arguments.ts';

/**
 * `npm run fuzz:decode -- [--cases N] [--seed S] [--source folder] [--json]`: mutated updates through the whole decoder. A refusal (one
 * EngineError) is an answer; anything else thrown is a crash, and more than 100 ms for one update is a hang.
 */
const values = scriptArguments('npm run fuzz:decode -- [--cases N] [--seed S] [--source <folder>] [--json]', {
  cases: { type: 'string', default: '1000000' },
  seed: { type: 'string', default: '1' },
  source: { type: 'string' },
  json: { type: 'boolean', default: false },
});

const seed = wholeNumber('seed', values.seed);
const { examples, ...totals } = fuzzDecode({
  cases: wholeNumber('cases', values.cases),
  seed,
  source: values.source ?? null,
});
for (const example of examples) console.error(`crash in ${example}`);
const [slowestMs, heapMaxMb] = [Math.round(totals.slowestMs), Math.round(totals.heapMaxMb)];
const result = { ...totals, slowestMs, heapMaxMb, seed, node: process.version };
if (values.json) console.log(JSON.stringify(result));
else console.table(result);
process.exitCode = totals.crashes + totals.hangs === 0 ? 0 : 1;
