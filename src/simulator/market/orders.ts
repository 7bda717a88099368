import type { Block } from './block.ts';
import { baseForQuote } from './curve-arithmetic.ts';
import { type BuyOrder, fillBuy, fillSell, type SellVariant } from './curve-orders.ts';
import type { Execution } from './execution.ts';
import type { Floor } from './floor.ts';
import { poolBaseForQuote } from './pool-arithmetic.ts';
import { fillPoolBuy, fillPoolSell, type PoolBuyOrder } from './pool-orders.ts';
import { migrateCurve } from './pump-fun-migrate.ts';
import type { Coin, Pool, Wallet } from './world.ts';

/** Single orders: what somebody wants, quoted against the market as it stands, with the limits he sets himself. */
export interface Outcome {
  readonly signature: Uint8Array;
  readonly failed: boolean;
}

const CURVE_UNITS = 260_000;
const POOL_UNITS = 320_000;
const DUST = 20_000n;

/** Whether this order's limit will be too tight to be met. */
function isHopeless(floor: Floor): boolean {
  return floor.chance(floor.options.failedShare);
}

/** `amount` moved by so many hundredths of a percent. */
function moved(amount: bigint, basisPoints: number): bigint {
  return (amount * BigInt(10_000 + basisPoints)) / 10_000n;
}

function tolerance(floor: Floor): number {
  return [100, 500, 1_500][Math.floor(floor.random() * 3)] as number;
}

/** A buy order that spends about `spend` of the quote. */
export function curveBuyOrder(floor: Floor, coin: Coin, spend: bigint): BuyOrder {
  const hopeless = isHopeless(floor);
  const exactIn = floor.chance(0.4);
  const older = coin.quote.native && floor.chance(0.5);
  if (exactIn) {
    const variant = older ? 'buy_exact_sol_in' : 'buy_exact_quote_in_v2';
    const fill = fillBuy(coin, { variant, base: 0n, quote: spend });
    return { variant, base: moved(fill.base, hopeless ? 300 : -tolerance(floor)), quote: spend };
  }
  const variant = older ? 'buy' : 'buy_v2';
  const base = baseForQuote(coin.reserves, spend);
  const fill = fillBuy(coin, { variant, base, quote: 0n });
  const cost = fill.quote + fill.protocolFee + fill.creatorFee;
  return { variant, base, quote: moved(cost, hopeless ? -300 : tolerance(floor)) };
}

export function buyCoin(
  floor: Floor,
  block: Block,
  coin: Coin,
  wallet: Wallet,
  spend: bigint,
  alter?: (x: Execution) => void,
): Outcome {
  const x = floor.desk.open(wallet, 1, CURVE_UNITS);
  floor.desk.buyOnCurve(x, coin, wallet, curveBuyOrder(floor, coin, affordable(coin, wallet, spend)), floor.route());
  alter?.(x);
  return settle(floor, block, x, coin);
}

export function sellCoin(floor: Floor, block: Block, coin: Coin, wallet: Wallet, base: bigint): Outcome {
  const x = floor.desk.open(wallet, 1, CURVE_UNITS);
  sellWithin(floor, x, coin, wallet, base);
  const emptied = floor.holding(wallet, coin) === 0n && x.failure === null;
  const seat = wallet.holdings.get(coin);
  if (emptied && seat !== undefined && floor.chance(0.3)) {
    floor.context.tokens.close(x, coin.mint, seat, wallet.account, wallet.account);
  }
  return settle(floor, block, x, coin);
}

function sellWithin(floor: Floor, x: Execution, coin: Coin, wallet: Wallet, base: bigint): void {
  const fill = fillSell(coin, base);
  const proceeds = fill.quote - fill.protocolFee - fill.creatorFee;
  const variant: SellVariant = coin.quote.native && floor.chance(0.5) ? 'sell' : 'sell_v2';
  const minQuote = moved(proceeds, isHopeless(floor) ? 300 : -tolerance(floor));
  floor.desk.sellOnCurve(x, coin, wallet, { variant, base, minQuote }, floor.route());
}

/** One transaction, two trades: when the second fails, the first never happened although its logs tell of it. */
export function switchCoins(floor: Floor, block: Block, from: Coin, to: Coin, wallet: Wallet, base: bigint): Outcome {
  const x = floor.desk.open(wallet, 1, 2 * CURVE_UNITS);
  sellWithin(floor, x, from, wallet, base);
  if (!to.complete) {
    const spend = affordable(to, wallet, floor.inQuote(to, floor.lamports(0.1, 2)));
    floor.desk.buyOnCurve(x, to, wallet, curveBuyOrder(floor, to, spend), []);
  }
  const signature = block.add(x, [from, to], []);
  afterTrade(floor, block, to);
  return { signature, failed: x.failure !== null };
}

/** Notes the trade and, when it sold the curve out, plans its migration. */
export function settle(floor: Floor, block: Block, x: Execution, coin: Coin): Outcome {
  const signature = block.add(x, [coin], []);
  afterTrade(floor, block, coin);
  return { signature, failed: x.failure !== null };
}

function afterTrade(floor: Floor, block: Block, coin: Coin): void {
  if (!coin.complete || coin.pool !== null) return;
  coin.pool = floor.builder.pool(coin);
  const pool = coin.pool;
  const slot = block.context.slot + 1 + Math.floor(floor.random() * 3);
  floor.plan(slot, (later) => migrate(floor, later, pool));
  if (floor.chance(0.3)) floor.plan(slot + 1, (later) => migrate(floor, later, pool));
}

function migrate(floor: Floor, block: Block, pool: Pool): void {
  const x = floor.desk.open(floor.wallet(), 1, 500_000);
  const caller = floor.wallets.find((wallet) => wallet.account === x.payer) as Wallet;
  const first = !pool.coin.migrated;
  migrateCurve(x, floor.context, pool, caller);
  block.add(x, first ? [pool.coin] : [], [pool]);
  if (!first || x.failure !== null) return;
  floor.coins.splice(floor.coins.indexOf(pool.coin), 1);
  floor.pools.push(pool);
  const oldest = floor.pools.length > floor.options.activePools ? floor.pools.shift() : undefined;
  if (oldest !== undefined) floor.retire(oldest.coin);
}

export function buyFromPool(floor: Floor, block: Block, pool: Pool, wallet: Wallet, spend: bigint): Outcome {
  const x = floor.desk.open(wallet, 1, POOL_UNITS);
  const quote = affordable(pool.coin, wallet, spend);
  const hopeless = isHopeless(floor);
  let order: PoolBuyOrder;
  if (floor.chance(0.4)) {
    const fill = fillPoolBuy(pool, { variant: 'buy_exact_quote_in', base: 0n, quote });
    order = { variant: 'buy_exact_quote_in', base: moved(fill.base, hopeless ? 300 : -tolerance(floor)), quote };
  } else {
    const base = poolBaseForQuote(pool.reserves, quote);
    const fill = fillPoolBuy(pool, { variant: 'buy', base, quote: 0n });
    const cost = fill.quote + fill.lpFee + fill.protocolFee + fill.creatorFee;
    order = { variant: 'buy', base, quote: moved(cost, hopeless ? -300 : tolerance(floor)) };
  }
  floor.desk.buyInPool(x, pool, wallet, order, floor.route());
  return { signature: block.add(x, [], [pool]), failed: x.failure !== null };
}

export function sellToPool(floor: Floor, block: Block, pool: Pool, wallet: Wallet, base: bigint): Outcome {
  const x = floor.desk.open(wallet, 1, POOL_UNITS);
  const fill = fillPoolSell(pool, base);
  const proceeds = fill.quote - fill.lpFee - fill.protocolFee - fill.creatorFee;
  const minQuote = moved(proceeds, isHopeless(floor) ? 300 : -tolerance(floor));
  floor.desk.sellInPool(x, pool, wallet, { base, minQuote }, floor.route());
  return { signature: block.add(x, [], [pool]), failed: x.failure !== null };
}

/** No more than half of what the wallet has, so that fees, rents and limits still fit; never dust. */
function affordable(coin: Coin, wallet: Wallet, spend: bigint): bigint {
  const owned = coin.quote.native ? wallet.account.lamports : (wallet.usdc.holding?.amount ?? 0n);
  const most = owned / 2n;
  const amount = spend < most ? spend : most;
  return amount > DUST ? amount : DUST;
}
