import type { Emit } from '../../telemetry/event.ts';
import type { Connection } from '../connection/connection.ts';
import { type PressurePolicy, RANKS } from './pressure-policy.ts';

/** Measures how full the lanes are and delays the less important ones as the policy says. It sheds nothing itself. */
export class PressureRelief {
  readonly #policy: Pick<PressurePolicy, 'judge'>;
  readonly #emit: Emit;

  constructor(policy: Pick<PressurePolicy, 'judge'>, emit: Emit) {
    this.#policy = policy;
    this.#emit = emit;
  }

  /** Answers from which rank on groups are to be shed. */
  relieve(connections: readonly Connection[], nowMs: number): number {
    // A lane that waits for another one during a move is full of that, not of more than is read.
    const reading = connections.filter(({ parts }) => !parts.lane.isFollowing);
    const atTip = reading.filter(({ state }) => state.mode !== 'replaying');
    const verdict = this.#policy.judge(fillByRank(reading), fillByRank(atTip), nowMs);
    for (const connection of connections) {
      const isDelayed = connection.parts.lane.rank >= verdict.delayFrom;
      const hasChanged = isDelayed ? connection.pause('pressure') : connection.resume('pressure');
      if (!hasChanged) continue;
      const type = isDelayed ? 'grpc.group.delayed' : 'grpc.group.resumed';
      this.#emit({ type, groups: connection.wanted, connection: connection.id });
    }
    return verdict.shedFrom;
  }
}

function fillByRank(connections: readonly Connection[]): readonly number[] {
  const fillOf = (each: Connection) => (each.isPausedBy('lane') ? 1 : each.parts.lane.fill);
  return Array.from({ length: RANKS }, (_, rank) =>
    Math.max(0, ...connections.filter(({ parts }) => parts.lane.rank === rank).map(fillOf)),
  );
}
