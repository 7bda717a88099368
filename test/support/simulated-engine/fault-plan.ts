import type { Random } from '../../../src/lib/random.ts';

/** What one seed's world is like. All chances are per occasion, all times in virtual milliseconds. */
export interface FaultPlan {
  readonly slots: number;
  readonly skipped: number;
  readonly orphanDead: number;
  readonly orphanSilent: number;
  /** Slots the provider can replay. */
  readonly ringSlots: number;
  /** Mean life of a call before the network cuts it; Infinity: never. */
  readonly meanCallMs: number;
  readonly refuseShare: number;
  /** Of replays asked for: served from the tip as if nothing had been asked. */
  readonly ignoreReplayShare: number;
  readonly duplicateShare: number;
  /** Messages a message may be overtaken by. */
  readonly shuffleWindow: number;
  readonly stallShare: number;
  /** Of transactions: sent after their block's meta and processed status, while the next block runs. */
  readonly lateShare: number;
  readonly meanProcessMs: number;
  /** Of disk writes: the process dies at it, half of the time after the write. */
  readonly crashAtWriteShare: number;
  readonly meanDiskFullMs: number;
  readonly clockJumps: boolean;
}

/** Draws a world: most faults are rare in most worlds, and frequent in some. */
export function drawFaultPlan(random: Random): FaultPlan {
  const pick = <T>(...choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const never = Number.POSITIVE_INFINITY;
  return {
    slots: 30 + Math.floor(random() * 40),
    skipped: pick(0, 0.05, 0.15),
    orphanDead: pick(0, 0.03, 0.08),
    orphanSilent: pick(0, 0.03, 0.08),
    ringSlots: pick(150, 150, 60, 20, 8),
    meanCallMs: pick(never, 30_000, 8_000, 2_500),
    refuseShare: pick(0, 0, 0.1, 0.4),
    ignoreReplayShare: pick(0, 0, 0, 0.15),
    duplicateShare: pick(0, 0.02, 0.1),
    shuffleWindow: pick(0, 0, 3, 8),
    stallShare: pick(0, 0, 0.1),
    lateShare: pick(0, 0.1, 0.4),
    meanProcessMs: pick(never, 20_000, 8_000),
    crashAtWriteShare: pick(0, 0, 0.002, 0.02),
    meanDiskFullMs: pick(never, never, 15_000),
    clockJumps: pick(false, true),
  };
}

/** A draw around a mean: many short ones, few long ones. */
export function drawTime(meanMs: number, random: Random): number {
  return meanMs === Number.POSITIVE_INFINITY ? meanMs : -Math.log(1 - random()) * meanMs;
}
