import fc from 'fast-check';
import { Chain } from '../../../src/simulator/chain.ts';
import { STRAIGHT_CHAIN, scriptedChain } from '../../../src/simulator/chain-plan.ts';
import type { SimulatedUpdate } from '../../../src/simulator/simulated-update.ts';
import type { SlotContext, TruthSource } from '../../../src/simulator/truth-source.ts';
import { anAccountWrite, aTransaction } from '../../support/simulator.ts';

const options = {
  firstSlot: 100,
  startTime: 1_700_000_000,
  slotMs: 400,
  confirmAfter: 1,
  finalizeAfter: 31,
  parts: 4,
  plan: STRAIGHT_CHAIN,
};

/** Gives one transaction a slot for so many slots, and remembers what it was asked. */
function source(slots: number): TruthSource & { readonly contexts: SlotContext[] } {
  const contexts: SlotContext[] = [];
  return {
    name: 'test',
    contexts,
    nextSlot: (context) => {
      contexts.push(context);
      if (contexts.length > slots) return null;
      return {
        transactions: [aTransaction({})],
        accounts: [anAccountWrite({ transactionIndex: 0 })],
        slot: null,
        blockTime: null,
      };
    },
    truth: () => [],
  };
}

function play(chain: Chain, slots: number): readonly SimulatedUpdate[] {
  return Array.from({ length: slots }, () => [...chain.next()].flat()).flat();
}

const statuses = (updates: readonly SimulatedUpdate[], status: string) =>
  updates.flatMap((update) => (update.kind === 'slot' && update.status === status ? [update.slot] : []));

describe('the simulated chain', () => {
  test('confirms a block while the next one runs and finalizes it 31 blocks later', () => {
    const updates = play(new Chain(source(50), options), 40);
    expect(statuses(updates, 'processed')).toEqual(Array.from({ length: 40 }, (_, index) => 100 + index));
    expect(statuses(updates, 'confirmed')).toEqual(Array.from({ length: 39 }, (_, index) => 100 + index));
    expect(statuses(updates, 'finalized')).toEqual(Array.from({ length: 9 }, (_, index) => 100 + index));
    const at = (kind: string, slot: number) =>
      updates.findIndex((update) => update.kind === 'slot' && update.status === kind && update.slot === slot);
    expect(at('confirmed', 100)).toBeGreaterThan(at('createdBank', 101));
    expect(at('confirmed', 100)).toBeLessThan(at('completed', 101));
  });

  test('tells the source the slot it fills and the time that slot has', () => {
    const filled = source(50);
    play(new Chain(filled, options), 6);
    expect(filled.contexts.map(({ slot, parent }) => [slot, parent])).toEqual(
      [0, 1, 2, 3, 4, 5].map((i) => [100 + i, 99 + i]),
    );
    expect(filled.contexts.map(({ blockTime }) => blockTime - options.startTime)).toEqual([0, 0, 0, 1, 1, 2]);
  });

  test('is drained when the source has ended and its last block is confirmed', () => {
    const chain = new Chain(source(3), options);
    const seen: boolean[] = [];
    for (let slot = 0; slot < 6; slot++) {
      play(chain, 1);
      seen.push(chain.isDrained);
    }
    expect(seen).toEqual([false, false, false, true, true, true]);
    expect(chain.transactions).toBe(3);
  });

  test('jumps to a slot the source asks for', () => {
    const asked = [500, 777];
    const jumping: TruthSource = {
      name: 'jumping',
      nextSlot: () => ({ transactions: [], accounts: [], slot: asked.shift() ?? null, blockTime: 42 }),
      truth: () => [],
    };
    const updates = play(new Chain(jumping, options), 3);
    const metas = updates.flatMap((update) => (update.kind === 'blockMeta' ? [update.meta] : []));
    expect(metas.map(({ slot, parent, blockTime }) => [slot, parent, blockTime])).toEqual([
      [500, 99, 42],
      [777, 500, 42],
      [778, 777, 42],
    ]);
  });

  test('whatever is skipped or dies: links hold, one block per height wins, every transaction is in exactly one winner', () => {
    const fate = fc.constantFrom('block', 'skipped', 'orphanDead', 'orphanSilent');
    fc.assert(
      fc.property(fc.array(fate, { minLength: 1, maxLength: 40 }), (fates) => {
        const plan = scriptedChain(
          {
            skipped: 0,
            orphanDead: 0,
            orphanSilent: 0,
            fates: new Map(fates.map((each, index) => [index, each] as const)),
          },
          1,
          100,
        );
        const updates = play(new Chain(source(1_000), { ...options, plan }), fates.length + 2);
        const confirmed = new Set(statuses(updates, 'confirmed'));
        const dead = statuses(updates, 'dead');
        expect(dead).toEqual(fates.flatMap((each, index) => (each === 'orphanDead' ? [100 + index] : [])));
        expect(dead.some((slot) => confirmed.has(slot))).toBe(false);
        const metas = updates.flatMap((update) =>
          update.kind === 'blockMeta' && confirmed.has(update.slot) ? [update.meta] : [],
        );
        metas.slice(1).forEach((block, index) => {
          expect(block.parent).toBe(metas[index]?.slot);
          expect(block.parentBlockhash).toBe(metas[index]?.blockhash);
          expect(block.height).toBe((metas[index]?.height ?? 0) + 1);
        });
        const signatures = updates.flatMap((update) =>
          update.kind === 'transaction' && confirmed.has(update.slot)
            ? [Buffer.from(update.transaction.signature).toString('hex')]
            : [],
        );
        expect(new Set(signatures).size).toBe(signatures.length);
        expect(signatures).toHaveLength(metas.length);
      }),
      { numRuns: 200 },
    );
  });
});
