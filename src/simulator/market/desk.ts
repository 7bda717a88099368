import type { Random } from '../../lib/random.ts';
import type { Account, Program } from './account.ts';
import type { BuyOrder, SellOrder } from './curve-orders.ts';
import { Execution } from './execution.ts';
import { pick } from './names.ts';
import type { PoolBuyOrder, PoolSellOrder } from './pool-orders.ts';
import type { FeeSeats, ProgramContext } from './program-context.ts';
import { type AccountList, buyAccounts, sellAccounts, tradeV2Accounts } from './pump-fun-accounts.ts';
import { buyOnCurve, sellOnCurve } from './pump-fun-trades.ts';
import { swapAccounts } from './pump-swap-accounts.ts';
import { buyInPool, sellInPool } from './pump-swap-trades.ts';
import { throughRouter } from './router.ts';
import type { Coin, Pool, Wallet } from './world.ts';
import type { WorldBuilder } from './world-builder.ts';

/** Composes transactions as wallets and bots send them: the instructions around a trade, and whether a router stands in between. */
const SIGNATURE_FEE = 5_000n;
const MICRO = 1_000_000n;

export class Desk {
  readonly #context: ProgramContext;
  readonly #builder: WorldBuilder;
  readonly #random: Random;

  constructor(context: ProgramContext, builder: WorldBuilder, random: Random) {
    this.#context = context;
    this.#builder = builder;
    this.#random = random;
  }

  /** A transaction with its compute budget set. */
  open(wallet: Wallet, signers: number, units: number): Execution {
    const price = BigInt(50_000 + Math.floor(this.#random() * 2_000_000));
    const fee = SIGNATURE_FEE * BigInt(signers) + (BigInt(units) * price + MICRO - 1n) / MICRO;
    const x = new Execution(wallet.account, fee, units);
    this.#context.tokens.computeBudget(x, price);
    return x;
  }

  seats(): FeeSeats {
    const { known } = this.#context;
    return { protocol: pick(this.#random, known.feeRecipients), buyback: pick(this.#random, known.buybackRecipients) };
  }

  buyOnCurve(x: Execution, coin: Coin, wallet: Wallet, order: BuyOrder, router: readonly Program[]): void {
    const { known } = this.#context;
    const seats = this.seats();
    this.openSeat(x, coin, wallet);
    const older = order.variant === 'buy' || order.variant === 'buy_exact_sol_in';
    const list = (): AccountList =>
      older ? buyAccounts(known, coin, wallet, seats) : tradeV2Accounts(known, coin, wallet, seats, true);
    this.#routed(x, router, list, known.pump.account, () => buyOnCurve(x, this.#context, coin, wallet, order, seats));
  }

  sellOnCurve(x: Execution, coin: Coin, wallet: Wallet, order: SellOrder, router: readonly Program[]): void {
    const { known } = this.#context;
    const seats = this.seats();
    const list = (): AccountList =>
      order.variant === 'sell'
        ? sellAccounts(known, coin, wallet, seats)
        : tradeV2Accounts(known, coin, wallet, seats, false);
    this.#routed(x, router, list, known.pump.account, () => sellOnCurve(x, this.#context, coin, wallet, order, seats));
  }

  buyInPool(x: Execution, pool: Pool, wallet: Wallet, order: PoolBuyOrder, router: readonly Program[]): void {
    const { known } = this.#context;
    const seats = this.seats();
    this.openSeat(x, pool.coin, wallet);
    this.wrap(x, pool, wallet, order.quote);
    const list = (): AccountList => swapAccounts(known, pool, wallet, seats, true);
    this.#routed(x, router, list, known.pumpSwap.account, () =>
      buyInPool(x, this.#context, pool, wallet, order, seats),
    );
    this.unwrap(x, pool, wallet);
  }

  sellInPool(x: Execution, pool: Pool, wallet: Wallet, order: PoolSellOrder, router: readonly Program[]): void {
    const { known } = this.#context;
    const seats = this.seats();
    this.wrap(x, pool, wallet, 0n);
    const list = (): AccountList => swapAccounts(known, pool, wallet, seats, false);
    this.#routed(x, router, list, known.pumpSwap.account, () =>
      sellInPool(x, this.#context, pool, wallet, order, seats),
    );
    this.unwrap(x, pool, wallet);
  }

  /** Makes the wallet's token account for a coin when there is none; careful senders ask for it even when there is. */
  openSeat(x: Execution, coin: Coin, wallet: Wallet): void {
    const seat = this.#builder.seat(wallet, coin);
    if (seat.holding !== null && this.#random() < 0.7) return;
    this.#context.tokens.createAssociated(x, wallet.account, seat, wallet.account, coin.mint, true);
  }

  /** Opens the wrapped-SOL account and puts `lamports` into it; a pool priced in dollars needs none. */
  wrap(x: Execution, pool: Pool, wallet: Wallet, lamports: bigint): void {
    if (!pool.coin.quote.native) return;
    const { tokens, known } = this.#context;
    tokens.createAssociated(x, wallet.account, wallet.wrappedSol, wallet.account, known.wrappedSol, true);
    if (lamports === 0n) return;
    tokens.transferSol(x, wallet.account, wallet.wrappedSol, lamports);
    tokens.syncNative(x, wallet.wrappedSol);
  }

  unwrap(x: Execution, pool: Pool, wallet: Wallet): void {
    if (!pool.coin.quote.native) return;
    const { tokens, known } = this.#context;
    tokens.close(x, known.wrappedSol, wallet.wrappedSol, wallet.account, wallet.account);
  }

  /** A tip to whoever builds the block, as bundles pay it. */
  tip(x: Execution, wallet: Wallet, to: Account, lamports: bigint): void {
    this.#context.tokens.transferSol(x, wallet.account, to, lamports);
  }

  #routed(
    x: Execution,
    router: readonly Program[],
    list: () => AccountList,
    program: Account,
    trade: () => void,
  ): void {
    if (router.length === 0) trade();
    else throughRouter(x, router, list(), program, this.#random, trade);
  }
}
