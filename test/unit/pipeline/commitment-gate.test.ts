import type { SlotProgress } from '../../../src/domain/slot.ts';
import { transactionSlot } from '../../../src/domain/update-reader.ts';
import type { IngestedBatch } from '../../../src/pipeline/batch.ts';
import { CommitmentGate } from '../../../src/pipeline/commitment-gate.ts';
import { SkipCounts } from '../../../src/pipeline/skip-counts.ts';
import { transactionUpdate } from '../../support/pipeline-parts.ts';

const QUIET: SlotProgress = {
  dead: [],
  confirmed: [],
  finalized: [],
  gapsOpened: [],
  gapsClosed: [],
  checkpoint: null,
};

function gate(
  levels: readonly (readonly [string, 'processed' | 'confirmed' | 'finalized'])[],
  heldBytesMax = 1_000_000,
) {
  const skips = new SkipCounts();
  return { skips, gate: new CommitmentGate({ levels: new Map(levels), heldBytesMax }, skips) };
}

/** A batch of one transaction per slot, all of one group, and what the slot accounting says with it. */
function batch(group: string, slots: readonly number[], progress: Partial<SlotProgress> | null = null): IngestedBatch {
  const transactions = slots.map((slot, index) =>
    transactionUpdate({ slot, seed: slot * 10 + index, filters: [group] }),
  );
  return {
    transactions,
    timesMs: slots.map((slot) => slot * 400),
    accounts: [],
    receivedAtMs: 1,
    progress: progress === null ? null : { ...QUIET, ...progress },
    updates: slots.length,
  };
}

const slotsOf = (passed: IngestedBatch): readonly number[] =>
  passed.transactions.map(({ bytes }) => transactionSlot(bytes));

describe('CommitmentGate', () => {
  test('is not there when no group waits', () => {
    const given = batch('amm', [5]);
    expect(gate([]).gate.pass(given)).toBe(given);
  });

  test('lets a group through that emits at processed, and holds one that waits until its slot is confirmed', () => {
    const { gate: held } = gate([['amm', 'confirmed']]);
    expect(slotsOf(held.pass(batch('bonding-curve', [10])))).toEqual([10]);
    expect(slotsOf(held.pass(batch('amm', [10, 11])))).toEqual([]);
    const passed = held.pass(batch('amm', [12], { confirmed: [11, 10] }));
    expect(slotsOf(passed)).toEqual([10, 11]);
    expect(passed.timesMs).toEqual([4000, 4400]);
    expect(held.stats().heldSlots).toBe(1);
  });

  test('finalized waits longer than confirmed; what comes after its slot’s commitment passes at once', () => {
    const { gate: held } = gate([['amm', 'finalized']]);
    held.pass(batch('amm', [10]));
    expect(slotsOf(held.pass(batch('amm', [], { confirmed: [10] })))).toEqual([]);
    expect(slotsOf(held.pass(batch('amm', [], { finalized: [10] })))).toEqual([10]);
    expect(slotsOf(held.pass(batch('amm', [10])))).toEqual([10]);
  });

  test('the checkpoint never passes a slot that still holds something, and follows once it is released', () => {
    const { gate: held } = gate([['amm', 'confirmed']]);
    expect(held.pass(batch('amm', [10], { checkpoint: 8 })).progress?.checkpoint).toBe(8);
    expect(held.pass(batch('amm', [], { checkpoint: 12 })).progress?.checkpoint).toBe(9);
    expect(held.pass(batch('amm', [], { confirmed: [10], checkpoint: 12 })).progress?.checkpoint).toBe(12);
  });

  test('what dies on a fork while it waits is never told, and counted', () => {
    const { gate: held, skips } = gate([['amm', 'confirmed']]);
    held.pass(batch('amm', [10, 11]));
    expect(slotsOf(held.pass(batch('amm', [], { dead: [10], confirmed: [11] })))).toEqual([11]);
    expect(skips.stats()).toMatchObject({ 'dead-slot': 1 });
    expect(held.stats()).toEqual({ heldSlots: 0, heldBytes: 0 });
  });

  test('a slot that an open gap accounts for does not hold the checkpoint, one of another group does', () => {
    const { gate: held } = gate([
      ['amm', 'confirmed'],
      ['curve', 'confirmed'],
    ]);
    const gap = { from: 10, to: 12, groups: ['amm'], reason: 'not-delivered', sinceMs: 0, filledBy: null };
    held.pass(batch('amm', [10, 11], { checkpoint: 9 }));
    held.pass(batch('curve', [12]));
    expect(held.pass(batch('amm', [], { checkpoint: 100, gapsOpened: [gap] })).progress?.checkpoint).toBe(11);
    expect(slotsOf(held.pass(batch('amm', [], { confirmed: [10, 12] })))).toEqual([10, 12]);
    expect(held.pass(batch('amm', [], { checkpoint: 101 })).progress?.checkpoint).toBe(101);
  });

  test('a confirmed slot far below a finalized one is final, whatever was heard of the link between them', () => {
    const { gate: held } = gate([['amm', 'finalized']]);
    held.pass(batch('amm', [10, 11], { confirmed: [10] }));
    expect(slotsOf(held.pass(batch('amm', [], { finalized: [74] })))).toEqual([]);
    expect(slotsOf(held.pass(batch('amm', [], { finalized: [75] })))).toEqual([10]);
  });

  test('a slot nobody ever speaks of again is never told below its level: the run starts anew', () => {
    const { gate: held } = gate([['amm', 'confirmed']]);
    held.pass(batch('amm', [], { checkpoint: 8 }));
    held.pass(batch('amm', [10], { checkpoint: 9 }));
    expect(held.pass(batch('amm', [], { checkpoint: 100 })).progress?.checkpoint).toBe(9);
    expect(slotsOf(held.pass(batch('amm', [], { checkpoint: 2_056 })))).toEqual([]);
    expect(() => held.pass(batch('amm', [], { checkpoint: 2_057 }))).toThrow(/starts? anew|no longer confirms/);
  });

  test('an old slot that is filled does not make a recent one forgotten', () => {
    const { gate: held } = gate([['amm', 'finalized']]);
    held.pass(batch('amm', [], { finalized: [5_000] }));
    expect(slotsOf(held.pass(batch('amm', [904], { confirmed: [904], finalized: [904] })))).toEqual([904]);
    expect(slotsOf(held.pass(batch('amm', [5_000])))).toEqual([5_000]);
  });

  test('a stream that no longer confirms ends the run instead of filling the memory', () => {
    const { gate: held } = gate([['amm', 'confirmed']], 500);
    expect(() => {
      for (let slot = 1; slot < 1000; slot++) held.pass(batch('amm', [slot]));
    }).toThrow(/no longer confirms/);
  });

  test('a gap is filled only when nothing of what fills it is held any more', () => {
    const { gate: held } = gate([['amm', 'finalized']]);
    const gap = { from: 10, to: 12, groups: ['amm'], reason: 'not-delivered', sinceMs: 0, filledBy: 'rpc' };
    const other = { ...gap, from: 20, to: 21 };
    const first = held.pass(batch('amm', [11], { confirmed: [11], gapsClosed: [gap, other] }));
    expect([slotsOf(first), first.progress?.gapsClosed]).toEqual([[], [other]]);
    const quiet = held.pass(batch('amm', [], { confirmed: [13] }));
    expect(quiet.progress?.gapsClosed).toEqual([]);
    const last = held.pass(batch('amm', [], { finalized: [11] }));
    expect([slotsOf(last), last.progress?.gapsClosed]).toEqual([[11], [gap]]);
  });
});
