import { runSession } from './harness/session.ts';

interface PoolStats {
  readonly total: number;
  readonly healthy: number;
  readonly unhealthy: number;
  readonly rateLimitRemaining: number | null;
  readonly rateLimit: { readonly limit: number } | null;
  readonly monitorConnections: Readonly<Record<string, number>>;
  readonly connections: readonly {
    readonly id: string;
    readonly state: string;
    readonly groups: readonly string[];
    readonly updates: number;
    readonly reconnects: number;
  }[];
}

/** `npm run test-session-1`: the connection pool's foundation. */
await runSession(
  {
    title: 'Session 1: connection pool foundation',
    rate: 200,
    slotMs: 200,
    env: { SLUICE_POOL_LOG_INTERVAL_MS: '1000' },
  },
  async ({ engine, simulator, check, until }) => {
    const stats = () => engine.get<PoolStats>('/api/grpc-pool/stats');
    const liveMs = await until(async () => (await stats()).healthy === 2, 15_000);
    check('two connections, both live', liveMs === null ? 'never' : `after ${liveMs} ms`, liveMs !== null);

    const pool = await stats();
    check(
      'statistics count connections',
      `${pool.total} total, ${pool.healthy} healthy, ${pool.unhealthy} unhealthy`,
      pool.total === 2 && pool.unhealthy === 0,
    );
    const groups = pool.connections.flatMap((connection) => connection.groups).sort();
    check('every group is carried once', groups.join(', '), groups.join() === 'amm,bonding-curve,external-amm');
    const own = pool.connections.find((connection) => connection.groups.includes('bonding-curve'));
    check('the high-priority group has a connection of its own', own?.groups.join(', '), own?.groups.length === 1);
    const { rateLimit, rateLimitRemaining } = pool;
    const used = rateLimit === null || rateLimitRemaining === null ? null : rateLimit.limit - rateLimitRemaining;
    check(
      'the limiter counts exactly the subscriptions opened',
      used === null ? 'no limit stated' : `${used} of ${rateLimit?.limit}`,
      used === null || used === 2,
    );
    const monitors = Object.keys(pool.monitorConnections);
    check(
      'all three monitors are served',
      monitors.join(', '),
      ['TokenLifecycle', 'TradingActivity', 'Liquidity'].every((name) => monitors.includes(name)),
    );

    const health = await fetch(`${engine.url}/api/grpc-pool/health`);
    check(
      'health answers 200 healthy',
      `${health.status} ${((await health.json()) as { status: string }).status}`,
      health.status === 200,
    );
    const flowing = await until(async () => (await stats()).connections.every(({ updates }) => updates > 10), 10_000);
    check('updates arrive on both connections', flowing === null ? 'no' : 'yes', flowing !== null);
    const logged = await until(async () => /connections +2\/2 healthy/.test(engine.text), 5_000);
    check('the console pool logger prints the block', logged === null ? 'no' : 'yes', logged !== null);
    check(
      'the token stands in no output',
      /session-token/.test(engine.text) ? 'found' : 'not found',
      !/session-token/.test(engine.text),
    );

    if (simulator === null) return;
    simulator.server.disconnectAll();
    const back = await until(async () => {
      const { healthy, connections } = await stats();
      return healthy === 2 && connections.some(({ reconnects }) => reconnects > 0);
    }, 15_000);
    check(
      'both connections come back after the server cut them',
      back === null ? 'no' : `after ${back} ms`,
      back !== null,
    );
  },
);
