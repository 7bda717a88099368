/** What the pool logger prints; the stream manager's statistics have this shape. */
export interface PoolSnapshot {
  readonly total: number;
  readonly healthy: number;
  readonly rateLimitRemaining: number | null;
  readonly rateLimit: { readonly limit: number; readonly windowMs: number } | null;
  readonly monitorConnections: Readonly<Record<string, number>>;
  readonly connections: readonly {
    readonly id: string;
    readonly state: string;
    readonly groups: readonly string[];
    readonly ratePerS: number;
    readonly lagMs: number | null;
    readonly slot: number | null;
  }[];
}

/** The console block operators watch: connections, what is left of the subscription window, and who is served by what. */
export function poolBlock(pool: PoolSnapshot): string {
  const monitors = Object.entries(pool.monitorConnections).map(
    ([name, count]) => `   ${name}: ${count} connection${count === 1 ? '' : 's'}`,
  );
  const connections = pool.connections.map(
    (c) =>
      `   ${c.id}  ${c.state.padEnd(10)} ${(c.groups.join('+') || '-').padEnd(26)} ${c.ratePerS.toFixed(0).padStart(6)}/s  lag ${c.lagMs === null ? '-' : `${c.lagMs.toFixed(0)} ms`}  slot ${c.slot ?? '-'}`,
  );
  return [
    '── gRPC pool ─────────────────────────────────────────────────────────',
    ` connections  ${pool.healthy}/${pool.total} healthy`,
    ` rate limit   ${rateLimitText(pool)}`,
    ...(connections.length > 0 ? [' streams', ...connections] : []),
    ...(monitors.length > 0 ? [' monitors', ...monitors] : []),
    '──────────────────────────────────────────────────────────────────────',
  ].join('\n');
}

function rateLimitText({ rateLimit, rateLimitRemaining }: PoolSnapshot): string {
  if (rateLimit === null) return 'none stated by the provider';
  return `${rateLimitRemaining}/${rateLimit.limit} subscriptions left of ${rateLimit.windowMs / 1000} s`;
}
