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
    readonly healthy: boolean;
    readonly paused: boolean;
    /** Why its last stream ended. */
    readonly reason: string | null;
  }[];
  readonly shedGroups: readonly string[];
  readonly migrations: readonly {
    readonly groups: readonly string[];
    readonly from: string;
    readonly to: string;
    readonly reason: string;
    readonly lost: number | null;
    readonly completed: boolean;
  }[];
}

/** The console block operators watch: connections, what is left of the subscription window, who is served by what, and what gave way. */
export function poolBlock(pool: PoolSnapshot): string {
  const monitors = Object.entries(pool.monitorConnections).map(
    ([name, count]) => `   ${name}: ${count} connection${count === 1 ? '' : 's'}`,
  );
  return [
    '── gRPC pool ─────────────────────────────────────────────────────────',
    ` connections  ${pool.healthy}/${pool.total} healthy`,
    ` rate limit   ${rateLimitText(pool)}`,
    ...(pool.connections.length > 0 ? [' streams', ...pool.connections.map(connectionText)] : []),
    ...(monitors.length > 0 ? [' monitors', ...monitors] : []),
    ...(pool.shedGroups.length > 0 ? [` left out     ${pool.shedGroups.join(', ')}`] : []),
    ...movesText(pool),
    '──────────────────────────────────────────────────────────────────────',
  ].join('\n');
}

function connectionText(c: PoolSnapshot['connections'][number]): string {
  const groups = (c.groups.join('+') || '-').padEnd(26);
  const lag = c.lagMs === null ? '-' : `${c.lagMs.toFixed(0)} ms`;
  const text = `   ${c.id}  ${c.state.padEnd(10)} ${groups} ${c.ratePerS.toFixed(0).padStart(6)}/s  lag ${lag}  slot ${c.slot ?? '-'}`;
  // Why it was down once is no news while it is up.
  const notes = [c.paused ? 'paused' : null, c.healthy ? null : c.reason].filter((note) => note !== null);
  return [text, ...notes].join('  ');
}

function movesText({ migrations }: PoolSnapshot): readonly string[] {
  const last = migrations.at(-1);
  if (last === undefined) return [];
  const { groups, from, to, reason, lost } = last;
  const completed = migrations.filter((migration) => migration.completed).length;
  const outcome = last.completed ? 'moved' : 'stayed';
  return [
    ` moves        ${completed} of ${migrations.length}, last ${groups.join('+')} ${from} → ${to} (${reason}): ${outcome}, lost ${lost ?? 'not known'}`,
  ];
}

function rateLimitText({ rateLimit, rateLimitRemaining }: PoolSnapshot): string {
  if (rateLimit === null) return 'none stated by the provider';
  return `${rateLimitRemaining}/${rateLimit.limit} subscriptions left of ${rateLimit.windowMs / 1000} s`;
}
