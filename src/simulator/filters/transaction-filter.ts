import type { SubscribeRequest } from '../../domain/geyser-messages.ts';
import type { SimulatedTransaction } from '../truth-source.ts';
import { CuckooFilter } from './cuckoo-filter.ts';
import { checkAny, checkKeys, type FilterLimits } from './filter-limits.ts';
import { decodeExactly, FilterProblem, keyBytes, keyString, publicKeys } from './key-set.ts';
import { type TokenOwnerMode, tokenOwners } from './token-owners.ts';

type Message = SubscribeRequest['transactions'][string];

/** One named filter of `transactions` or `transactions_status`: every condition it states must hold. */
export class TransactionFilter {
  readonly name: string;
  readonly #vote: boolean | undefined;
  readonly #failed: boolean | undefined;
  readonly #signature: string | null;
  readonly #include: ReadonlySet<string>;
  readonly #exclude: ReadonlySet<string>;
  readonly #required: ReadonlySet<string>;
  readonly #compressed: CuckooFilter | null;
  readonly #owners: TokenOwnerMode | null;

  constructor(name: string, message: Message, limits: FilterLimits) {
    checkLimits(message, limits);
    this.name = name;
    this.#vote = message.vote;
    this.#failed = message.failed;
    this.#signature = message.signature === undefined ? null : keyString(decodeExactly(message.signature, 64));
    this.#include = publicKeys(message.accountInclude);
    this.#exclude = publicKeys(message.accountExclude);
    this.#required = publicKeys(message.accountRequired);
    this.#compressed =
      message.cuckooAccountInclude === undefined ? null : new CuckooFilter(message.cuckooAccountInclude);
    this.#owners = message.tokenAccounts === undefined ? null : ownerMode(message.tokenAccounts);
  }

  matches(transaction: SimulatedTransaction): boolean {
    if (this.#vote !== undefined && this.#vote !== transaction.vote) return false;
    if (this.#failed !== undefined && this.#failed !== transaction.failed) return false;
    if (this.#signature !== null && this.#signature !== keyString(transaction.signature)) return false;
    const own = transactionKeys(transaction);
    const owners = this.#owners === null ? NOBODY : tokenOwners(transaction, this.#owners);
    for (const key of this.#required) if (!own.has(key) && !owners.has(key)) return false;
    if (this.#include.size > 0 || this.#compressed !== null) {
      if (!this.#includes(own) && !this.#includes(owners)) return false;
    }
    return !overlaps(this.#exclude, own) && !overlaps(this.#exclude, owners);
  }

  #includes(keys: ReadonlySet<string>): boolean {
    if (overlaps(this.#include, keys)) return true;
    if (this.#compressed === null) return false;
    for (const key of keys) if (this.#compressed.has(keyBytes(key))) return true;
    return false;
  }
}

const NOBODY: ReadonlySet<string> = new Set();

function ownerMode(value: number): TokenOwnerMode {
  if (value === 0) return 'all';
  if (value === 1) return 'balanceChanged';
  throw new FilterProblem(`invalid token_accounts mode value ${value}; expected ALL (0) or BALANCE_CHANGED (1)`);
}

function overlaps(wanted: ReadonlySet<string>, keys: ReadonlySet<string>): boolean {
  if (wanted.size === 0) return false;
  for (const key of keys) if (wanted.has(key)) return true;
  return false;
}

// Many subscribers look at the same keys, and a recording that loops brings them again: they are spelled for comparison once.
const keysOf = new WeakMap<readonly Uint8Array[], ReadonlySet<string>>();

export function transactionKeys({ keys }: SimulatedTransaction): ReadonlySet<string> {
  let set = keysOf.get(keys);
  if (set === undefined) {
    set = new Set(keys.map(keyString));
    keysOf.set(keys, set);
  }
  return set;
}

function checkLimits(message: Message, limits: FilterLimits): void {
  checkAny(
    message.vote === undefined &&
      message.failed === undefined &&
      message.accountInclude.length === 0 &&
      message.cuckooAccountInclude === undefined &&
      message.accountExclude.length === 0 &&
      message.accountRequired.length === 0 &&
      message.tokenAccounts === undefined,
    limits,
  );
  checkKeys(message.accountInclude, limits);
  checkKeys(message.accountExclude, { ...limits, rejectedKeys: [] });
  checkKeys(message.accountRequired, { ...limits, rejectedKeys: [] });
}
