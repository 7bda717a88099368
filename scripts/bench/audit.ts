import { auditTransaction } from '../../src/decode/audit/audit.ts';
import { isAudited } from '../../src/decode/audit/claim.ts';
import { PROGRAMS } from '../../src/decode/programs.ts';
import { createDecoder } from '../../src/decode/registry.ts';
import { encodeJsonRpcTransaction } from '../../src/domain/json-rpc-transaction.ts';
import { readTransaction } from '../../src/domain/wire-transaction.ts';
import { sampleTransactions } from '../../test/support/samples.ts';

/**
 * `npm run bench:audit -- [--json]`: what the audit of one real transaction costs on top of its decoding, by venue. Reading and
 * decoding are measured in the same rounds and taken off, since an audit needs a fresh transaction each time.
 */
const ROUND_MS = 60;
const ROUNDS = 9;
const WARM_UP_ROUNDS = 3;
const { decode } = createDecoder(PROGRAMS, null);

function updatesByVenue(): ReadonlyMap<string, readonly Uint8Array[]> {
  const found = new Map<string, Uint8Array[]>();
  for (const { json } of sampleTransactions()) {
    const update = encodeJsonRpcTransaction(json, { index: 0, createdAtMs: null });
    const venues = decode(readTransaction(update))
      .events.filter(isAudited)
      .map(({ venue }) => venue);
    for (const venue of new Set(['all', ...venues])) {
      if (venues.length > 0) found.set(venue, [...(found.get(venue) ?? []), update]);
    }
  }
  return found;
}

/** CPU time of this thread: what else runs on the machine does not count. */
function cpuMicroseconds(): number {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage).call(process);
  return user + system;
}

function usPerCall(updates: readonly Uint8Array[], run: (update: Uint8Array) => void): number {
  const before = cpuMicroseconds();
  const end = performance.now() + ROUND_MS;
  let calls = 0;
  while (performance.now() < end) {
    for (const update of updates) run(update);
    calls += updates.length;
  }
  return (cpuMicroseconds() - before) / calls;
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? Number.NaN;
}

const figures: Record<string, { readonly samples: number; readonly decodeUs: number; readonly auditUs: number }> = {};
for (const [venue, updates] of updatesByVenue()) {
  const bare: number[] = [];
  const added: number[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const decoding = usPerCall(updates, (update) => void decode(readTransaction(update)));
    const both = usPerCall(updates, (update) => auditTransaction(decode(readTransaction(update))));
    if (round < WARM_UP_ROUNDS) continue;
    bare.push(decoding);
    added.push(both - decoding);
  }
  const rounded = (value: number) => Math.round(value * 100) / 100;
  figures[venue] = { samples: updates.length, decodeUs: rounded(median(bare)), auditUs: rounded(median(added)) };
}
if (process.argv.includes('--json')) console.log(JSON.stringify({ auditUsPerTx: figures, node: process.version }));
else console.table(figures);
