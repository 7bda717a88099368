import { createHash } from 'node:crypto';
import { geyser, type SubscribeRequest } from '../../domain/geyser-messages.ts';
import { type Interest, type Priority, type ProgramGroup, rankOf } from '../../domain/interest.ts';
import { COMMITMENTS, type Commitment } from '../../domain/slot.ts';
import { EngineError } from '../../lib/errors.ts';
import type { CompressAddresses, CuckooFilter } from './compressed-addresses.ts';

export interface MonitorInterest {
  readonly monitor: string;
  readonly interest: Interest;
}

export interface SubscriptionOptions {
  readonly commitment: Commitment;
  /** Failed transactions change nothing but fees and yield no event, yet are about as many as the others: off unless someone counts them. */
  readonly includeFailed: boolean;
  /** Address lists longer than this are sent compressed where that is possible; 0 = never. */
  readonly compressAbove: number;
}

/** The group a filter belongs to: its own name, or what stands before the monitor's. */
export function groupOfFilter(name: string): string {
  const slash = name.indexOf('/');
  return slash === -1 ? name : name.slice(0, slash);
}

const EXPANSION = { all: 0, 'balance-changed': 1 } as const;

/**
 * Folds what the monitors want into named filters, one per group, so that an update tells which group it belongs to and a group can
 * move between streams as a whole. It opens nothing and knows no connection.
 */
export class SubscriptionBuilder {
  readonly #groups: readonly ProgramGroup[];
  readonly #options: SubscriptionOptions;
  readonly #compress: CompressAddresses;
  readonly #interests = new Map<string, Interest>();
  /** Kept per list: a filter compressed again is another filter, and would be rewritten for nothing. */
  readonly #compressed = new WeakMap<readonly string[], CuckooFilter>();

  constructor(
    groups: readonly ProgramGroup[],
    monitors: readonly MonitorInterest[],
    options: SubscriptionOptions,
    compress: CompressAddresses,
  ) {
    this.#groups = groups;
    this.#options = options;
    this.#compress = compress;
    for (const { monitor, interest } of monitors) this.#interests.set(monitor, interest);
  }

  /** Adds a monitor or replaces its interest. Unknown groups are named, nothing is changed then. */
  set(monitor: string, interest: Interest): void {
    this.#check(monitor, interest);
    this.#interests.set(monitor, interest);
  }

  interestOf(monitor: string): Interest | undefined {
    return this.#interests.get(monitor);
  }

  remove(monitor: string): void {
    this.#interests.delete(monitor);
  }

  /** Throws when a monitor wants a group that the configuration does not have. */
  check(): void {
    for (const [monitor, interest] of this.#interests) this.#check(monitor, interest);
  }

  /** Groups some monitor wants, the important ones first, then in the order of the configuration. */
  wanted(): readonly ProgramGroup[] {
    const names = new Set([...this.#interests.values()].flatMap((interest) => interest.groups));
    return this.#groups
      .filter((group) => names.has(group.name))
      .sort((a, b) => rankOf(a.priority) - rankOf(b.priority));
  }

  group(name: string): ProgramGroup | undefined {
    return this.#groups.find((group) => group.name === name);
  }

  /** The most important priority among these groups. */
  priorityOf(groups: readonly string[]): Priority {
    const priorities = groups.map((name) => this.group(name)?.priority ?? 'low');
    return priorities.includes('high') ? 'high' : priorities.includes('medium') ? 'medium' : 'low';
  }

  /** Monitors that read any of these groups. */
  monitorsOf(groups: readonly string[]): readonly string[] {
    return [...this.#interests]
      .filter(([, interest]) => interest.groups.some((group) => groups.includes(group)))
      .map(([monitor]) => monitor);
  }

  get commitment(): Commitment {
    return this.#options.commitment;
  }

  get monitors(): readonly string[] {
    return [...this.#interests.keys()];
  }

  /** The request that carries these groups. Slots and block metas travel on every stream: each proves its own completeness. */
  build(groups: readonly string[], fromSlot: number | null): SubscribeRequest {
    const transactions: Record<string, object> = {};
    const accounts: Record<string, object> = {};
    for (const name of groups) {
      const group = this.group(name);
      if (group === undefined) continue;
      transactions[name] = {
        vote: false,
        ...(this.#options.includeFailed ? {} : { failed: false }),
        accountInclude: group.programs.map((entry) => entry.program),
      };
      const owners = this.#ownersOf(name);
      if (owners.length > 0) accounts[name] = { owner: owners };
      this.#addAddresses(name, transactions, accounts);
    }
    return geyser.SubscribeRequest.fromPartial({
      transactions,
      accounts,
      slots: { slots: { interslotUpdates: true } },
      blocksMeta: { blocks: {} },
      commitment: COMMITMENTS.indexOf(this.#options.commitment),
      ...(fromSlot === null ? {} : { fromSlot: String(fromSlot) }),
    });
  }

  /** What single monitors want beside the programs of a group travels with the first group of their interest. */
  #addAddresses(group: string, transactions: Record<string, object>, accounts: Record<string, object>): void {
    for (const [monitor, interest] of this.#interests) {
      if (interest.groups[0] !== group) continue;
      const name = `${group}/${monitor}`;
      if (interest.mentions !== undefined && interest.mentions.length > 0) {
        const filter = this.#compressedOf(interest.mentions);
        transactions[name] = {
          vote: false,
          ...(this.#options.includeFailed ? {} : { failed: false }),
          ...(filter === null ? { accountInclude: interest.mentions } : { cuckooAccountInclude: filter }),
          ...(interest.tokenAccounts === undefined ? {} : { tokenAccounts: EXPANSION[interest.tokenAccounts] }),
        };
      }
      if (interest.accounts !== undefined && interest.accounts.length > 0) {
        const filter = this.#compressedOf(interest.accounts);
        accounts[name] = filter === null ? { account: interest.accounts } : { cuckooAccountsFilter: filter };
      }
    }
  }

  #compressedOf(addresses: readonly string[]): CuckooFilter | null {
    const { compressAbove } = this.#options;
    if (compressAbove === 0 || addresses.length <= compressAbove) return null;
    const known = this.#compressed.get(addresses);
    if (known !== undefined) return known;
    const filter = this.#compress(addresses);
    if (filter !== null) this.#compressed.set(addresses, filter);
    return filter;
  }

  /** Owners travel with the group that has their program, else with the first group of the interest that names them. */
  #ownersOf(group: string): readonly string[] {
    const owners = new Set<string>();
    for (const interest of this.#interests.values()) {
      for (const owner of interest.accountOwners ?? []) {
        const home = this.#groups.find((each) => each.programs.some((entry) => entry.program === owner));
        if ((home?.name ?? interest.groups[0]) === group) owners.add(owner);
      }
    }
    return [...owners].sort();
  }

  #check(monitor: string, interest: Interest): void {
    const unknown = interest.groups.filter((name) => this.group(name) === undefined);
    if (unknown.length === 0) return;
    const known = this.#groups.map((group) => group.name).join(', ');
    throw new EngineError(
      'CONFIG_INVALID',
      `Monitor ${monitor} reads the group ${unknown.join(', ')}, which is not configured; there are: ${known}.`,
    );
  }
}

/** Text that two requests share exactly when they ask for the same filters, in whatever order their groups were added. */
export function filterFingerprint(request: SubscribeRequest): string {
  return JSON.stringify({ ...request, ping: undefined, fromSlot: undefined }, (_name, value: unknown) => {
    if (value instanceof Uint8Array) return createHash('sha256').update(value).digest('hex');
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
