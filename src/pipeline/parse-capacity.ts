import type { StageStats } from './stage.ts';

/** Work that has to be done before a rate is told: one made of a few transactions says more about the garbage collector. */
const BUSY_MS = 100;

type Work = Pick<StageStats, 'in' | 'busyMs'>;

/**
 * What parsing manages per second of its own work. That is a capacity and no throughput: a quiet stream says nothing about it. It looks at
 * no clock.
 */
export class ParseCapacity {
  #before: Work = { in: 0, busyMs: 0 };

  /** Looked at now and then. Null while too little was done since the last answer. */
  observe(now: Work): number | null {
    // A restarted pipeline counts from zero.
    if (now.busyMs < this.#before.busyMs) this.#before = { in: 0, busyMs: 0 };
    const busyMs = now.busyMs - this.#before.busyMs;
    const parsed = now.in - this.#before.in;
    if (busyMs < BUSY_MS || parsed <= 0) return null;
    this.#before = { in: now.in, busyMs: now.busyMs };
    return (parsed * 1000) / busyMs;
  }
}
