import { encodeJsonRpcTransaction } from '../../src/domain/json-rpc-transaction.ts';
import type { Transaction } from '../../src/domain/transaction.ts';
import { readTransaction } from '../../src/domain/wire-transaction.ts';
import { encodeBase58 } from '../../src/lib/base58.ts';

/** One call in a made-up transaction: programs and accounts by name or base58, data as bytes. */
export interface Call {
  readonly program: string;
  readonly accounts?: readonly string[];
  readonly data?: Uint8Array;
  readonly inner?: readonly Call[];
}

export interface MadeUp {
  readonly calls: readonly Call[];
  /** Null: the source recorded none. */
  readonly logs?: readonly string[] | null;
  readonly error?: unknown;
  readonly version?: 'legacy' | number;
  readonly slot?: number;
  /** False: the source recorded no inner instructions. */
  readonly recordsInner?: boolean;
  /** False: old nodes did not tell how deep an inner instruction stands. */
  readonly recordsHeight?: boolean;
  /** Token accounts before and after; null: the source recorded no balances at all, lamports included. */
  readonly tokens?: readonly MadeUpBalance[] | null;
  /** Lamports by account name, before and after; the others hold none. */
  readonly lamports?: Readonly<Record<string, readonly [before: number, after: number]>>;
}

export interface MadeUpBalance {
  readonly account: string;
  readonly mint: string;
  readonly owner: string;
  /** Null: the account was not there. */
  readonly before: bigint | null;
  readonly after: bigint | null;
  /** Of the mint; 6 unless told. */
  readonly decimals?: number;
}

/** A key that a readable name stands for; base58 keys stand for themselves. */
export function keyNamed(name: string): string {
  if (/^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(name)) return name;
  return encodeBase58(Buffer.concat([Buffer.alloc(1, 1), Buffer.from(name)], 32).fill(7, 1 + Buffer.byteLength(name)));
}

/** A transaction as a provider would send it, from the few things a test cares about. */
export function madeUpTransaction(madeUp: MadeUp): Transaction {
  return readTransaction(madeUpUpdate(madeUp));
}

export function madeUpUpdate(madeUp: MadeUp): Uint8Array {
  const keys: string[] = [keyNamed('payer')];
  const position = (name: string): number => {
    const key = keyNamed(name);
    const known = keys.indexOf(key);
    return known >= 0 ? known : keys.push(key) - 1;
  };
  const instruction = (call: Call, height: number) => ({
    programIdIndex: position(call.program),
    accounts: (call.accounts ?? []).map(position),
    data: encodeBase58(call.data ?? new Uint8Array(0)),
    ...(madeUp.recordsHeight === false ? {} : { stackHeight: height }),
  });
  const flatten = (call: Call, height: number): object[] =>
    (call.inner ?? []).flatMap((each) => [instruction(each, height), ...flatten(each, height + 1)]);
  const instructions = madeUp.calls.map((call) => instruction(call, 1));
  const inner = madeUp.calls
    .map((call, index) => ({ index, instructions: flatten(call, 2) }))
    .filter((group) => group.instructions.length > 0);
  const tokenBalances = (amountOf: (balance: MadeUpBalance) => bigint | null) =>
    (madeUp.tokens ?? []).flatMap((balance) => {
      const amount = amountOf(balance);
      if (amount === null) return [];
      const { account, mint, owner, decimals = 6 } = balance;
      const uiTokenAmount = { amount: String(amount), decimals, uiAmount: null, uiAmountString: '' };
      return [{ accountIndex: position(account), mint: keyNamed(mint), owner: keyNamed(owner), uiTokenAmount }];
    });
  const preTokenBalances = tokenBalances(({ before }) => before);
  const postTokenBalances = tokenBalances(({ after }) => after);
  const lamports = new Map(Object.entries(madeUp.lamports ?? {}).map(([name, held]) => [keyNamed(name), held]));
  const json = {
    slot: madeUp.slot ?? 1000,
    blockTime: 1_700_000_000,
    transaction: {
      signatures: [encodeBase58(new Uint8Array(64).fill(9))],
      message: {
        header: { numRequiredSignatures: 1, numReadonlySignedAccounts: 0, numReadonlyUnsignedAccounts: 0 },
        accountKeys: keys,
        recentBlockhash: keyNamed('blockhash'),
        instructions,
      },
    },
    meta: {
      err: madeUp.error ?? null,
      fee: 5000,
      preBalances: madeUp.tokens === null ? [] : keys.map((key) => lamports.get(key)?.[0] ?? 0),
      postBalances: madeUp.tokens === null ? [] : keys.map((key) => lamports.get(key)?.[1] ?? 0),
      innerInstructions: madeUp.recordsInner === false ? null : inner,
      logMessages: madeUp.logs ?? null,
      preTokenBalances,
      postTokenBalances,
    },
    version: madeUp.version ?? 'legacy',
  };
  return encodeJsonRpcTransaction(json, { index: 3, createdAtMs: 1_700_000_000_123 });
}
