import type { ApiViews } from '../api/views.ts';
import type { PoolStats } from '../grpc/connection/connection-stats.ts';
import type { PipelineStats } from '../pipeline/pipeline.ts';
import type { FaultTolerantManager } from '../recovery/fault-tolerant-manager.ts';
import type { Completeness } from '../recovery/gaps/completeness.ts';
import type { EngineParts } from './parts.ts';

const NO_POOL: PoolStats = {
  total: 0,
  healthy: 0,
  unhealthy: 0,
  rateLimitRemaining: null,
  rateLimit: null,
  monitorConnections: {},
  connections: [],
  shedGroups: [],
  unservedGroups: [],
  migrations: [],
  providers: [],
};

const NO_PIPELINE: Pick<PipelineStats, 'running' | 'cursor' | 'events' | 'latencyMs' | 'stages'> = {
  running: false,
  cursor: null,
  events: 0,
  latencyMs: null,
  stages: [],
};

const NO_OUTPUT = { broker: 'not opened', inFlight: 0, pending: 0, lastSequence: 0, cursor: null };
const NO_RECOVERY = { checkpoint: null, head: null, openGaps: [], recall: null };

/**
 * Every question of the API while nothing flows, in the shapes of the engine's own answers: a page or a script that knows those must not
 * stumble just when it is to show what is wrong.
 */
export function waitingViews(parts: EngineParts, watch: FaultTolerantManager, reason: string): ApiViews {
  return {
    pool: () => NO_POOL,
    pipeline: () => ({ ...NO_PIPELINE, transactions: 0 }),
    output: () => ({ ...NO_OUTPUT, waitingFor: reason }),
    recovery: () => ({ ...watch.stats(), ...NO_RECOVERY }),
    alerts: () => watch.alerts(),
    completeness: (from, to) => ({ ...nothingKnown(from, to), recall: null }),
    readiness: () => ({ ready: false, waitingFor: [reason] }),
    metricsText: async () => parts.redact(await parts.metrics.text()),
    metricsContentType: parts.metrics.contentType,
    feed: { lastSequence: () => 0, firstSequence: () => 0, readAfter: () => [], onAppend: () => () => {} },
  };
}

function nothingKnown(from: number, to: number): Completeness {
  return {
    from,
    to,
    checkpoint: null,
    confirmed: null,
    finalized: null,
    begunAt: null,
    slots: { complete: 0, empty: 0, dead: 0, gap: 0, pending: 0, unknown: Math.max(0, to - from + 1) },
    ranges: [{ from, to, state: 'unknown' }],
    gaps: [],
    programs: [],
  };
}
