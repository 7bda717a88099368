import { poolBlock } from '../../../src/telemetry/pool-logger.ts';

const connection = {
  id: 'c0',
  state: 'live',
  groups: ['bonding-curve'],
  ratePerS: 812.4,
  lagMs: 12.3,
  slot: 447_000_001,
  healthy: true,
  paused: false,
  reason: null,
};
const quiet = { shedGroups: [], migrations: [] };

describe('poolBlock', () => {
  test('shows connections, what is left of the window, and who is served', () => {
    const text = poolBlock({
      total: 2,
      healthy: 1,
      rateLimitRemaining: 97,
      rateLimit: { limit: 100, windowMs: 60_000 },
      monitorConnections: { TokenLifecycle: 1, Liquidity: 2 },
      connections: [connection, { ...connection, id: 'c1', state: 'backing-off', lagMs: null, slot: null }],
      ...quiet,
    });
    expect(text).toContain('1/2 healthy');
    expect(text).toContain('97/100 subscriptions left of 60 s');
    expect(text).toMatch(/c0\s+live\s+bonding-curve\s+812\/s\s+lag 12 ms\s+slot 447000001/);
    expect(text).toMatch(/c1\s+backing-off.*lag -.*slot -/);
    expect(text).toContain('TokenLifecycle: 1 connection\n');
    expect(text).toContain('Liquidity: 2 connections');
  });

  test('says when the provider states no limit', () => {
    const text = poolBlock({
      total: 0,
      healthy: 0,
      rateLimitRemaining: null,
      rateLimit: null,
      monitorConnections: {},
      connections: [],
      ...quiet,
    });
    expect(text).toContain('none stated by the provider');
  });

  test('says why a connection is down, what waits, what is left out and what moved last', () => {
    const migration = { groups: ['amm'], from: 'c1', to: 'c2', reason: 'load 0.91 of c1', lost: 0, completed: true };
    const text = poolBlock({
      total: 3,
      healthy: 2,
      rateLimitRemaining: null,
      rateLimit: null,
      monitorConnections: {},
      connections: [
        { ...connection, reason: 'stalled' },
        { ...connection, id: 'c1', state: 'backing-off', healthy: false, reason: 'unreachable' },
        { ...connection, id: 'c2', paused: true },
      ],
      shedGroups: ['external-amm'],
      migrations: [{ ...migration, completed: false }, migration],
    });
    // Why it was down once is no news while it is up.
    expect(text).toMatch(/c0 .*slot 447000001$/m);
    expect(text).toMatch(/c1 .*unreachable$/m);
    expect(text).toMatch(/c2 .*paused$/m);
    expect(text).toMatch(/left out +external-amm/);
    expect(text).toMatch(/moves +1 of 2, last amm c1 → c2 \(load 0\.91 of c1\): moved, lost 0/);
  });

  test('is silent about what did not happen', () => {
    const text = poolBlock({
      total: 1,
      healthy: 1,
      rateLimitRemaining: null,
      rateLimit: null,
      monitorConnections: {},
      connections: [connection],
      ...quiet,
    });
    expect(text).not.toMatch(/left out|moves|paused/);
  });
});
