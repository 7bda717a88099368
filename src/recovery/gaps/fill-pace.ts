import { type Backoff, type BackoffOptions, fullJitterBackoff } from '../../lib/backoff.ts';
import type { Random } from '../../lib/random.ts';

export interface FillPaceOptions {
  readonly backoff: BackoffOptions;
  /** Tries in a row that filled nothing before a gap counts as stuck. */
  readonly attemptsMax: number;
}

/** A gap as the pace sees it: how much of it is missing is the only evidence that filling it works. */
export interface MissingSlots {
  readonly key: string;
  readonly slots: number;
}

interface Standing {
  /** The least that was missing of it. */
  readonly slots: number;
  /** It was tried since it was last looked at. */
  readonly isTried: boolean;
  readonly backoff: Backoff;
  readonly dueMs: number;
}

/**
 * Decides when each gap is tried: at once while tries fill something, ever more slowly while they do not. It gives none up; one that is
 * stuck is told and tried on at the slowest pace. Pure but for the random number that spreads the waits.
 */
export class FillPace {
  readonly #options: FillPaceOptions;
  readonly #random: Random;
  #standings = new Map<string, Standing>();

  constructor(options: FillPaceOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  /** Takes the gaps as they are now and forgets all others; returns those that just got stuck. */
  look(gaps: readonly MissingSlots[], nowMs: number): readonly string[] {
    const before = this.#standings;
    this.#standings = new Map(gaps.map((gap) => [gap.key, this.#judge(gap, before.get(gap.key), nowMs)]));
    return this.#stuck().filter((key) => (before.get(key)?.backoff.attempt ?? 0) < this.#options.attemptsMax);
  }

  isDue(key: string, nowMs: number): boolean {
    return nowMs >= (this.#standings.get(key)?.dueMs ?? Number.POSITIVE_INFINITY);
  }

  tried(key: string): void {
    const standing = this.#standings.get(key);
    if (standing !== undefined) this.#standings.set(key, { ...standing, isTried: true });
  }

  /** How many gaps are stuck. */
  get stuck(): number {
    return this.#stuck().length;
  }

  #judge({ slots }: MissingSlots, before: Standing | undefined, nowMs: number): Standing {
    if (before === undefined || slots < before.slots) {
      const backoff = fullJitterBackoff(this.#options.backoff, this.#random);
      return { slots, isTried: false, backoff, dueMs: nowMs };
    }
    if (!before.isTried) return before;
    const { backoff } = before;
    return { slots: before.slots, isTried: false, backoff: backoff.next(), dueMs: nowMs + backoff.delayMs };
  }

  #stuck(): readonly string[] {
    const isStuck = ([, { backoff }]: readonly [string, Standing]) => backoff.attempt >= this.#options.attemptsMax;
    return [...this.#standings].filter(isStuck).map(([key]) => key);
  }
}
