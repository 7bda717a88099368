import type { Clock } from '../../../src/lib/clock.ts';

interface Timer {
  at: number;
  readonly order: number;
  readonly periodMs: number | null;
  readonly fire: () => void;
}

/**
 * Time that passes only when nothing is left to do. Between two timers every pending callback runs to its end, so a run is the same
 * each time it is made. `life` gives a process its own view, which ends with it.
 */
export class VirtualClock {
  #now = 0;
  #order = 0;
  readonly #timers: Timer[] = [];

  get nowMs(): number {
    return this.#now;
  }

  /** Lets time pass up to `untilMs`. */
  async run(untilMs: number): Promise<void> {
    for (;;) {
      await turn();
      const next = this.#timers[0];
      if (next === undefined || next.at > untilMs) break;
      this.#timers.shift();
      this.#now = Math.max(this.#now, next.at);
      if (next.periodMs !== null) {
        next.at = this.#now + next.periodMs;
        this.#insert(next);
      }
      next.fire();
    }
    this.#now = Math.max(this.#now, untilMs);
  }

  after(ms: number, fire: () => void): () => void {
    return this.#add(ms, null, fire);
  }

  /** A clock for one process: after `isOver` says so, nothing it waits for comes. */
  life(isOver: () => boolean, wallOffsetMs: () => number): Clock {
    const alive = (fire: () => void) => () => {
      if (!isOver()) fire();
    };
    return {
      monotonicMs: () => this.#now,
      wallMs: () => Math.floor(this.#now + wallOffsetMs()),
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (signal.aborted) return resolve();
          const done = alive(() => {
            cancel();
            signal.removeEventListener('abort', done);
            resolve();
          });
          const cancel = this.#add(ms, null, done);
          signal.addEventListener('abort', done, { once: true });
        }),
      every: (ms, callback) => this.#add(ms, ms, alive(callback)),
      after: (ms, callback) => this.#add(ms, null, alive(callback)),
    };
  }

  #add(ms: number, periodMs: number | null, fire: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, ms), order: this.#order++, periodMs, fire };
    this.#insert(timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  #insert(timer: Timer): void {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#timers[middle] as Timer;
      if (other.at < timer.at || (other.at === timer.at && other.order < timer.order)) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
  }
}

/** Every promise callback, and what the product puts off to the next turn of the loop. */
async function turn(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
