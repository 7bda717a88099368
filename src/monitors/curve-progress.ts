import type { Trade } from '../domain/protocol-event.ts';
import { spotPrices } from './trade-numbers.ts';

/** Share of its tokens for sale that a curve had sold before and after one trade, 0 to 1. */
export interface CurveProgress {
  readonly before: number;
  readonly after: number;
}

/** The curve nearly every token starts with: 1,073,000,000 tokens virtual, of which 793,100,000 are for sale; 6 decimals. */
const STANDARD_FOR_SALE = 793_100_000_000_000;
const STANDARD_NEVER_SOLD = 1_073_000_000_000_000 - STANDARD_FOR_SALE;

/** True for a trade on a curve: part of its virtual base is never sold. A pool whose quote alone counts for more than it holds is none. */
export function isOnCurve({ virtualBase, baseReserve }: Trade): boolean {
  return virtualBase !== null && (baseReserve === null || virtualBase > baseReserve);
}

/**
 * Progress from the reserves a trade left behind. The part of the virtual reserve that is never sold is the same at every moment,
 * so the reserves tell which curve it is; null when they do not, and on venues where they do not set the price.
 */
export function curveProgress(trade: Trade, initialVirtualBase: bigint | null): CurveProgress | null {
  if (trade.virtualBase === null || trade.virtualQuote === null || trade.baseReserve === null) return null;
  const base = Number(trade.baseAmount);
  if (spotPrices(trade) === null) return null;
  const left = Number(trade.baseReserve);
  const neverSold = Number(trade.virtualBase - trade.baseReserve);
  const forSale = tokensForSale(neverSold, initialVirtualBase);
  if (forSale === null) return null;
  const leftBefore = trade.side === 'buy' ? left + base : left - base;
  return { before: share(leftBefore, forSale), after: share(left, forSale) };
}

function tokensForSale(neverSold: number, initialVirtualBase: bigint | null): number | null {
  if (initialVirtualBase !== null) {
    const forSale = Number(initialVirtualBase) - neverSold;
    return forSale > 0 ? forSale : null;
  }
  return neverSold === STANDARD_NEVER_SOLD ? STANDARD_FOR_SALE : null;
}

function share(left: number, forSale: number): number {
  return Math.min(1, Math.max(0, 1 - left / forSale));
}
