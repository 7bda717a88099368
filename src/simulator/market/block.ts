import type { Random } from '../../lib/random.ts';
import type { SimulatedAccountWrite, SimulatedTransaction, SlotContext } from '../truth-source.ts';
import type { Account } from './account.ts';
import { curveData, poolData, tokenAccountData } from './account-data.ts';
import type { Execution } from './execution.ts';
import type { KnownAccounts } from './known-accounts.ts';
import type { MarketLedger } from './ledger.ts';
import { NestingWriter } from './nesting-writer.ts';
import { encodeTransaction } from './transaction-encoder.ts';
import type { Coin, Pool } from './world.ts';

export interface BlockOptions {
  /** Also report the writes to the pools' vaults. */
  readonly vaultWrites: boolean;
  readonly legacyShare: number;
  /** The block lies on a fork that loses: nothing in it happens, the ledger hears of nothing. */
  readonly isDoomed: boolean;
}

/** Numbers that go on from block to block. */
export interface BlockCounters {
  nonce: number;
  writeVersion: number;
}

const writer = new NestingWriter(1_024);
const RENT_EPOCH = 18_446_744_073_709_551_615n;

/** The slot being filled: takes executions in order, encodes them, notes what happened and which accounts were written. */
export class Block {
  readonly context: SlotContext;
  readonly transactions: SimulatedTransaction[] = [];
  readonly accounts: SimulatedAccountWrite[] = [];
  readonly #known: KnownAccounts;
  readonly #ledger: MarketLedger;
  readonly #random: Random;
  readonly #counters: BlockCounters;
  readonly #options: BlockOptions;

  constructor(
    context: SlotContext,
    known: KnownAccounts,
    ledger: MarketLedger,
    random: Random,
    counters: BlockCounters,
    options: BlockOptions,
  ) {
    this.context = context;
    this.#known = known;
    this.#ledger = ledger;
    this.#random = random;
    this.#counters = counters;
    this.#options = options;
  }

  /** Adds a transaction that may have changed these curves and pools. Returns its signature. */
  add(x: Execution, coins: readonly Coin[], pools: readonly Pool[]): Uint8Array {
    const transactionIndex = this.transactions.length;
    const { recentBlockhash } = this.context;
    const version = this.#random() < this.#options.legacyShare ? 'legacy' : 0;
    const nonce = this.#counters.nonce++;
    const encoded = encodeTransaction(x, { version, recentBlockhash, lookupTable: this.#known.lookupTable, nonce });
    const failed = x.failure !== null;
    this.transactions.push({ ...encoded, failed, vote: false });
    if (!failed) this.#writes(coins, pools, transactionIndex, encoded.signature);
    if (this.#options.isDoomed) x.revert();
    else this.#note(x, encoded.signature, transactionIndex);
    return encoded.signature;
  }

  /** Adds what was encoded before: a transaction that lands on two forks, with its account writes. */
  copy(transaction: SimulatedTransaction, writes: readonly SimulatedAccountWrite[]): void {
    const transactionIndex = this.transactions.push(transaction) - 1;
    for (const write of writes) this.accounts.push({ ...write, transactionIndex });
  }

  #note(x: Execution, signature: Uint8Array, transactionIndex: number): void {
    this.#ledger.transaction(x.failure !== null);
    for (const event of x.events) this.#ledger.event(this.context.slot, transactionIndex, signature, event);
  }

  #writes(coins: readonly Coin[], pools: readonly Pool[], index: number, signature: Uint8Array): void {
    const { system, pump, pumpSwap } = this.#known;
    for (const coin of coins) this.#write(coin.curve, pump.account, curveData(coin, system.account), index, signature);
    for (const pool of pools) {
      if (pool.reserves.lpSupply === 0n) continue;
      this.#write(pool.account, pumpSwap.account, poolData(pool), index, signature);
      if (!this.#options.vaultWrites) continue;
      for (const vault of [pool.base, pool.quote]) {
        const program = vault.holding?.mint.program ?? this.#known.token;
        this.#write(
          vault,
          program.account,
          tokenAccountData(vault, program === this.#known.token2022),
          index,
          signature,
        );
      }
    }
  }

  #write(account: Account, owner: Account, data: Uint8Array, transactionIndex: number, signature: Uint8Array): void {
    const info = writer.begin().bytes(1, account.address).uint(2, Number(account.lamports)).bytes(3, owner.address);
    info
      .uint64(5, RENT_EPOCH)
      .bytes(6, data)
      .uint(7, ++this.#counters.writeVersion)
      .bytes(8, signature);
    this.accounts.push({
      bytes: info.take(),
      transactionIndex,
      address: account.address,
      owner: owner.address,
      lamports: account.lamports,
      data,
      signature,
    });
  }
}
