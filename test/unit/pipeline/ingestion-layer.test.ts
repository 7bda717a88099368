import type { QuarantinedUpdate } from '../../../src/pipeline/batch.ts';
import { IngestionLayer } from '../../../src/pipeline/ingestion-layer.ts';
import { SkipCounts } from '../../../src/pipeline/skip-counts.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import {
  blockMetaUpdate,
  rawUpdate,
  SimpleTracker,
  slotUpdate,
  transactionUpdate,
} from '../../support/pipeline-parts.ts';

function layer() {
  const tracker = new SimpleTracker();
  const skips = new SkipCounts();
  const kept: QuarantinedUpdate[] = [];
  const clock = new FakeClock();
  const ingestion = new IngestionLayer({ dedupEntriesMax: 100 }, tracker, skips, (update) => kept.push(update), clock);
  return { ingestion, tracker, skips, kept, clock };
}

describe('the ingestion layer', () => {
  test('keeps the first sight of a transaction and counts the second for the connection that brought it', () => {
    const { ingestion, skips } = layer();
    const first = transactionUpdate({ slot: 5, seed: 1 });
    const batch = ingestion.ingest([first, transactionUpdate({ slot: 5, seed: 1, connection: 'b' })]);
    expect(batch.transactions).toEqual([first]);
    expect(batch.updates).toBe(2);
    expect(skips.stats()).toEqual({ duplicate: 1 });
    expect(ingestion.connections.stats()).toEqual({
      a: { transactions: 1, duplicates: 0 },
      b: { transactions: 1, duplicates: 1 },
    });
  });

  test('tells the tracker everything that arrives, and of a slot its data once until something else happens', () => {
    const { ingestion, tracker } = layer();
    ingestion.ingest([
      { type: 'opened', connection: 'a', groups: ['amm'], fromSlot: 4 },
      transactionUpdate({ slot: 5, seed: 1 }),
      transactionUpdate({ slot: 5, seed: 2 }),
      blockMetaUpdate(5, 1_780_000_000),
      transactionUpdate({ slot: 5, seed: 3 }),
      transactionUpdate({ slot: 5, seed: 3, connection: 'b' }),
      slotUpdate(5, 'confirmed'),
      { type: 'closed', connection: 'a', groups: ['amm'], handedOver: true, reason: 'moved' },
    ]);
    expect(tracker.calls).toEqual([
      'opened a amm 4',
      'data a 5',
      'blockMeta a 5',
      'data a 5',
      'data b 5',
      'slot a 5 confirmed',
      'closed a amm',
    ]);
  });

  test('asks for progress only when the tracker heard something', () => {
    const { ingestion } = layer();
    expect(ingestion.ingest([slotUpdate(5, 'finalized')]).progress).toMatchObject({ checkpoint: 5 });
    expect(ingestion.ingest([rawUpdate('ping', new Uint8Array(0))]).progress).toBeNull();
    expect(ingestion.ingest([transactionUpdate({ slot: 5, seed: 1 })]).progress).not.toBeNull();
    expect(ingestion.ingest([transactionUpdate({ slot: 5, seed: 2 })]).progress).toBeNull();
  });

  test('what is newer than this build is counted and passed over', () => {
    const { ingestion, tracker, skips, kept } = layer();
    const newStatus = Uint8Array.of(0x1a, 0x04, 0x08, 0x05, 0x18, 0x07);
    ingestion.ingest([rawUpdate('slot', newStatus), rawUpdate('unknown', newStatus)]);
    expect(skips.stats()).toEqual({ 'not-followed': 2 });
    expect([tracker.calls, kept]).toEqual([[], []]);
  });

  test('broken bytes are kept aside as they came', () => {
    const { ingestion, skips, kept } = layer();
    const bytes = Uint8Array.of(0x1a, 0x7f);
    ingestion.ingest([rawUpdate('unreadable', bytes, 'b')]);
    expect(skips.stats()).toEqual({ malformed: 1 });
    expect(kept).toMatchObject([{ reason: 'malformed-update', bytes, connection: 'b' }]);
  });

  test('dates a slot by the first message of it, then by its block', () => {
    const { ingestion } = layer();
    const told = 1_780_000_000_000 + 5 * 400;
    const { timesMs } = ingestion.ingest([
      transactionUpdate({ slot: 5, seed: 1 }),
      blockMetaUpdate(5, 1_779_999_990),
      transactionUpdate({ slot: 5, seed: 2 }),
    ]);
    expect(timesMs).toEqual([told, 1_779_999_990_000]);
  });

  test('what still comes for a dead slot goes no further, unless the cluster voted for the slot after all', () => {
    const { ingestion, skips } = layer();
    ingestion.ingest([slotUpdate(5, 'dead')]);
    expect(ingestion.ingest([transactionUpdate({ slot: 5, seed: 1 })]).transactions).toEqual([]);
    expect(skips.stats()).toEqual({ 'dead-slot': 1 });
    ingestion.ingest([slotUpdate(5, 'confirmed')]);
    expect(ingestion.ingest([transactionUpdate({ slot: 5, seed: 2 })]).transactions).toHaveLength(1);
  });

  test('what was turned away because its slot was dead is new when the slot is filled after all', () => {
    const { ingestion, skips } = layer();
    ingestion.ingest([slotUpdate(5, 'dead')]);
    ingestion.ingest([transactionUpdate({ slot: 5, seed: 1 })]);
    ingestion.ingest([slotUpdate(5, 'confirmed')]);
    expect(ingestion.ingest([transactionUpdate({ slot: 5, seed: 1 })]).transactions).toHaveLength(1);
    expect(skips.stats()).toEqual({ 'dead-slot': 1 });
  });

  test('a slot that a confirmed descendant brings back is alive again', () => {
    const { ingestion, tracker } = layer();
    ingestion.ingest([slotUpdate(5, 'dead')]);
    tracker.next = { confirmed: [5] };
    ingestion.ingest([slotUpdate(6, 'confirmed')]);
    expect(ingestion.ingest([transactionUpdate({ slot: 5, seed: 1 })]).transactions).toHaveLength(1);
  });

  test('quarantines bytes that are no update and goes on with their neighbours', () => {
    const { ingestion, kept, skips } = layer();
    const good = transactionUpdate({ slot: 5, seed: 1 });
    const cut = rawUpdate('transaction', good.bytes.subarray(0, good.bytes.length >> 1));
    const batch = ingestion.ingest([cut, rawUpdate('slot', Uint8Array.of(255, 255, 255)), good]);
    expect(batch.transactions).toEqual([good]);
    expect(kept.map((update) => update.reason)).toEqual(['malformed-update', 'malformed-update']);
    expect(kept[0]?.bytes).toBe(cut.bytes);
    expect(ingestion.errors).toBe(2);
    expect(skips.stats()).toEqual({ malformed: 2 });
  });

  test('of a transaction that cannot be read the tracker hears, and the next copy of it is new', () => {
    const { ingestion, tracker, skips } = layer();
    const first = transactionUpdate({ slot: 5, seed: 1 });
    ingestion.ingest([first]);
    ingestion.unreadable(first.bytes, 'a');
    expect(tracker.calls.at(-1)).toBe('unreadable a 5');
    const copy = transactionUpdate({ slot: 5, seed: 1, connection: 'rpc' });
    const batch = ingestion.ingest([copy, transactionUpdate({ slot: 5, seed: 1 })]);
    expect(batch.transactions).toEqual([copy]);
    expect(batch.progress).not.toBeNull();
    expect(skips.stats()).toEqual({ duplicate: 1 });
    ingestion.unreadable(Uint8Array.of(255), 'a');
    expect(tracker.calls.filter((call) => call.startsWith('unreadable'))).toHaveLength(1);
  });

  test('hands account writes on and counts what nobody follows', () => {
    const { ingestion, skips } = layer();
    ingestion.ingest([rawUpdate('entry', new Uint8Array(0)), rawUpdate('pong', new Uint8Array(0))]);
    expect(skips.stats()).toEqual({ 'not-followed': 1 });
  });
});
