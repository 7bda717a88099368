import { type Backoff, type BackoffOptions, fullJitterBackoff } from '../lib/backoff.ts';
import { isFinal } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';

export interface SupervisionOptions {
  readonly backoff: BackoffOptions;
  /** A worker that ran this long before it ended starts counting anew. */
  readonly settledMs: number;
  /** Starts in a row that ended early before the worker is given up. */
  readonly attemptsMax: number;
}

/** What to do about a worker that ended. */
export type SupervisionAdvice =
  /** Start it again after the wait; it resumes from the output's cursor. */
  | { readonly act: 'restart'; readonly waitMs: number; readonly attempt: number }
  /** Leave it down: an operator has to act. */
  | { readonly act: 'give-up'; readonly reason: string }
  /** It was asked to end. */
  | { readonly act: 'none' };

/** The decisions about one worker: pure but for the random number that spreads its restarts. */
export class SupervisionPolicy {
  readonly #options: SupervisionOptions;
  readonly #random: Random;
  #backoff: Backoff;

  constructor(options: SupervisionOptions, random: Random) {
    this.#options = options;
    this.#random = random;
    this.#backoff = fullJitterBackoff(options.backoff, random);
  }

  /** `error` is null when the worker returned without one; `isStopping` when it was asked to. */
  ended(error: unknown, ranMs: number, isStopping: boolean): SupervisionAdvice {
    if (isStopping) return { act: 'none' };
    if (isFinal(error)) {
      return { act: 'give-up', reason: error.message };
    }
    if (ranMs >= this.#options.settledMs) this.#backoff = fullJitterBackoff(this.#options.backoff, this.#random);
    const { attempt, delayMs } = this.#backoff;
    if (attempt >= this.#options.attemptsMax) {
      return { act: 'give-up', reason: `it ended ${attempt + 1} times in a row shortly after its start` };
    }
    this.#backoff = this.#backoff.next();
    return { act: 'restart', waitMs: delayMs, attempt: attempt + 1 };
  }
}
