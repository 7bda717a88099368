/**
 * The arithmetic of a pump.fun bonding curve, in base units and with the program's own rounding: a buyer pays one unit more than
 * the quotient, a seller gets the floor, every fee is rounded up. Pure.
 */
export interface CurveReserves {
  readonly virtualBase: bigint;
  readonly virtualQuote: bigint;
  readonly realBase: bigint;
  readonly realQuote: bigint;
}

const BASIS_POINTS = 10_000n;

export const CURVE_SUPPLY = 1_000_000_000_000_000n;
const INITIAL_VIRTUAL_BASE = 1_073_000_000_000_000n;
const INITIAL_REAL_BASE = 793_100_000_000_000n;
/** What is left of the supply when the curve has sold out: the base side of the pool it becomes. */
export const MIGRATED_BASE = CURVE_SUPPLY - INITIAL_REAL_BASE;

export function newCurve(initialVirtualQuote: bigint): CurveReserves {
  return {
    virtualBase: INITIAL_VIRTUAL_BASE,
    virtualQuote: initialVirtualQuote,
    realBase: INITIAL_REAL_BASE,
    realQuote: 0n,
  };
}

/** What `base` tokens cost, without fees. */
export function quoteToBuy(curve: CurveReserves, base: bigint): bigint {
  return (base * curve.virtualQuote) / (curve.virtualBase - base) + 1n;
}

/** What `base` tokens bring, without fees. */
export function quoteFromSell(curve: CurveReserves, base: bigint): bigint {
  return (base * curve.virtualQuote) / (curve.virtualBase + base);
}

/** Tokens that `quote` buys when the fees are already taken off it. */
export function baseForQuote(curve: CurveReserves, quote: bigint): bigint {
  return ((quote - 1n) * curve.virtualBase) / (curve.virtualQuote + quote - 1n);
}

export function feeOf(quote: bigint, basisPoints: bigint): bigint {
  return (quote * basisPoints + BASIS_POINTS - 1n) / BASIS_POINTS;
}

/** The share of a fee that goes elsewhere (the buyback), rounded down. */
export function shareOf(fee: bigint, basisPoints: bigint): bigint {
  return (fee * basisPoints) / BASIS_POINTS;
}

/** What remains of `spendable` for the trade itself once fees of these rates are paid out of it. */
export function netOfFees(spendable: bigint, rates: readonly bigint[]): bigint {
  let total = 0n;
  for (const rate of rates) total += rate;
  const net = (spendable * BASIS_POINTS) / (BASIS_POINTS + total);
  let withFees = net;
  for (const rate of rates) withFees += feeOf(net, rate);
  return withFees > spendable ? net - (withFees - spendable) : net;
}

export function afterBuy(curve: CurveReserves, base: bigint, quote: bigint): CurveReserves {
  return {
    virtualBase: curve.virtualBase - base,
    virtualQuote: curve.virtualQuote + quote,
    realBase: curve.realBase - base,
    realQuote: curve.realQuote + quote,
  };
}

export function afterSell(curve: CurveReserves, base: bigint, quote: bigint): CurveReserves {
  return {
    virtualBase: curve.virtualBase + base,
    virtualQuote: curve.virtualQuote - quote,
    realBase: curve.realBase + base,
    realQuote: curve.realQuote - quote,
  };
}

/** What the whole supply is worth at the curve's price: the number the fee schedule looks at. */
export function curveMarketCap(curve: CurveReserves): bigint {
  return (curve.virtualQuote * CURVE_SUPPLY) / curve.virtualBase;
}
