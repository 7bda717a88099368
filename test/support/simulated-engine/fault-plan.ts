import type { Commitment } from '../../../src/domain/slot.ts';
import type { Random } from '../../../src/lib/random.ts';
import { ALL_GROUPS } from '../grpc-settings.ts';

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
  /** Of blocks of the chain: called dead by a node that had another version of them, and confirmed all the same. */
  readonly revivedShare: number;
  readonly meanProcessMs: number;
  /** Of processes that end by plan: asked to end, not killed. */
  readonly politeShare: number;
  /** Of disk writes: the process dies at it, half of the time after the write. */
  readonly crashAtWriteShare: number;
  /** Of times a closed gap is written down: the process dies, half of the time after the write. */
  readonly crashAtCloseShare: number;
  /** Of disk writes: refused for good, which ends the pipeline but not its process. */
  readonly brokenWriteShare: number;
  readonly meanDiskFullMs: number;
  readonly clockJumps: boolean;
  /** Group → commitment it waits for; a group that is not named does not wait. */
  readonly levels: ReadonlyMap<string, Commitment>;
  /** Null: no RPC endpoint is configured, gaps stay open. */
  readonly rpc: RpcPlan | null;
  readonly broker: BrokerPlan;
}

export interface RpcPlan {
  /** Of requests: refused. */
  readonly failShare: number;
  /** Of blocks asked for: not to be had, this time. */
  readonly absentShare: number;
  readonly latencyMs: number;
  /** Of blocks handed over: the process dies a little later. */
  readonly crashShare: number;
}

export interface BrokerPlan {
  readonly confirmMs: number;
  /** Of messages: refused, half of them although a queue has them. */
  readonly rejectShare: number;
  /** Mean life of a connection; Infinity: never cut. */
  readonly meanConnectionMs: number;
  /** Of the ends of a connection: nothing is heard any more, and nobody says so. */
  readonly muteShare: number;
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
    revivedShare: pick(0, 0, 0.03),
    meanProcessMs: pick(never, 20_000, 8_000),
    politeShare: pick(0, 0.5),
    crashAtWriteShare: pick(0, 0, 0.002, 0.02),
    crashAtCloseShare: pick(0, 0.5),
    brokenWriteShare: pick(0, 0, 0.005),
    meanDiskFullMs: pick(never, never, 15_000),
    clockJumps: pick(false, true),
    levels: drawLevels(pick),
    rpc: drawRpc(pick),
    broker: {
      confirmMs: pick(2, 20, 200),
      rejectShare: pick(0, 0, 0.02),
      meanConnectionMs: pick(never, 20_000, 5_000),
      muteShare: pick(0, 0.3),
    },
  };
}

type Pick = <T>(...choices: readonly T[]) => T;

function drawLevels(pick: Pick): ReadonlyMap<string, Commitment> {
  const levels = new Map<string, Commitment>();
  if (pick(true, false)) return levels;
  for (const group of ALL_GROUPS) levels.set(group, pick('processed', 'confirmed', 'confirmed', 'finalized'));
  return levels;
}

function drawRpc(pick: Pick): RpcPlan | null {
  if (pick(true, false, false)) return null;
  return {
    failShare: pick(0, 0.1, 0.4),
    absentShare: pick(0, 0, 0.1),
    latencyMs: pick(20, 200, 2_000),
    crashShare: pick(0, 0, 0.1),
  };
}

/** A draw around a mean: many short ones, few long ones. */
export function drawTime(meanMs: number, random: Random): number {
  return meanMs === Number.POSITIVE_INFINITY ? meanMs : -Math.log(1 - random()) * meanMs;
}
