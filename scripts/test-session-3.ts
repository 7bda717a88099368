import { join } from 'node:path';
import { runSession } from './harness/session.ts';

interface Migration {
  readonly groups: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly overlapSlots: number;
  readonly lost: number | null;
  readonly duplicates: number;
  readonly proven: boolean;
  readonly completed: boolean;
}

interface PoolStats {
  readonly healthy: number;
  readonly connections: readonly {
    readonly id: string;
    readonly groups: readonly string[];
    readonly ratePerS: number;
    readonly bytesPerS: number;
    readonly lagMs: number | null;
    readonly queued: number;
  }[];
  readonly migrations: readonly Migration[];
}

/** The busiest program shares its connection with the least important group here, beside one that is nearly idle: that group has to move. */
const GROUPS_FILE = join(import.meta.dirname, 'harness', 'shared-load-groups.json');
/** What one connection is said to manage: less than comes on the shared one, more than on any after the move. */
const CONNECTION_UPDATES_PER_S = 500;

/** Connections this old are renewed: opened anew before the old one closes. Short, so that a session sees it several times. */
const TTL_MS = 10_000;
const MIGRATIONS = 3;

/** `npm run test-session-3`: load measured per connection, an overloaded one relieved, and every move of groups made before break, with a proof. */
await runSession(
  {
    title: 'Session 3: load balancing and migration',
    rate: 500,
    slotMs: 100,
    env: {
      GRPC_POOL_CONNECTION_TTL: String(TTL_MS),
      GRPC_GROUPS_FILE: GROUPS_FILE,
      GRPC_POOL_MAX_CONNECTIONS: '3',
      GRPC_POOL_HEALTH_CHECK_INTERVAL: '250',
      GRPC_LOAD_UPDATES_PER_S: String(CONNECTION_UPDATES_PER_S),
      GRPC_BALANCE_HOLD_MS: '1000',
      GRPC_BALANCE_MIN_INTERVAL_MS: '1000',
      GRPC_BALANCE_HORIZON_MS: '0',
    },
  },
  async ({ engine, check, until }) => {
    const pool = () => engine.get<PoolStats>('/api/grpc-pool/stats');
    await until(async () => (await pool()).healthy === 3, 15_000);
    const measured = await until(
      async () =>
        (await pool()).connections.every(
          ({ ratePerS, bytesPerS, lagMs }) => ratePerS > 0 && bytesPerS > 0 && lagMs !== null,
        ),
      15_000,
    );
    const loads = (await pool()).connections
      .map(({ id, ratePerS, lagMs, queued }) => `${id} ${ratePerS}/s, lag ${lagMs} ms, ${queued} queued`)
      .join('; ');
    check('rate, bytes and lag are known per connection', loads, measured !== null);

    const isRelief = ({ reason, completed }: Migration) => reason.startsWith('load ') && completed;
    const reliefMs = await until(async () => (await pool()).migrations.some(isRelief), 60_000);
    const relief = (await pool()).migrations.find(isRelief);
    check(
      'an overloaded connection is relieved of its least important group',
      relief === undefined ? 'not in time' : `${relief.groups.join('+')} after ${reliefMs} ms (${relief.reason})`,
      relief?.groups.join() === 'amm' && relief.proven,
    );
    await until(async () => false, 3_000);
    const shares = (await pool()).connections.map(({ groups, ratePerS }) => `${groups.join('+')} ${ratePerS}/s`);
    const moves = (await pool()).migrations.filter(isRelief);
    check(
      'and nothing moves back and forth',
      `${moves.length} moves for load; ${shares.join('; ')}`,
      moves.length === 1,
    );

    const movedMs = await until(
      async () => (await pool()).migrations.filter(({ completed }) => completed).length >= MIGRATIONS,
      60_000,
    );
    check(`${MIGRATIONS} moves are made`, movedMs === null ? 'not in time' : `after ${movedMs} ms`, movedMs !== null);
    const { migrations } = await pool();
    for (const { groups, from, to, reason, overlapSlots, lost, duplicates, proven } of migrations.slice(0, 5)) {
      check(
        `${groups.join('+')} ${from} → ${to} (${reason})`,
        `overlap ${overlapSlots} slots, lost ${lost}, duplicates ${duplicates}`,
        proven,
      );
    }
    const output = await engine.get<{ cursor: number | null }>('/api/output/stats');
    const { openGaps } = await engine.get<{ openGaps: readonly unknown[] }>('/api/recovery/stats');
    check(
      'no gap was opened by moving',
      `${openGaps.length} open gaps, cursor ${output.cursor}`,
      openGaps.length === 0,
    );
    const climbing = await until(
      async () =>
        ((await engine.get<{ cursor: number | null }>('/api/output/stats')).cursor ?? 0) > (output.cursor ?? 0),
      15_000,
    );
    check('the checkpoint climbs on', climbing === null ? 'no' : 'yes', climbing !== null);
  },
);
