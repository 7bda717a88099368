import { poolBlock } from '../../../src/telemetry/pool-logger.ts';

const connection = {
  id: 'c0',
  state: 'live',
  groups: ['bonding-curve'],
  ratePerS: 812.4,
  lagMs: 12.3,
  slot: 447_000_001,
};

describe('poolBlock', () => {
  test('shows connections, what is left of the window, and who is served', () => {
    const text = poolBlock({
      total: 2,
      healthy: 1,
      rateLimitRemaining: 97,
      rateLimit: { limit: 100, windowMs: 60_000 },
      monitorConnections: { TokenLifecycle: 1, Liquidity: 2 },
      connections: [connection, { ...connection, id: 'c1', state: 'backing-off', lagMs: null, slot: null }],
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
    });
    expect(text).toContain('none stated by the provider');
  });
});
