import type { Clock } from '../../src/lib/clock.ts';

interface Timer {
  at: number;
  readonly order: number;
  readonly periodMs: number | null;
  readonly fire: () => void;
}

/** A clock that moves only when the test says so; timers fire in order of time, then of creation. */
export class FakeClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Set<Timer>();
  /** Added to the wall clock alone: a test's way to make it jump. */
  wallOffsetMs = 1_700_000_000_000;

  constructor(startMs = 0) {
    this.#now = startMs;
  }

  monotonicMs(): number {
    return this.#now;
  }

  wallMs(): number {
    return this.#now + this.wallOffsetMs;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = () => {
        this.#timers.delete(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = this.#add(ms, null, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  every(ms: number, callback: () => void): () => void {
    const timer = this.#add(ms, ms, callback);
    return () => this.#timers.delete(timer);
  }

  after(ms: number, callback: () => void): () => void {
    const timer = this.#add(ms, null, callback);
    return () => this.#timers.delete(timer);
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Moves time forward, firing what falls due; lets promise callbacks run between timers. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      const next = this.#next();
      if (next === undefined || next.at > end) break;
      this.#now = Math.max(this.#now, next.at);
      if (next.periodMs === null) this.#timers.delete(next);
      else next.at += next.periodMs;
      next.fire();
    }
    this.#now = end;
    await settle();
  }

  #add(ms: number, periodMs: number | null, fire: () => void): Timer {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, periodMs, fire };
    this.#timers.add(timer);
    return timer;
  }

  #next(): Timer | undefined {
    let best: Timer | undefined;
    for (const timer of this.#timers) {
      if (best === undefined || timer.at < best.at || (timer.at === best.at && timer.order < best.order)) best = timer;
    }
    return best;
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}
