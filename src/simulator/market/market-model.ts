import { type Random, seededRandom } from '../../lib/random.ts';
import type { SlotContent, SlotContext, TruthEvent, TruthSource } from '../truth-source.ts';
import { Block, type BlockCounters } from './block.ts';
import { Desk } from './desk.ts';
import { EventEncoder } from './events.ts';
import { Floor } from './floor.ts';
import { fillFork } from './fork.ts';
import { launch, sandwich, wash, whale } from './habits.ts';
import { knownAccounts } from './known-accounts.ts';
import { type LedgerCounts, MarketLedger, type MarketPattern } from './ledger.ts';
import { changeLiquidity } from './liquidity-orders.ts';
import type { MarketOptions } from './market-options.ts';
import { buyCoin, buyFromPool, sellCoin, sellToPool, switchCoins } from './orders.ts';
import type { ProgramContext } from './program-context.ts';
import { newRouters } from './router.ts';
import { TokenPrograms } from './token-programs.ts';
import type { Coin, Wallet } from './world.ts';
import { WorldBuilder } from './world-builder.ts';

const HABITS = ['sniper', 'sniper', 'momentum', 'whale', 'sandwich', 'wash', 'wash'];

/**
 * A market in which seeded traders launch, buy, sell, migrate, provide and dump; every transaction is what a validator would have
 * recorded, and the ledger knows what happened. It reads no clock and no chance but its seed.
 */
export class MarketModel implements TruthSource {
  readonly name: string;
  readonly #options: MarketOptions;
  readonly #random: Random;
  readonly #context: ProgramContext;
  readonly #floor: Floor;
  readonly #ledger: MarketLedger;
  readonly #counters: BlockCounters = { nonce: 0, writeVersion: 0 };
  #slots = 0;

  constructor(options: MarketOptions) {
    this.name = `market model, seed ${options.seed}`;
    this.#options = options;
    this.#random = seededRandom(options.seed);
    const known = knownAccounts();
    const events = new EventEncoder(options.layoutAge, options.layoutDrift);
    this.#context = { known, tokens: new TokenPrograms(known), events, blockTime: 0n };
    this.#ledger = new MarketLedger(options.truthLimit);
    const builder = new WorldBuilder(known, options.seed, this.#random);
    const desk = new Desk(this.#context, builder, this.#random);
    this.#floor = new Floor(options, this.#random, builder, this.#context, desk, this.#ledger, newRouters());
  }

  nextSlot(context: SlotContext): SlotContent | null {
    if (this.#options.slots !== null && this.#slots >= this.#options.slots) return null;
    if (this.#slots === 0) this.#invite();
    this.#slots++;
    this.#context.blockTime = BigInt(context.blockTime);
    this.#context.events.beginSlot(context.slot);
    const block = this.#block(context, false);
    for (const plan of this.#floor.due(context.slot)) plan.act(block);
    const wanted = this.#options.transactionsPerSlot * (0.5 + this.#random());
    while (block.transactions.length < wanted) this.#act(block);
    return { transactions: block.transactions, accounts: block.accounts, slot: null, blockTime: null };
  }

  /**
   * The losing twin of a block just made: what the slot's other fork would have held. It leaves no trace in the market, only its
   * transactions may be in both.
   */
  forkSlot(context: SlotContext, winner: SlotContent): SlotContent {
    const block = this.#block(context, true);
    fillFork(this.#floor, block, winner);
    return { transactions: block.transactions, accounts: block.accounts, slot: null, blockTime: null };
  }

  truth(): readonly TruthEvent[] {
    return this.#ledger.truth();
  }

  patterns(): readonly MarketPattern[] {
    return this.#ledger.patterns();
  }

  counts(): LedgerCounts {
    return this.#ledger.counts();
  }

  #block(context: SlotContext, isDoomed: boolean): Block {
    const { vaultWrites, legacyShare } = this.#options;
    const options = { vaultWrites, legacyShare, isDoomed };
    return new Block(context, this.#context.known, this.#ledger, this.#random, this.#counters, options);
  }

  #invite(): void {
    const { wallets } = this.#floor;
    for (let i = 0; i < this.#options.wallets; i++) {
      wallets.push(this.#floor.newWallet(i % 4 === 0 ? (HABITS[(i / 4) % HABITS.length] as string) : 'retail'));
    }
  }

  /** One thing that somebody does. */
  #act(block: Block): void {
    const floor = this.#floor;
    const curves = floor.coins.filter((coin) => !coin.complete);
    if (curves.length === 0) {
      launch(floor, block);
      return;
    }
    const dice = this.#random();
    if (dice < (curves.length < this.#options.activeCoins ? 0.06 : 0.01)) {
      this.#launchAnother(block, curves);
      return;
    }
    const pools = floor.pools;
    if (pools.length > 0 && dice < 0.42) {
      this.#actInPool(block);
      return;
    }
    const coin = this.#attractive(curves);
    if (dice > 0.985) {
      sandwich(floor, block, coin);
      return;
    }
    const held = floor.chance(0.42 - 0.3 * coin.appeal) ? floor.holder(coin) : null;
    if (held === null) {
      const spend = floor.inQuote(coin, floor.lamports(0.05, 0.8 + 5 * coin.appeal));
      buyCoin(floor, block, coin, this.#buyer(coin), spend);
      return;
    }
    const base = floor.chance(0.5) ? held.amount : (held.amount * BigInt(1 + Math.floor(this.#random() * 90))) / 100n;
    if (base === 0n) return;
    if (floor.chance(0.08)) switchCoins(floor, block, coin, this.#attractive(curves), held.wallet, base);
    else sellCoin(floor, block, coin, held.wallet, base);
  }

  #actInPool(block: Block): void {
    const floor = this.#floor;
    const pool = floor.pools[Math.floor(this.#random() * floor.pools.length)];
    if (pool === undefined) return;
    const dice = this.#random();
    if (dice < 0.13) {
      if (dice < 0.02) whale(floor, block, pool);
      else if (dice < 0.04) wash(floor, block, pool);
      else if (dice < 0.07) sandwich(floor, block, pool);
      else changeLiquidity(floor, block, pool);
      return;
    }
    const held = floor.chance(0.5) ? floor.holder(pool.coin) : null;
    if (held === null) {
      buyFromPool(floor, block, pool, this.#buyer(pool.coin), floor.inQuote(pool.coin, floor.lamports(0.05, 6)));
      return;
    }
    const base = (held.amount * BigInt(10 + Math.floor(this.#random() * 91))) / 100n;
    if (base > 1_000n) sellToPool(floor, block, pool, held.wallet, base);
  }

  /** A launch; on a full floor the least attractive coin that sold little goes. */
  #launchAnother(block: Block, curves: readonly Coin[]): void {
    const floor = this.#floor;
    if (curves.length >= this.#options.activeCoins) {
      const dud = curves.reduce((least, coin) => (coin.appeal < least.appeal ? coin : least));
      floor.coins.splice(floor.coins.indexOf(dud), 1);
      floor.retire(dud);
    }
    launch(floor, block);
  }

  /** Often somebody who has some already. */
  #buyer(coin: Coin): Wallet {
    const again = this.#floor.chance(0.4) ? this.#floor.holder(coin)?.wallet : undefined;
    return again ?? this.#floor.wallet();
  }

  /** The better of three. */
  #attractive(coins: readonly Coin[]): Coin {
    let best = coins[Math.floor(this.#random() * coins.length)] as Coin;
    for (let i = 0; i < 2; i++) {
      const other = coins[Math.floor(this.#random() * coins.length)] as Coin;
      if (other.appeal > best.appeal) best = other;
    }
    return best;
  }
}
