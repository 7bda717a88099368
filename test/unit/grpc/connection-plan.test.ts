import { geyser } from '../../../src/domain/geyser-messages.ts';
import { compressAddresses } from '../../../src/grpc/compressed-addresses.ts';
import { planConnections } from '../../../src/grpc/connection-plan.ts';
import { endpointsOf, planOptions } from '../../../src/grpc/grpc-settings.ts';
import type { ProviderProfile } from '../../../src/grpc/provider-profiles.ts';
import { SubscriptionBuilder } from '../../../src/grpc/subscription-builder.ts';
import { ALL_GROUPS, GROUPS, grpcSettings, PROFILES } from '../../support/grpc-settings.ts';

function plan(profile: Partial<ProviderProfile>, settings: Parameters<typeof grpcSettings>[0] = {}) {
  const full = grpcSettings({ url: 'https://a.example', ...settings });
  const generic = PROFILES.get('generic') as ProviderProfile;
  const profiles = new Map([['generic', { ...generic, ...profile }]]);
  const builder = new SubscriptionBuilder(
    GROUPS,
    [{ monitor: 'm', interest: { groups: ALL_GROUPS } }],
    full,
    compressAddresses,
  );
  return planConnections(planOptions(full, endpointsOf(full, profiles), builder));
}

test('tells the streams before anything is opened', () => {
  const { feasible, connections, worstCaseOpeningsPerMinute } = plan({});
  expect(feasible).toBe(true);
  expect(connections.map((each) => each.groups)).toEqual([['bonding-curve'], ['amm', 'external-amm']]);
  expect(connections[1]).toMatchObject({ accounts: 9, filters: { transactions: 2, slots: 1 }, monitors: ['m'] });
  expect(worstCaseOpeningsPerMinute).toBeGreaterThanOrEqual(2 * 8);
  expect(geyser.SubscribeRequest).toBeDefined();
});

test.each([
  ['concurrentStreams', { concurrentStreams: 1 }],
  ['accountsPerStream', { accountsPerStream: 4 }],
  ['filtersPerType', { filtersPerType: 1 }],
  ['filterNameBytes', { filterNameBytes: 5 }],
  ['refusedPrograms', { refusedPrograms: ['pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA'] }],
  ['requestBytes', { requestBytes: 50 }],
] as const)('refuses what a profile forbids: %s', (rule, profile) => {
  const { feasible, violations } = plan(profile);
  expect(feasible).toBe(false);
  expect(violations.map((each) => each.rule)).toContain(rule);
});

test('a standby endpoint is judged too, although nothing is opened there', () => {
  const full = grpcSettings({
    endpoints: ['https://a.example|t|generic', 'https://b.example|t|chainstack'],
    maxConnections: 3,
  });
  const builder = new SubscriptionBuilder(
    GROUPS,
    [{ monitor: 'm', interest: { groups: ALL_GROUPS } }],
    full,
    compressAddresses,
  );
  const result = planConnections(planOptions(full, endpointsOf(full, PROFILES), builder));
  expect(result.connections.length).toBe(3);
  expect(result.violations).toMatchObject([{ endpoint: 'b.example:443', rule: 'concurrentStreams' }]);
});
