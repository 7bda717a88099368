import type { Connection } from '../connection/connection.ts';
import type { SubscriptionBuilder } from '../subscription/subscription-builder.ts';
import type { LoadSample } from './load-balancer.ts';
import type { RateMeters } from './rate-meters.ts';

/** One connection as the balancer weighs it; the shares of its groups are those of the updates that were looked at. */
export function loadSample(connection: Connection, builder: SubscriptionBuilder, meters: RateMeters): LoadSample {
  const { id, isHealthy, isPaused, wanted, counters, state, parts } = connection;
  const { updatesPerS, bytesPerS } = meters.of(id);
  const shareOf = (group: string) => counters.groupSamples.get(group) ?? 0;
  const all = wanted.reduce((sum, group) => sum + shareOf(group), 0);
  return {
    connection: id,
    isHealthy,
    isPaused,
    updatesPerS,
    bytesPerS,
    lagMs: state.mode === 'live' ? counters.lagMs : null,
    queueFill: parts.lane.fill,
    groups: wanted.map((name) => ({
      name,
      priority: builder.priorityOf([name]),
      updatesPerS: all === 0 ? 0 : (updatesPerS * shareOf(name)) / all,
    })),
  };
}
