import { geyser, type SubscribeRequest } from '../domain/geyser-messages.ts';
import { type WorstMinuteOptions, worstMinute } from './balance/worst-minute.ts';
import { type Endpoint, streamRoom } from './endpoint/endpoint.ts';
import type { ProviderProfile } from './endpoint/provider-profiles.ts';
import { type OpeningRule, withHeadroom } from './endpoint/subscription-rate-limiter.ts';
import { assignGroups } from './subscription/group-assignment.ts';
import type { SubscriptionBuilder } from './subscription/subscription-builder.ts';

export interface PlannedConnection {
  readonly endpoint: string;
  readonly profile: string;
  readonly groups: readonly string[];
  readonly priority: string;
  readonly monitors: readonly string[];
  /** Filters by type. */
  readonly filters: Readonly<Record<'transactions' | 'accounts' | 'slots' | 'blocksMeta', number>>;
  /** Addresses named in its filters. */
  readonly accounts: number;
  readonly requestBytes: number;
}

export interface Violation {
  readonly endpoint: string;
  readonly rule: string;
  readonly detail: string;
}

/** What this process allows itself of a provider's rate. */
export interface PlannedRate {
  readonly endpoint: string;
  readonly counts: OpeningRule['counts'];
  readonly limit: number;
  readonly providerLimit: number;
  readonly windowMs: number;
}

export interface ConnectionPlan {
  readonly feasible: boolean;
  readonly connections: readonly PlannedConnection[];
  /** Most subscriptions asked for in any minute, however the streams die, before the limiter holds any back. */
  readonly worstCaseOpeningsPerMinute: number;
  readonly rates: readonly PlannedRate[];
  readonly violations: readonly Violation[];
  /** What is allowed but worth knowing. */
  readonly notes: readonly string[];
}

export interface PlanOptions extends Omit<WorstMinuteOptions, 'streams' | 'countsRewrites'> {
  readonly endpoints: readonly Endpoint[];
  readonly builder: SubscriptionBuilder;
  /** Connections per endpoint the settings ask for; `poolSize` is what the profiles leave of them. */
  readonly configuredSize: number;
  /** Groups of streams that stand already, however they were spread. */
  readonly standing: readonly (readonly string[])[];
  /** Every endpoint at once (fastest, shadow), or one after the other. */
  readonly isParallel: boolean;
  readonly connectionTtlMs: number;
  /** Share of the provider's rates this process uses. */
  readonly openingsPercent: number;
}

/** What would be opened, and what of it a profile forbids. Pure: it connects to nothing. */
export function planConnections(options: PlanOptions): ConnectionPlan {
  const { builder } = options;
  const spread = assignGroups(builder.wanted(), options.poolSize);
  const used = options.isParallel ? options.endpoints : options.endpoints.slice(0, 1);
  const connections = used.flatMap((endpoint) => spread.map((groups) => describe(endpoint, groups, builder)));
  // A standby endpoint has to take the same streams: what it forbids is found before it is needed.
  const violations = options.endpoints.flatMap((endpoint) => violationsAt(endpoint, spread, options));
  return {
    feasible: violations.length === 0,
    connections,
    worstCaseOpeningsPerMinute: used.reduce((sum, endpoint) => sum + worstAt(endpoint, spread.length, options), 0),
    rates: options.endpoints.flatMap((endpoint) => ratesAt(endpoint, options)),
    violations,
    notes: options.endpoints.flatMap((endpoint) => notesAt(endpoint, spread.length, options)),
  };
}

function ratesAt({ address, profile }: Endpoint, { openingsPercent }: PlanOptions): readonly PlannedRate[] {
  return withHeadroom(profile.openings, openingsPercent).map(({ counts, limit, windowMs }, index) => ({
    endpoint: address.name,
    counts,
    limit,
    providerLimit: profile.openings[index]?.limit ?? limit,
    windowMs,
  }));
}

function roomAt(endpoint: Endpoint, { endpoints, isParallel }: PlanOptions): number {
  return streamRoom(endpoint, isParallel ? endpoints : []);
}

function worstAt({ profile }: Endpoint, streams: number, options: PlanOptions): number {
  return worstMinute({ ...options, streams, countsRewrites: profile.rewriteCountsAsSubscription });
}

function describe(endpoint: Endpoint, groups: readonly string[], builder: SubscriptionBuilder): PlannedConnection {
  const request = builder.build(groups, null);
  const count = (filters: object) => Object.keys(filters).length;
  return {
    endpoint: endpoint.address.name,
    profile: endpoint.profile.name,
    groups,
    priority: builder.priorityOf(groups),
    monitors: builder.monitorsOf(groups),
    filters: {
      transactions: count(request.transactions),
      accounts: count(request.accounts),
      slots: count(request.slots),
      blocksMeta: count(request.blocksMeta),
    },
    accounts: addressesOf(request).length,
    requestBytes: geyser.SubscribeRequest.encode(request).finish().length,
  };
}

function violationsAt(
  endpoint: Endpoint,
  spread: readonly (readonly string[])[],
  options: PlanOptions,
): readonly Violation[] {
  const { builder, standing } = options;
  const { profile } = endpoint;
  const found: Violation[] = [];
  const forbid = (rule: string, detail: string) => found.push({ endpoint: endpoint.address.name, rule, detail });
  const room = roomAt(endpoint, options);
  if (spread.length > room) {
    forbid('concurrentStreams', `${spread.length} streams are planned, ${profile.name} has room for ${room} here`);
  }
  const planned = new Set(spread.map((groups) => groups.join()));
  const others = standing.filter((groups) => groups.length > 0 && !planned.has(groups.join()));
  for (const groups of [...spread, ...others]) checkStream(profile, groups, builder, forbid);
  return found;
}

function checkStream(
  profile: ProviderProfile,
  groups: readonly string[],
  builder: SubscriptionBuilder,
  forbid: (rule: string, detail: string) => void,
): void {
  const request = builder.build(groups, null);
  const addresses = addressesOf(request);
  const stream = groups.join(' + ');
  const over = (limit: number | null, value: number) => limit !== null && value > limit;
  if (over(profile.accountsPerStream, addresses.length)) {
    forbid(
      'accountsPerStream',
      `${stream} names ${addresses.length} addresses, ${profile.accountsPerStream} are allowed`,
    );
  }
  for (const type of ['transactions', 'accounts', 'slots', 'blocksMeta'] as const) {
    const names = Object.keys(request[type]);
    if (over(profile.filtersPerType, names.length)) {
      forbid('filtersPerType', `${stream} has ${names.length} ${type} filters, ${profile.filtersPerType} are allowed`);
    }
    for (const name of names.filter((each) => over(profile.filterNameBytes, Buffer.byteLength(each)))) {
      forbid('filterNameBytes', `the name "${name}" is longer than ${profile.filterNameBytes} bytes`);
    }
  }
  for (const program of profile.refusedPrograms.filter((each) => addresses.includes(each))) {
    forbid('refusedPrograms', `${stream} names ${program}, which ${profile.name} refuses`);
  }
  const bytes = geyser.SubscribeRequest.encode(request).finish().length;
  if (over(profile.requestBytes, bytes)) {
    forbid('requestBytes', `the request for ${stream} has ${bytes} bytes, ${profile.requestBytes} are allowed`);
  }
  const compressed = compressedBytes(request);
  if (over(profile.compressedFilterBytes, compressed)) {
    forbid(
      'compressedFilterBytes',
      `${compressed} bytes of compressed filters, ${profile.compressedFilterBytes} are allowed`,
    );
  }
}

function notesAt(endpoint: Endpoint, streams: number, options: PlanOptions): readonly string[] {
  const { profile, address } = endpoint;
  const notes: string[] = [];
  const room = roomAt(endpoint, options);
  if (room < options.configuredSize) {
    notes.push(
      `${address.name}: ${options.configuredSize} connections are configured, ${options.poolSize} are opened: ${profile.name} has no room for more`,
    );
  }
  if (options.connectionTtlMs > 0 && streams + 1 > room) {
    notes.push(`${address.name}: no room for one more stream, so a renewal closes the old one first and replays`);
  }
  if (profile.replaySlots === 0) notes.push(`${address.name}: keeps no replay, every interruption leaves a gap`);
  if (profile.replaySlots === null)
    notes.push(`${address.name}: depth of the replay not stated; \`sluice doctor\` asks`);
  const worst = worstAt(endpoint, streams, options);
  for (const rule of ratesAt(endpoint, options).filter((each) => each.counts !== 'connections')) {
    // All of them may fall into a window that is shorter than a minute.
    const inWindow = worst * Math.max(1, rule.windowMs / 60_000);
    if (inWindow > rule.limit) {
      notes.push(
        `${address.name}: the worst minute asks for ${worst} openings; the limiter holds them to ${rule.limit} in ${rule.windowMs / 1000} s`,
      );
    }
  }
  return notes;
}

/** Addresses spelled out in the request; what a compressed filter holds is not counted. */
function addressesOf(request: SubscribeRequest): readonly string[] {
  const named = new Set<string>();
  for (const filter of Object.values(request.transactions)) {
    for (const list of [filter.accountInclude, filter.accountExclude, filter.accountRequired]) {
      for (const address of list) named.add(address);
    }
  }
  for (const filter of Object.values(request.accounts)) {
    for (const address of [...filter.account, ...filter.owner]) named.add(address);
  }
  return [...named];
}

function compressedBytes(request: SubscribeRequest): number {
  const sizes = [
    ...Object.values(request.transactions).map((filter) => filter.cuckooAccountInclude?.data.length ?? 0),
    ...Object.values(request.accounts).map((filter) => filter.cuckooAccountsFilter?.data.length ?? 0),
  ];
  return sizes.reduce((sum, size) => sum + size, 0);
}
