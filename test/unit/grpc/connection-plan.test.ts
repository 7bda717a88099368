import { geyser } from '../../../src/domain/geyser-messages.ts';
import { planConnections } from '../../../src/grpc/connection-plan.ts';
import type { ProviderProfile } from '../../../src/grpc/endpoint/provider-profiles.ts';
import { endpointsOf, planOptions } from '../../../src/grpc/grpc-settings.ts';
import { compressAddresses } from '../../../src/grpc/subscription/compressed-addresses.ts';
import { SubscriptionBuilder } from '../../../src/grpc/subscription/subscription-builder.ts';
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

/** The plan for the default groups on several endpoints. */
function planOf(settings: Parameters<typeof grpcSettings>[0], profiles = PROFILES) {
  const full = grpcSettings(settings);
  const builder = new SubscriptionBuilder(
    GROUPS,
    [{ monitor: 'm', interest: { groups: ALL_GROUPS } }],
    full,
    compressAddresses,
  );
  return planConnections(planOptions(full, endpointsOf(full, profiles), builder));
}

test('a standby endpoint is judged too, although nothing is opened there', () => {
  const generic = PROFILES.get('generic') as ProviderProfile;
  const strict = new Map([...PROFILES, ['strict', { ...generic, name: 'strict', accountsPerStream: 4 }] as const]);
  const endpoints = ['https://a.example|t|generic', 'https://b.example|t|strict'];
  const { connections, violations } = planOf({ endpoints, maxConnections: 2 }, strict);
  expect(connections.map(({ endpoint }) => endpoint)).toEqual(['a.example:443', 'a.example:443']);
  expect(violations).toMatchObject([{ endpoint: 'b.example:443', rule: 'accountsPerStream' }]);
});

test('more connections than a profile has room for are not opened, and the plan says so', () => {
  const { feasible, connections, notes } = planOf({ endpoints: ['https://a.example|t|chainstack'], maxConnections: 3 });
  expect([feasible, connections.length]).toEqual([true, 2]);
  expect(notes).toContainEqual(expect.stringContaining('3 connections are configured, 2 are opened'));
});

test('endpoints that are read at once share the streams of their token', () => {
  const endpoints = ['https://a.example|t|chainstack', 'https://b.example|t|chainstack'];
  const shared = planOf({ endpoints, endpointMode: 'fastest', maxConnections: 2 });
  expect(shared.connections.map(({ endpoint }) => endpoint)).toEqual(['a.example:443', 'b.example:443']);
  const three = planOf({ endpoints: [...endpoints, 'https://c.example|t|chainstack'], endpointMode: 'fastest' });
  expect(three.violations.map(({ rule }) => rule)).toContain('concurrentStreams');
  const apart = planOf({
    endpoints: ['https://a.example|t|chainstack', 'https://b.example|u|chainstack'],
    endpointMode: 'fastest',
  });
  expect(apart.connections).toHaveLength(4);
});
