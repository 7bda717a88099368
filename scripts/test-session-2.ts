import { EngineProcess } from './harness/engine-process.ts';
import { runSession } from './harness/session.ts';

interface PoolStats {
  readonly total: number;
  readonly healthy: number;
  readonly monitorConnections: Readonly<Record<string, number>>;
  readonly connections: readonly {
    readonly id: string;
    readonly groups: readonly string[];
    readonly updates: number;
  }[];
}

interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly slot: number;
}

/** The same groups on one connection, in both ways an operator can ask for it. */
const OTHER_WAYS = [
  ['USE_SMART_STREAMING=false: one shared stream carries all groups', { USE_SMART_STREAMING: 'false' }],
  ['GRPC_POOL_MAX_CONNECTIONS=1: the groups merge on one connection', { GRPC_POOL_MAX_CONNECTIONS: '1' }],
] as const;

const WINDOW_SLOTS = 5;
/** What transactions became; prices and milestones also depend on when an engine began to look. */
const TOLD = /^(trade\.swap|token\.(mint|curve)|liquidity)\./;

const GROUPS = 'amm,bonding-curve,external-amm';

const groupsOf = ({ connections }: PoolStats): string =>
  connections
    .flatMap(({ groups }) => groups)
    .sort()
    .join();

/** `npm run test-session-2`: priority subscription groups, and the same groups over fewer connections. */
await runSession(
  { title: 'Session 2: subscription groups', rate: 200, slotMs: 200, env: { GRPC_POOL_MAX_CONNECTIONS: '3' } },
  async ({ engine, simulator, folder, check, until }) => {
    const pool = (of: EngineProcess) => of.get<PoolStats>('/api/grpc-pool/stats');
    await until(async () => (await pool(engine)).healthy === 3, 15_000);
    const three = await pool(engine);
    check(
      'three connections: every group has its own',
      describe(three),
      three.connections.every(({ groups }) => groups.length === 1) && groupsOf(three) === GROUPS,
    );
    check(
      'the high-priority group is opened first',
      three.connections[0]?.groups.join(),
      three.connections[0]?.groups.includes('bonding-curve') === true,
    );
    const served = Object.entries(three.monitorConnections)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
    check(
      'every monitor is served by every connection it needs',
      served,
      ['TokenLifecycle', 'TradingActivity', 'Liquidity'].every((name) => three.monitorConnections[name] === 3),
    );
    const flowing = await until(
      async () => (await pool(engine)).connections.every(({ updates }) => updates > 5),
      10_000,
    );
    check('updates flow on all of them', flowing === null ? 'no' : 'yes', flowing !== null);
    if (simulator === null) return;

    const others: EngineProcess[] = [];
    try {
      for (const [what, env] of OTHER_WAYS) {
        const other = await EngineProcess.start({
          GRPC_URL: simulator.url,
          X_TOKEN: 'session-token',
          SLUICE_DATA_DIR: `${folder}/${Object.keys(env)[0]}`,
          ...env,
        });
        others.push(other);
        await until(async () => (await pool(other)).healthy === 1, 15_000);
        const one = await pool(other);
        check(what, describe(one), one.total === 1 && groupsOf(one) === GROUPS);
      }
      const [counts, differing] = await compareEvents([engine, ...others], until);
      check(
        `the same events of ${WINDOW_SLOTS} slots, however they are streamed`,
        `${counts.join(' = ')} events, ${differing} differ`,
        (counts[0] ?? 0) > 0 && differing === 0,
      );
    } finally {
      for (const other of others) await other.stop('SIGTERM');
    }
  },
);

/** Ids of what the transactions of the same slots became on every engine: how many each has, and how many not all have. */
async function compareEvents(
  engines: readonly EngineProcess[],
  until: (condition: () => Promise<boolean>, limitMs: number) => Promise<number | null>,
): Promise<readonly [readonly number[], number]> {
  const slots = async (key: 'head' | 'checkpoint') =>
    Promise.all(
      engines.map(
        async (each) => (await each.get<Readonly<Record<string, number | null>>>('/api/recovery/stats'))[key] ?? 0,
      ),
    );
  await until(async () => Math.min(...(await slots('checkpoint'))) > 0, 15_000);
  const from = Math.max(...(await slots('head'))) + 2;
  const to = from + WINDOW_SLOTS - 1;
  await until(async () => Math.min(...(await slots('checkpoint'))) >= to, 30_000);
  const ids = await Promise.all(
    engines.map(async (each) => {
      const recent = await each.get<readonly { event: StoredEvent }[]>('/api/events/recent?limit=500');
      const own = recent.filter(({ event }) => TOLD.test(event.type) && event.slot >= from && event.slot <= to);
      return new Set(own.map(({ event }) => event.id));
    }),
  );
  const all = new Set(ids.flatMap((each) => [...each]));
  const differing = [...all].filter((id) => ids.some((each) => !each.has(id)));
  return [ids.map(({ size }) => size), differing.length];
}

function describe({ connections }: PoolStats): string {
  return connections.map(({ id, groups }) => `${id}: ${groups.join('+')}`).join(', ');
}
