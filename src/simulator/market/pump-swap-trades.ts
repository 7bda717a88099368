import type { Account } from './account.ts';
import { CURVE_SUPPLY, shareOf } from './curve-arithmetic.ts';
import { BUY_EVENT, SELL_EVENT } from './event-layouts.ts';
import type { Execution } from './execution.ts';
import { BUYBACK_BASIS_POINTS } from './fee-schedule.ts';
import { poolMarketCap } from './pool-arithmetic.ts';
import { fillPoolBuy, fillPoolSell, type PoolBuyOrder, type PoolFill, type PoolSellOrder } from './pool-orders.ts';
import {
  askFees,
  emitEvent,
  type FeeSeats,
  instruction,
  instructionData,
  type ProgramContext,
} from './program-context.ts';
import { quoteAccountOf, swapAccounts } from './pump-swap-accounts.ts';
import { balances, swapValues } from './pump-swap-values.ts';
import type { Pool, Wallet } from './world.ts';

/** Buys and sells in a PumpSwap pool, as the program executes them. */
const BUY = instruction('buy');
const BUY_EXACT_QUOTE_IN = instruction('buy_exact_quote_in');
const SELL = instruction('sell');
const SWAP_UNITS = 62_000;
const EXCEEDED_SLIPPAGE = 6004;
const TOO_LITTLE_BASE = 6040;

export function buyInPool(
  x: Execution,
  context: ProgramContext,
  pool: Pool,
  wallet: Wallet,
  order: PoolBuyOrder,
  seats: FeeSeats,
): void {
  const { known, tokens } = context;
  const exactIn = order.variant === 'buy_exact_quote_in';
  const [first, second] = exactIn ? [order.quote, order.base] : [order.base, order.quote];
  const data = instructionData
    .begin()
    .raw(exactIn ? BUY_EXACT_QUOTE_IN : BUY)
    .u64(first)
    .u64(second)
    .u8(0)
    .take();
  const list = swapAccounts(known, pool, wallet, seats, true);
  x.call(known.pumpSwap, list.modes, list.accounts, data, () => {
    x.log(exactIn ? 'Instruction: BuyExactQuoteIn' : 'Instruction: Buy');
    x.charge(SWAP_UNITS);
    const { mint } = pool.coin.quote;
    const before = balances(wallet, pool);
    if (pool.creatorVault.holding === null) {
      tokens.createAssociated(x, wallet.account, pool.creatorVault, pool.creatorAuthority, mint, false);
    }
    const fill = fillPoolBuy(pool, order);
    askFees(
      x,
      context,
      known.pumpSwap,
      known.swapFeeConfig,
      poolMarketCap(pool.reserves, CURVE_SUPPLY),
      fill.quote,
      fill.rates,
    );
    const cost = fill.quote + fill.lpFee + fill.protocolFee + fill.creatorFee;
    if (!exactIn && cost > order.quote)
      slippage(x, 'buy.rs:164', EXCEEDED_SLIPPAGE, 'ExceededSlippage', order.quote, cost);
    if (exactIn && fill.base < order.base) {
      slippage(
        x,
        'buy_exact_quote_in.rs:170',
        TOO_LITTLE_BASE,
        'BuySlippageBelowMinBaseAmountOut',
        fill.base,
        order.base,
      );
    }
    const from = quoteAccountOf(wallet, pool);
    tokens.transfer(x, pool.coin.mint, pool.base, wallet.holdings.get(pool.coin) as Account, pool.account, fill.base);
    tokens.transfer(x, mint, from, pool.quote, wallet.account, fill.quote + fill.lpFee);
    payFees(x, context, pool, from, wallet.account, fill, seats);
    movePool(x, pool, -fill.base, fill.quote + fill.lpFee);
    emitEvent(x, context, known.pumpSwap, known.swapEventAuthority, BUY_EVENT, 'pump-swap.buy', {
      base_amount_out: fill.base,
      max_quote_amount_in: order.quote,
      quote_amount_in: exactIn ? cost : fill.quote,
      quote_amount_in_with_lp_fee: fill.quote + fill.lpFee,
      // As on chain: a buy for an exact quote states the two the other way round.
      user_quote_amount_in: exactIn ? fill.quote : cost,
      min_base_amount_out: order.base,
      track_volume: false,
      ix_name: order.variant,
      ...before,
      ...swapValues(context, pool, wallet, fill, seats),
    });
  });
}

export function sellInPool(
  x: Execution,
  context: ProgramContext,
  pool: Pool,
  wallet: Wallet,
  order: PoolSellOrder,
  seats: FeeSeats,
): void {
  const { known, tokens } = context;
  const data = instructionData.begin().raw(SELL).u64(order.base).u64(order.minQuote).take();
  const list = swapAccounts(known, pool, wallet, seats, false);
  x.call(known.pumpSwap, list.modes, list.accounts, data, () => {
    x.log('Instruction: Sell');
    x.charge(SWAP_UNITS);
    const { mint } = pool.coin.quote;
    const before = balances(wallet, pool);
    if (pool.creatorVault.holding === null) {
      tokens.createAssociated(x, wallet.account, pool.creatorVault, pool.creatorAuthority, mint, false);
    }
    const fill = fillPoolSell(pool, order.base);
    askFees(
      x,
      context,
      known.pumpSwap,
      known.swapFeeConfig,
      poolMarketCap(pool.reserves, CURVE_SUPPLY),
      fill.quote,
      fill.rates,
    );
    const afterLp = fill.quote - fill.lpFee;
    const proceeds = afterLp - fill.protocolFee - fill.creatorFee;
    if (proceeds < order.minQuote)
      slippage(x, 'sell.rs:170', EXCEEDED_SLIPPAGE, 'ExceededSlippage', proceeds, order.minQuote);
    tokens.transfer(x, pool.coin.mint, wallet.holdings.get(pool.coin) as Account, pool.base, wallet.account, fill.base);
    tokens.transfer(x, mint, pool.quote, quoteAccountOf(wallet, pool), pool.account, proceeds);
    payFees(x, context, pool, pool.quote, pool.account, fill, seats);
    movePool(x, pool, fill.base, -afterLp);
    emitEvent(x, context, known.pumpSwap, known.swapEventAuthority, SELL_EVENT, 'pump-swap.sell', {
      base_amount_in: fill.base,
      min_quote_amount_out: order.minQuote,
      quote_amount_out: fill.quote,
      quote_amount_out_without_lp_fee: afterLp,
      user_quote_amount_out: proceeds,
      ...before,
      ...swapValues(context, pool, wallet, fill, seats),
    });
  });
}

/** Protocol, creator, buyback: in that order. */
function payFees(
  x: Execution,
  context: ProgramContext,
  pool: Pool,
  from: Account,
  authority: Account,
  fill: PoolFill,
  seats: FeeSeats,
): void {
  const { mint, native } = pool.coin.quote;
  const buyback = shareOf(fill.protocolFee, BUYBACK_BASIS_POINTS);
  const seat = (recipient: FeeSeats['protocol']) => (native ? recipient.wrappedSol : recipient.usdc);
  context.tokens.transfer(x, mint, from, seat(seats.protocol), authority, fill.protocolFee - buyback);
  context.tokens.transfer(x, mint, from, pool.creatorVault, authority, fill.creatorFee);
  context.tokens.transfer(x, mint, from, seat(seats.buyback), authority, buyback);
}

export function movePool(x: Execution, pool: Pool, base: bigint, quote: bigint, lp = 0n): void {
  const was = pool.reserves;
  x.onFailure(() => {
    pool.reserves = was;
  });
  pool.reserves = { ...was, base: was.base + base, quote: was.quote + quote, lpSupply: was.lpSupply + lp };
}

function slippage(x: Execution, where: string, code: number, name: string, left: bigint, right: bigint): never {
  const at = `AnchorError thrown in programs/pump-amm/src/instructions/swap/${where}.`;
  return x.fail(
    code,
    `${at} Error Code: ${name}. Error Number: ${code}. Error Message: ${name}.`,
    `Left: ${left}`,
    `Right: ${right}`,
  );
}
