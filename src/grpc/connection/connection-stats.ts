import type { MigrationProof } from '../../telemetry/events/grpc.ts';
import type { Connection } from './connection.ts';
import type { ProviderScore } from './provider-race.ts';

/** One connection as the API, the page and the pool logger show it. Nothing in it is secret. */
export interface ConnectionStats {
  readonly id: string;
  /** host:port */
  readonly endpoint: string;
  readonly state: string;
  readonly healthy: boolean;
  readonly paused: boolean;
  readonly groups: readonly string[];
  readonly streams: number;
  readonly openedAt: number | null;
  readonly updates: number;
  readonly bytes: number;
  readonly ratePerS: number;
  readonly bytesPerS: number;
  readonly lagMs: number | null;
  readonly slot: number | null;
  readonly queued: number;
  readonly queuedBytes: number;
  readonly lastError: string | null;
  readonly reason: string | null;
  readonly reconnects: number;
  readonly malformed: number;
}

export interface PoolStats {
  readonly total: number;
  readonly healthy: number;
  readonly unhealthy: number;
  /** Openings left in the provider's window; null when its profile states none. */
  readonly rateLimitRemaining: number | null;
  readonly rateLimit: { readonly limit: number; readonly windowMs: number } | null;
  readonly monitorConnections: Readonly<Record<string, number>>;
  readonly connections: readonly ConnectionStats[];
  /** Groups left out for now because more arrived than was read. */
  readonly shedGroups: readonly string[];
  /** Groups some monitor wants and no connection carries, shed ones aside: refused by the provider, or given up with their endpoint. */
  readonly unservedGroups: readonly string[];
  readonly migrations: readonly MigrationProof[];
  /** How the providers did against each other; empty unless several are read side by side. */
  readonly providers: readonly ProviderScore[];
}

export interface Rates {
  readonly updatesPerS: number;
  readonly bytesPerS: number;
}

export function connectionStats(connection: Connection, rates: Rates, wallOffsetMs: number): ConnectionStats {
  const { counters, parts, openedAtMs } = connection;
  return {
    id: connection.id,
    endpoint: connection.gate.address.name,
    state: connection.state.mode,
    healthy: connection.isHealthy,
    paused: connection.isPaused,
    groups: connection.wanted,
    streams: connection.isHealthy ? 1 : 0,
    openedAt: openedAtMs === null ? null : Math.round(openedAtMs + wallOffsetMs),
    updates: counters.updates,
    bytes: counters.bytes,
    ratePerS: Math.round(rates.updatesPerS * 10) / 10,
    bytesPerS: Math.round(rates.bytesPerS),
    lagMs: counters.lagMs === null ? null : Math.round(counters.lagMs * 10) / 10,
    slot: connection.position.highestSlot === 0 ? null : connection.position.highestSlot,
    queued: parts.lane.items,
    queuedBytes: parts.lane.bytes,
    lastError: connection.lastError,
    reason: connection.lastReason,
    reconnects: connection.reconnects,
    malformed: counters.malformed,
  };
}
