import type { Random } from './random.ts';

export interface BackoffOptions {
  readonly initialMs: number;
  readonly maxMs: number;
}

/** An immutable step of a waiting sequence: `delayMs` is how long to wait now, `next` what comes after another failure. */
export interface Backoff {
  readonly delayMs: number;
  readonly attempt: number;
  next(): Backoff;
}

/**
 * Exponential backoff with full jitter: each delay is uniform in [0, min(max, initial · 2^attempt)), so that many clients that
 * failed together do not come back together.
 */
export function fullJitterBackoff(options: BackoffOptions, random: Random): Backoff {
  const step = (attempt: number): Backoff => {
    const ceiling = Math.min(options.maxMs, options.initialMs * 2 ** Math.min(attempt, 30));
    return { attempt, delayMs: Math.floor(random() * ceiling), next: () => step(attempt + 1) };
  };
  return step(0);
}
