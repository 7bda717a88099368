import {
  blockMetaUpdate,
  createdAtField,
  type SimulatedUpdate,
  slotUpdate,
  transactionUpdate,
} from '../../../src/simulator/simulated-update.ts';
import { type Release, SlotRing } from '../../../src/simulator/slot-ring.ts';
import { aTransaction } from '../../support/simulator.ts';

const stamped = (update: SimulatedUpdate) => ({ update, createdAt: createdAtField(0) });
const meta = (slot: number, executedTransactions: number) =>
  blockMetaUpdate({
    slot,
    parent: slot - 1,
    blockhash: `hash ${slot}`,
    parentBlockhash: `hash ${slot - 1}`,
    height: slot,
    blockTime: 0,
    executedTransactions,
    entries: 0,
  });
const lines = (releases: readonly Release[]) =>
  releases.map(({ commitment, item }) => `${commitment} ${'block' in item ? 'block' : item.update.kind}`);

function fill(ring: SlotRing, slot: number): void {
  ring.add(stamped(transactionUpdate(slot, 0, aTransaction({}))));
  ring.add(stamped(meta(slot, 1)));
  ring.add(stamped(slotUpdate(slot, slot - 1, 'processed')));
}

describe('the slot ring', () => {
  test('shows data to processed readers at once and a block when its meta and all it counts are there', () => {
    const ring = new SlotRing(10);
    expect(lines(ring.add(stamped(meta(5, 1))))).toEqual(['processed blockMeta']);
    const late = ring.add(stamped(transactionUpdate(5, 0, aTransaction({}))));
    expect(lines(late)).toEqual(['processed transaction', 'processed block']);
  });

  test('shows a slot to higher levels once, when it reaches them, even if a status comes twice or is skipped', () => {
    const ring = new SlotRing(10);
    fill(ring, 5);
    const finalized = lines(ring.add(stamped(slotUpdate(5, 4, 'finalized'))));
    expect(finalized).toEqual([
      'confirmed transaction',
      'confirmed block',
      'confirmed blockMeta',
      'finalized transaction',
      'finalized block',
      'finalized blockMeta',
      'processed slot',
      'confirmed slot',
      'finalized slot',
    ]);
    expect(lines(ring.add(stamped(slotUpdate(5, 4, 'confirmed'))))).toEqual([
      'processed slot',
      'confirmed slot',
      'finalized slot',
    ]);
  });

  test('shows data that comes late to every level its slot has reached', () => {
    const ring = new SlotRing(10);
    fill(ring, 5);
    ring.add(stamped(slotUpdate(5, null, 'confirmed')));
    const late = ring.add(stamped(transactionUpdate(5, 1, aTransaction({}))));
    expect(lines(late)).toEqual(['processed transaction', 'confirmed transaction']);
  });

  test('serves as many slots as it was given, and is not fooled by a status of a slot long gone', () => {
    const ring = new SlotRing(3);
    for (let slot = 100; slot < 200; slot++) fill(ring, slot);
    ring.add(stamped(slotUpdate(100, null, 'finalized')));
    expect(ring.firstAvailable).toBe(197);
    expect(ring.replay(196, 'processed')).toEqual({ type: 'gone', firstAvailable: 197 });
    expect(ring.replay(197, 'processed')).toMatchObject({ type: 'served' });
    expect(ring.replay(200, 'processed')).toEqual({ type: 'none' });
    expect(ring.replay(198, 'confirmed')).toEqual({ type: 'none' });
  });

  test('without room for replays still serves the commitment levels', () => {
    const ring = new SlotRing(0);
    fill(ring, 5);
    expect(ring.firstAvailable).toBeNull();
    expect(lines(ring.add(stamped(slotUpdate(5, null, 'confirmed'))))).toContain('confirmed transaction');
  });

  test('keeps all of a block that was called dead, with that word, until the block comes anew', () => {
    const ring = new SlotRing(10);
    fill(ring, 5);
    ring.add(stamped(slotUpdate(5, 4, 'dead')));
    ring.add(stamped(transactionUpdate(5, 1, aTransaction({}))));
    ring.add(stamped(slotUpdate(5, 4, 'confirmed')));
    expect(replayed(ring)).toEqual(['transaction', 'transaction', 'blockMeta', 'processed', 'dead', 'confirmed']);
    ring.add(stamped(slotUpdate(5, 4, 'createdBank')));
    fill(ring, 5);
    expect(replayed(ring)).toEqual(['transaction', 'blockMeta', 'processed']);
  });
});

function replayed(ring: SlotRing): readonly string[] {
  const replay = ring.replay(5, 'processed');
  if (replay.type !== 'served') return [];
  return replay.items.flatMap((item) => {
    if ('block' in item) return [];
    return [item.update.kind === 'slot' ? item.update.status : item.update.kind];
  });
}
