import type { Clock } from './clock.ts';

export type BreakerState = 'closed' | 'half-open' | 'open';

export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** Rest after it opened; doubled with each probe that fails, up to the maximum. */
  readonly restMs: number;
  readonly restMaxMs: number;
}

/**
 * Lets work through while it succeeds, and after some failures in a row only one probe at a time, at growing intervals. It starts nothing
 * by itself and never looks at what an error says.
 *
 * | state     | work                          | left when                                                               |
 * |-----------|-------------------------------|-------------------------------------------------------------------------|
 * | closed    | all of it runs                | so many fail in a row → open                                            |
 * | open      | refused                       | somebody comes after the rest, and is the probe → half-open             |
 * | half-open | refused while the probe runs  | the probe succeeds → closed; it fails → open, and rests twice as long   |
 *
 * Written by hand because the libraries measure the rest on the wall clock: one that is set back two hours adds two hours to it.
 */
export class CircuitBreaker {
  readonly #options: BreakerOptions;
  readonly #clock: Clock;
  readonly #onState: (state: BreakerState) => void;
  #state: BreakerState = 'closed';
  #failures = 0;
  /** Times it opened since it was last closed. */
  #openings = 0;
  #openedAtMs = 0;
  /** Rises with each change of state: what began before a change says nothing about the state after it. */
  #era = 0;

  constructor(options: BreakerOptions, clock: Clock, onState: (state: BreakerState) => void) {
    this.#options = options;
    this.#clock = clock;
    this.#onState = onState;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** False while work would be refused. */
  get allows(): boolean {
    if (this.#state !== 'open') return this.#state === 'closed';
    return this.#clock.monotonicMs() - this.#openedAtMs >= this.#restMs;
  }

  /** Runs the work and ends as it ends; null when it is refused and was not run. */
  run<T>(work: () => Promise<T>): Promise<T> | null {
    if (!this.allows) return null;
    if (this.#state === 'open') this.#become('half-open');
    return this.#judged(work, this.#era);
  }

  async #judged<T>(work: () => Promise<T>, era: number): Promise<T> {
    try {
      const result = await work();
      if (era === this.#era) this.#succeeded();
      return result;
    } catch (error) {
      if (era === this.#era) this.#failed();
      throw error;
    }
  }

  #succeeded(): void {
    this.#failures = 0;
    if (this.#state === 'closed') return;
    this.#openings = 0;
    this.#become('closed');
  }

  #failed(): void {
    this.#failures++;
    if (this.#state === 'closed' && this.#failures < this.#options.failures) return;
    this.#openings++;
    this.#openedAtMs = this.#clock.monotonicMs();
    this.#become('open');
  }

  get #restMs(): number {
    const { restMs, restMaxMs } = this.#options;
    return Math.min(restMaxMs, restMs * 2 ** Math.min(this.#openings - 1, 30));
  }

  #become(state: BreakerState): void {
    this.#state = state;
    this.#era++;
    this.#onState(state);
  }
}
