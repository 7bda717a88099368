import type { DecodedTransaction } from '../../../src/domain/contracts.ts';
import type { RawUpdate } from '../../../src/domain/update.ts';
import { readTransaction } from '../../../src/domain/wire-transaction.ts';
import type { IngestedBatch, QuarantinedUpdate } from '../../../src/pipeline/batch.ts';
import { ParsingLayer, type ParsingPlugs } from '../../../src/pipeline/parsing-layer.ts';
import { SkipCounts } from '../../../src/pipeline/skip-counts.ts';
import { rawUpdate, transactionUpdate } from '../../support/pipeline-parts.ts';
import { trade } from '../../support/protocol-events.ts';
import { madeUpUpdate } from '../../support/raw-transaction.ts';

function layer(changes: Partial<ParsingPlugs> = {}) {
  const skips = new SkipCounts();
  const kept: QuarantinedUpdate[] = [];
  const plugs: ParsingPlugs = {
    readTransaction,
    decode: (transaction) => ({ transaction, events: [trade()], undecoded: [] }),
    observers: [],
    accountObservers: [],
    programs: new Map(),
    ...changes,
  };
  const unreadable: string[] = [];
  const parsing = new ParsingLayer(
    plugs,
    skips,
    (update) => kept.push(update),
    (_, connection) => unreadable.push(connection),
  );
  return { parsing, skips, kept, unreadable };
}

const batchOf = (...transactions: RawUpdate[]): IngestedBatch => ({
  transactions,
  timesMs: transactions.map((_, index) => 1_000 + index),
  accounts: [],
  receivedAtMs: 1,
  progress: null,
  updates: transactions.length,
});

describe('the parsing layer', () => {
  test('hands on what decoded, with the time of its slot', () => {
    const { parsing } = layer();
    const { transactions } = parsing.parse(
      batchOf(transactionUpdate({ slot: 5, seed: 1 }), transactionUpdate({ slot: 5, seed: 2 })),
    );
    expect(transactions.map(({ transaction, timeMs }) => [transaction.index, timeMs])).toEqual([
      [1, 1_000],
      [2, 1_001],
    ]);
  });

  test('a failed transaction is counted by error, never decoded', () => {
    let decoded = 0;
    const { parsing, skips } = layer({
      decode: (transaction) => {
        decoded++;
        return { transaction, events: [trade()], undecoded: [] };
      },
    });
    expect(parsing.parse(batchOf(transactionUpdate({ slot: 5, seed: 1, failed: true }))).transactions).toEqual([]);
    expect(decoded).toBe(0);
    expect(skips.stats()).toEqual({ failed: 1 });
    expect(parsing.failures.stats()).toEqual({ other: { 'InstructionError Custom 6002': 1 } });
  });

  test('a version from the future is counted and kept raw; what of it can be read is told', () => {
    const { parsing, kept } = layer();
    const bytes = madeUpUpdate({ calls: [{ program: 'venue', data: Uint8Array.of(1) }], version: 2 });
    const { transactions } = parsing.parse(
      batchOf(rawUpdate('transaction', bytes), transactionUpdate({ slot: 5, seed: 2 })),
    );
    expect(transactions.map(({ transaction }) => transaction.version)).toEqual([2, 'legacy']);
    expect(kept.map(({ reason, note }) => [reason, note])).toEqual([['unknown-version', 'transaction version 2']]);
    expect(kept[0]?.bytes).toBe(bytes);
    expect(parsing.stats()).toMatchObject({ unknownVersions: 1 });
    expect(parsing.errors).toBe(0);
  });

  test('a version from the future that does not decode at all costs itself alone', () => {
    const decode: ParsingPlugs['decode'] = (transaction) => {
      if (transaction.version === 2) throw new Error('no such program');
      return { transaction, events: [trade()], undecoded: [] };
    };
    const { parsing, kept, skips } = layer({ decode });
    const bytes = madeUpUpdate({ calls: [{ program: 'venue' }], version: 2 });
    const { transactions } = parsing.parse(
      batchOf(rawUpdate('transaction', bytes), transactionUpdate({ slot: 5, seed: 2 })),
    );
    expect(transactions).toHaveLength(1);
    expect(kept.map(({ reason }) => reason)).toEqual(['unknown-version', 'decoder-failed']);
    expect(skips.stats()).toEqual({ 'decoder-failed': 1 });
  });

  test('a decoder that throws costs one transaction, kept raw', () => {
    const { parsing, unreadable, kept } = layer({
      decode: (transaction) => {
        if (transaction.index === 1) throw new Error('broken');
        return { transaction, events: [trade()], undecoded: [] };
      },
    });
    const bad = transactionUpdate({ slot: 5, seed: 1 });
    expect(parsing.parse(batchOf(bad, transactionUpdate({ slot: 5, seed: 2 }))).transactions).toHaveLength(1);
    expect(unreadable).toEqual([]);
    expect(kept).toEqual([{ reason: 'decoder-failed', bytes: bad.bytes, connection: 'a', note: 'broken' }]);
    expect(parsing.errors).toBe(1);
  });

  test('bytes that are no transaction are kept raw', () => {
    const { parsing, kept, unreadable } = layer();
    parsing.parse(batchOf(rawUpdate('transaction', Uint8Array.of(255))));
    expect(kept.map((update) => update.reason)).toEqual(['malformed-transaction']);
    expect(unreadable).toEqual(['a']);
  });

  test('what was not decoded goes on to the monitors, without any event', () => {
    const undecoded = {
      program: 'x',
      discriminator: '00',
      reason: 'unknown-event' as const,
      path: { outer: 0, inner: -1 },
    };
    const { parsing } = layer({ decode: (transaction) => ({ transaction, events: [], undecoded: [undecoded] }) });
    const { transactions } = parsing.parse(batchOf(transactionUpdate({ slot: 5, seed: 1 })));
    expect(transactions.map((one) => one.undecoded)).toEqual([[undecoded]]);
  });

  test('observers see every decoded transaction, also one without events, and may fail', () => {
    const seen: DecodedTransaction[] = [];
    const { parsing } = layer({
      decode: (transaction) => ({ transaction, events: [], undecoded: [] }),
      observers: [
        () => {
          throw new Error('broken');
        },
        (decoded) => seen.push(decoded),
      ],
    });
    expect(parsing.parse(batchOf(transactionUpdate({ slot: 5, seed: 1 }))).transactions).toEqual([]);
    expect(seen).toHaveLength(1);
    expect(parsing.errors).toBe(1);
  });
});
