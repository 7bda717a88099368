import { CURVE_SUPPLY, feeOf, netOfFees } from './curve-arithmetic.ts';
import { type FeeRates, poolFees } from './fee-schedule.ts';
import { poolBaseForQuote, poolMarketCap, poolQuoteFromSell, poolQuoteToBuy } from './pool-arithmetic.ts';
import type { Pool } from './world.ts';

/** Orders in a PumpSwap pool and what they would get from it as it stands. Pure. */
export interface PoolBuyOrder {
  readonly variant: 'buy' | 'buy_exact_quote_in';
  readonly base: bigint;
  readonly quote: bigint;
}

export interface PoolSellOrder {
  readonly base: bigint;
  readonly minQuote: bigint;
}

export interface PoolFill {
  readonly base: bigint;
  readonly quote: bigint;
  readonly rates: FeeRates;
  readonly lpFee: bigint;
  readonly protocolFee: bigint;
  readonly creatorFee: bigint;
}

export function fillPoolBuy(pool: Pool, order: PoolBuyOrder): PoolFill {
  const rates = poolFees(poolMarketCap(pool.reserves, CURVE_SUPPLY));
  if (order.variant === 'buy') return withFees(order.base, poolQuoteToBuy(pool.reserves, order.base), rates);
  const quote = netOfFees(order.quote, [rates.lp, rates.protocol, rates.creator]);
  return withFees(poolBaseForQuote(pool.reserves, quote), quote, rates);
}

export function fillPoolSell(pool: Pool, base: bigint): PoolFill {
  const rates = poolFees(poolMarketCap(pool.reserves, CURVE_SUPPLY));
  return withFees(base, poolQuoteFromSell(pool.reserves, base), rates);
}

function withFees(base: bigint, quote: bigint, rates: FeeRates): PoolFill {
  const { lp, protocol, creator } = rates;
  return {
    base,
    quote,
    rates,
    lpFee: feeOf(quote, lp),
    protocolFee: feeOf(quote, protocol),
    creatorFee: feeOf(quote, creator),
  };
}
