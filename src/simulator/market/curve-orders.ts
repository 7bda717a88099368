import { baseForQuote, feeOf, netOfFees, quoteFromSell, quoteToBuy } from './curve-arithmetic.ts';
import { CURVE_FEES } from './fee-schedule.ts';
import type { Coin } from './world.ts';

/** Orders on a bonding curve and what they would get from it as it stands. Pure. */
export type BuyVariant = 'buy' | 'buy_exact_sol_in' | 'buy_v2' | 'buy_exact_quote_in_v2';
export type SellVariant = 'sell' | 'sell_v2';

export interface BuyOrder {
  readonly variant: BuyVariant;
  /** Tokens wanted; for the exact-in variants the least to accept. */
  readonly base: bigint;
  /** The most to pay; for the exact-in variants what is spent, fees included. */
  readonly quote: bigint;
}

export interface SellOrder {
  readonly variant: SellVariant;
  readonly base: bigint;
  readonly minQuote: bigint;
}

export interface CurveFill {
  readonly base: bigint;
  readonly quote: bigint;
  readonly protocolFee: bigint;
  readonly creatorFee: bigint;
}

/** What a buy order would get from the curve as it stands; an order for more than is left takes what is left. */
export function fillBuy(coin: Coin, order: BuyOrder): CurveFill {
  const { reserves } = coin;
  const exactIn = order.variant === 'buy_exact_sol_in' || order.variant === 'buy_exact_quote_in_v2';
  const net = exactIn ? netOfFees(order.quote, [CURVE_FEES.protocol, CURVE_FEES.creator]) : 0n;
  const wanted = exactIn ? baseForQuote(reserves, net) : order.base;
  if (wanted > reserves.realBase) return priced(reserves.realBase, quoteToBuy(reserves, reserves.realBase));
  return priced(wanted, exactIn ? net : quoteToBuy(reserves, wanted));
}

export function fillSell(coin: Coin, base: bigint): CurveFill {
  return priced(base, quoteFromSell(coin.reserves, base));
}

function priced(base: bigint, quote: bigint): CurveFill {
  return { base, quote, protocolFee: feeOf(quote, CURVE_FEES.protocol), creatorFee: feeOf(quote, CURVE_FEES.creator) };
}
