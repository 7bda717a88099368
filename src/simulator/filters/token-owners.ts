import type { TokenBalance } from '../../domain/transaction.ts';
import { readTokenBalances } from '../../domain/wire-meta.ts';
import { decodeBase58 } from '../../lib/base58.ts';
import { ProtobufReader } from '../../lib/protobuf-reader.ts';
import type { SimulatedTransaction } from '../truth-source.ts';
import { keyString } from './key-set.ts';

/** `all`: owns a token balance before or after; `balanceChanged`: one that changed, appeared or was closed. */
export type TokenOwnerMode = 'all' | 'balanceChanged';

const META_FIELD = 4;
const PRE_TOKEN_BALANCES = 7;
const POST_TOKEN_BALANCES = 8;

const remembered: Readonly<Record<TokenOwnerMode, WeakMap<SimulatedTransaction, ReadonlySet<string>>>> = {
  all: new WeakMap(),
  balanceChanged: new WeakMap(),
};

/** The wallets whose token accounts a transaction touched: what token-account expansion adds to its keys. */
export function tokenOwners(transaction: SimulatedTransaction, mode: TokenOwnerMode): ReadonlySet<string> {
  let owners = remembered[mode].get(transaction);
  if (owners === undefined) {
    const before = balances(transaction, PRE_TOKEN_BALANCES);
    const after = balances(transaction, POST_TOKEN_BALANCES);
    const chosen = mode === 'all' ? [...before, ...after] : changed(before, after);
    owners = new Set(
      chosen
        .map((balance) => balance.owner)
        .filter((owner) => owner !== '')
        .map(ownerKey),
    );
    remembered[mode].set(transaction, owners);
  }
  return owners;
}

function changed(before: readonly TokenBalance[], after: readonly TokenBalance[]): readonly TokenBalance[] {
  const old = new Map(before.map((balance) => [balance.accountIndex, balance]));
  const present = new Set(after.map((balance) => balance.accountIndex));
  return [
    ...after.filter((balance) => old.get(balance.accountIndex)?.amount !== balance.amount),
    ...before.filter((balance) => !present.has(balance.accountIndex)),
  ];
}

function balances(transaction: SimulatedTransaction, field: number): readonly TokenBalance[] {
  const info = new ProtobufReader(transaction.bytes, 0, transaction.bytes.length);
  for (let tag = info.tag(); tag !== 0; tag = info.tag()) {
    if (tag >>> 3 === META_FIELD) {
      const end = info.length();
      return readTokenBalances(new ProtobufReader(transaction.bytes, info.position, end), field);
    }
    info.skip(tag);
  }
  return [];
}

function ownerKey(owner: string): string {
  return keyString(decodeBase58(owner));
}
