import { PRIORITIES } from '../../domain/interest.ts';

/** How full the lanes of each rank are (index 0 = high), 0 to 1. */
export type FillByRank = readonly number[];

export interface PressureOptions {
  /** Fill of a more important lane from which less important ones are delayed. */
  readonly delayAt: number;
  /** Fill from which shedding is considered, and how long it must last. */
  readonly shedAt: number;
  readonly shedAfterMs: number;
  /** Fill below which shed groups come back, and how long it must last. */
  readonly restoreAt: number;
  readonly restoreAfterMs: number;
}

export interface PressureVerdict {
  /** Ranks from this one on wait (are paused); 3 = none. */
  readonly delayFrom: number;
  /** Ranks from this one on are not subscribed; 3 = none. */
  readonly shedFrom: number;
}

export const RANKS: number = PRIORITIES.length;

/**
 * Decides what gives way when more arrives than is read: first the less important lanes wait, and if that does not help for a while, their
 * groups are shed, lowest first. High is never delayed for another and never shed. It pauses nothing itself.
 */
export class PressurePolicy {
  readonly #options: PressureOptions;
  #shedFrom = RANKS;
  #highSinceMs: number | null = null;
  #lowSinceMs: number | null = null;

  constructor(options: PressureOptions) {
    this.#options = options;
  }

  /** `atTip`: the fill of those lanes alone whose connection is not replaying. */
  judge(fill: FillByRank, atTip: FillByRank, nowMs: number): PressureVerdict {
    const { delayAt } = this.#options;
    let delayFrom = RANKS;
    for (let rank = RANKS - 1; rank >= 1; rank--) {
      if (fill.slice(0, rank).some((share) => share >= delayAt)) delayFrom = rank;
    }
    this.#judgeShedding(Math.max(0, ...fill), Math.max(0, ...atTip), nowMs);
    return { delayFrom, shedFrom: this.#shedFrom };
  }

  #judgeShedding(worst: number, worstAtTip: number, nowMs: number): void {
    const { delayAt, shedAt, shedAfterMs, restoreAt, restoreAfterMs } = this.#options;
    // A replay fills its lane for as long as it lasts, however fast it is read; shedding it would make it start again, for ever.
    // A paused lane drains to its half and fills at once: only a dip below that is relief.
    if (worstAtTip >= shedAt) this.#highSinceMs ??= nowMs;
    else if (worstAtTip < delayAt) this.#highSinceMs = null;
    this.#lowSinceMs = worst < restoreAt ? (this.#lowSinceMs ?? nowMs) : null;
    if (this.#highSinceMs !== null && nowMs - this.#highSinceMs >= shedAfterMs && this.#shedFrom > 1) {
      this.#shedFrom--;
      this.#highSinceMs = nowMs;
    } else if (this.#lowSinceMs !== null && nowMs - this.#lowSinceMs >= restoreAfterMs && this.#shedFrom < RANKS) {
      this.#shedFrom++;
      this.#lowSinceMs = nowMs;
    }
  }
}
