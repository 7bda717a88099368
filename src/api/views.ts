import type { EventFeed } from '../domain/contracts.ts';

/** What the API shows of the pool; the stream manager's statistics have this shape. */
export interface PoolView {
  readonly total: number;
  readonly healthy: number;
  readonly unhealthy: number;
  /** Subscriptions left in the provider's window; null when its profile states no limit. */
  readonly rateLimitRemaining: number | null;
  readonly rateLimit: { readonly limit: number; readonly windowMs: number } | null;
  readonly monitorConnections: Readonly<Record<string, number>>;
  readonly connections: readonly object[];
}

export type Health = 'healthy' | 'degraded' | 'unhealthy';

export interface Readiness {
  readonly ready: boolean;
  /** What is missing, in words; empty when ready. */
  readonly waitingFor: readonly string[];
}

/** Everything the API reads. It holds no state: each request asks again. */
export interface ApiViews {
  readonly pool: () => PoolView;
  readonly pipeline: () => object;
  readonly output: () => object;
  readonly recovery: () => object;
  readonly alerts: () => readonly object[];
  readonly completeness: (from: number, to: number) => object;
  readonly readiness: () => Readiness;
  readonly metricsText: () => Promise<string>;
  readonly metricsContentType: string;
  readonly feed: EventFeed;
}
