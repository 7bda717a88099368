import type { Priority } from '../../domain/interest.ts';
import type { Clock } from '../../lib/clock.ts';
import type { RateWindow } from '../../lib/rate-window.ts';
import { OPENING, type Permit, type SubscriptionRateLimiter } from '../endpoint/subscription-rate-limiter.ts';

/** What the provider's windows and the connection's own cap both allow, as soon as they do; null when the signal aborted first. */
export async function openingPermit(
  limiter: SubscriptionRateLimiter,
  attempts: RateWindow,
  priority: Priority,
  clock: Clock,
  signal: AbortSignal,
): Promise<Permit | null> {
  for (;;) {
    const wait = attempts.waitMs(clock.monotonicMs());
    if (wait > 0) await clock.sleep(wait, signal);
    const permit = await limiter.acquire(OPENING, priority, signal);
    // Taken only now: the limiter may have held it back, and what counts is when the call is made.
    if (permit === null || attempts.take(clock.monotonicMs())) return permit;
    permit.release();
  }
}
