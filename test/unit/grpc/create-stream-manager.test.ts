import { createEndpointGates } from '../../../src/grpc/create-stream-manager.ts';
import { OPENING } from '../../../src/grpc/endpoint/subscription-rate-limiter.ts';
import type { GrpcSettings } from '../../../src/grpc/grpc-settings.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { grpcSettings, PROFILES } from '../../support/grpc-settings.ts';

const never = new AbortController().signal;

function gates(settings: Partial<GrpcSettings>) {
  const full = grpcSettings({ endpointMode: 'fastest', ...settings });
  const clock = new FakeClock();
  return createEndpointGates({ settings: full, profiles: PROFILES, sharedQuota: null, clock, emit: () => {} });
}

test('two regions under one token are one quota', async () => {
  const [a, b] = gates({ endpoints: ['https://ams.shyft.to|t', 'https://ny.shyft.to|t'], openingsPercent: 100 });
  for (let i = 0; i < 60; i++) await (i % 2 === 0 ? a : b)?.limiter.acquire(OPENING, 'high', never);
  expect([a?.limiter.remaining(), b?.limiter.remaining()]).toEqual([40, 40]);
  a?.limiter.block(1000);
  expect(b?.limiter.isBlocked).toBe(true);
});

test.each([
  ['another token', ['https://ams.shyft.to|t', 'https://ny.shyft.to|u']],
  ['another provider', ['https://ams.shyft.to|t', 'https://a.rpcpool.com|t']],
  ['no token at another endpoint', ['https://ams.shyft.to', 'https://ny.shyft.to']],
])('%s is another quota', (_what, endpoints) => {
  const [a, b] = gates({ endpoints });
  expect(a?.limiter).not.toBe(b?.limiter);
});

test('a process leaves headroom in the rate of its provider', () => {
  const [a] = gates({ endpoints: ['https://ams.shyft.to|t'] });
  expect(a?.limiter.budget).toEqual({ limit: 80, windowMs: 60_000 });
});
