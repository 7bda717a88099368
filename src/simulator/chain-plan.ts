import { seededRandom } from '../lib/random.ts';

/**
 * What becomes of a slot: a block of the chain, nothing (its leader was away), or an orphan that is processed and then loses
 * against a sibling — announced as dead, or in silence.
 */
export type SlotFate = 'block' | 'skipped' | 'orphanDead' | 'orphanSilent';

export interface ChainPlan {
  /** Always the same answer for the same slot. */
  fate(slot: number): SlotFate;
}

export const STRAIGHT_CHAIN: ChainPlan = { fate: () => 'block' };

/** Fates by chance (shares of all slots, 0 to 1) and by choice (slots counted from the first). */
export interface PlannedFates {
  readonly skipped: number;
  readonly orphanDead: number;
  readonly orphanSilent: number;
  readonly fates: ReadonlyMap<number, SlotFate>;
}

/** The same for the same seed; a chosen fate wins over chance. */
export function scriptedChain(planned: PlannedFates, seed: number, firstSlot: number): ChainPlan {
  const { skipped, orphanDead, orphanSilent, fates } = planned;
  return {
    fate: (slot) => {
      const chosen = fates.get(slot - firstSlot);
      if (chosen !== undefined) return chosen;
      if (skipped + orphanDead + orphanSilent === 0) return 'block';
      // One generator per slot: the answer does not depend on which slots were asked before.
      const draw = seededRandom((seed ^ Math.imul(slot, 0x9e3779b1)) >>> 0)();
      if (draw < skipped) return 'skipped';
      if (draw < skipped + orphanDead) return 'orphanDead';
      return draw < skipped + orphanDead + orphanSilent ? 'orphanSilent' : 'block';
    },
  };
}

/** The first plan that makes something else than a block of a slot has its way. */
export function layeredChain(plans: readonly ChainPlan[]): ChainPlan {
  return {
    fate: (slot) => {
      for (const plan of plans) {
        const fate = plan.fate(slot);
        if (fate !== 'block') return fate;
      }
      return 'block';
    },
  };
}
