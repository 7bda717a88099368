import { RANKS } from './pressure-policy.ts';

export interface WorstMinuteOptions {
  /** Streams the groups are spread over, and how many the pool may hold. */
  readonly streams: number;
  readonly poolSize: number;
  readonly attemptsPerMinute: number;
  /** Least time between two moves of the balancer. */
  readonly balanceMinIntervalMs: number;
  /** How long groups must be too many before they are left out, and too few before they come back. */
  readonly shedAfterMs: number;
  readonly restoreAfterMs: number;
  /** The provider counts new filters on an open stream as a subscription. */
  readonly countsRewrites: boolean;
}

/**
 * Most subscriptions one pool asks for in any minute, however its streams die, before the limiter holds any back. Each connection (with the
 * one that renews it) opens as often as its own cap allows. Each loss may rewrite another stream there and back, each move two, and each
 * shedding one.
 */
export function worstMinute(options: WorstMinuteOptions): number {
  const { streams, attemptsPerMinute } = options;
  // A single group has one stream, whatever the pool could hold; several may come to be spread over all of it.
  const connections = streams > 1 ? options.poolSize : streams;
  const calls = connections * attemptsPerMinute;
  if (!options.countsRewrites) return calls;
  const losses = connections > 1 ? calls + connections : 0;
  const moves = connections > 1 ? within(options.balanceMinIntervalMs) : 0;
  const sheds = connections * (RANKS - 1) * within(options.shedAfterMs + options.restoreAfterMs);
  return calls + 2 * losses + 2 * moves + sheds;
}

/** How often something that needs this long can happen within a minute. */
function within(intervalMs: number): number {
  return Math.floor(60_000 / Math.max(1_000, intervalMs)) + 1;
}
