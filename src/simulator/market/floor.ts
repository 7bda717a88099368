import type { Random } from '../../lib/random.ts';
import type { Program } from './account.ts';
import type { Block } from './block.ts';
import type { Desk } from './desk.ts';
import type { KnownAccounts } from './known-accounts.ts';
import type { MarketLedger } from './ledger.ts';
import type { MarketOptions } from './market-options.ts';
import { pick } from './names.ts';
import type { ProgramContext } from './program-context.ts';
import type { Routers } from './router.ts';
import type { Coin, Pool, Quote, Wallet } from './world.ts';
import type { WorldBuilder } from './world-builder.ts';

/** Something to be done in a later slot. */
export interface Plan {
  readonly slot: number;
  readonly act: (block: Block) => void;
}

const SOL = 1_000_000_000n;
const POOREST = 2n * SOL;
const PLANS_MAX = 20_000;

/** The trading floor: who and what there is right now, what is planned, and how chance picks among it. */
export class Floor {
  readonly options: MarketOptions;
  readonly random: Random;
  readonly builder: WorldBuilder;
  readonly context: ProgramContext;
  readonly known: KnownAccounts;
  readonly desk: Desk;
  readonly ledger: MarketLedger;
  readonly wallets: Wallet[] = [];
  readonly coins: Coin[] = [];
  readonly pools: Pool[] = [];
  readonly #routers: Routers;
  #plans: Plan[] = [];

  constructor(
    options: MarketOptions,
    random: Random,
    builder: WorldBuilder,
    context: ProgramContext,
    desk: Desk,
    ledger: MarketLedger,
    routers: Routers,
  ) {
    this.options = options;
    this.random = random;
    this.builder = builder;
    this.context = context;
    this.known = context.known;
    this.desk = desk;
    this.ledger = ledger;
    this.#routers = routers;
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  between(low: number, high: number): number {
    return low + this.random() * (high - low);
  }

  /** An amount of SOL in lamports, mostly small, sometimes large. */
  lamports(low: number, high: number): bigint {
    return BigInt(Math.floor(low * (high / low) ** this.random() * 1e9));
  }

  /** What `lamports` would be in the coin's quote, at a fixed rate of 150 dollars. */
  inQuote(coin: Coin, lamports: bigint): bigint {
    return coin.quote.native ? lamports : (lamports * 150n) / 1_000n;
  }

  quote(): Quote {
    return this.chance(this.options.tokenQuotedShare) ? this.builder.usdc : this.builder.sol;
  }

  newWallet(label: string): Wallet {
    return this.builder.wallet(label, this.lamports(30, 1_500), this.lamports(5, 40));
  }

  /** A wallet that can still pay; one that cannot leaves the floor and somebody new comes. */
  wallet(): Wallet {
    const index = Math.floor(this.random() * this.wallets.length);
    const wallet = this.wallets[index] as Wallet;
    if (wallet.account.lamports >= POOREST) return wallet;
    this.forget(wallet);
    const fresh = this.newWallet('retail');
    this.wallets[index] = fresh;
    return fresh;
  }

  /** Lets go of a wallet that will never act again. */
  forget(wallet: Wallet): void {
    for (const coin of wallet.holdings.keys()) coin.holders.delete(wallet);
    wallet.holdings.clear();
  }

  /** Lets go of a coin that nobody trades any more. */
  retire(coin: Coin): void {
    for (const wallet of coin.holders) {
      wallet.holdings.delete(coin);
      if (coin.pool !== null) wallet.shares.delete(coin.pool);
    }
    coin.holders.clear();
  }

  /** Somebody who has some of this coin, and how much. */
  holder(coin: Coin): { readonly wallet: Wallet; readonly amount: bigint } | null {
    const all = [...coin.holders];
    for (let attempt = 0; attempt < 4 && all.length > 0; attempt++) {
      const wallet = pick(this.random, all);
      const amount = this.holding(wallet, coin);
      if (amount > 0n && wallet.account.lamports > SOL / 10n) return { wallet, amount };
    }
    return null;
  }

  holding(wallet: Wallet, coin: Coin): bigint {
    return wallet.holdings.get(coin)?.holding?.amount ?? 0n;
  }

  /** The programs a trade goes through, outermost first; empty: straight to the venue. */
  route(): readonly Program[] {
    if (!this.chance(this.options.routedShare)) return [];
    const { bot, terminal, aggregator, orders } = this.#routers;
    return pick(this.random, [[bot], [bot], [terminal], [terminal], [aggregator], [orders, aggregator]]);
  }

  plan(slot: number, act: (block: Block) => void): void {
    if (this.#plans.length < PLANS_MAX) this.#plans.push({ slot, act });
  }

  /** What was planned for this slot or before it; planned is then done. */
  due(slot: number): readonly Plan[] {
    const due = this.#plans.filter((plan) => plan.slot <= slot);
    if (due.length > 0) this.#plans = this.#plans.filter((plan) => plan.slot > slot);
    return due;
  }
}
