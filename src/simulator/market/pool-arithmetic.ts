/**
 * The arithmetic of a PumpSwap pool: constant product over the base vault and the quote vault plus what is virtual of the quote;
 * the lp fee stays in the pool. Rounding as the program rounds. Pure.
 */
export interface PoolReserves {
  readonly base: bigint;
  readonly quote: bigint;
  /** Quote that counts for the price but does not lie in the vault. */
  readonly virtualQuote: bigint;
  readonly lpSupply: bigint;
}

/** Liquidity that is never minted to anybody. */
export const MINIMUM_LIQUIDITY = 100n;

export function poolQuoteToBuy(pool: PoolReserves, base: bigint): bigint {
  return ceilDivide((pool.quote + pool.virtualQuote) * base, pool.base - base);
}

export function poolQuoteFromSell(pool: PoolReserves, base: bigint): bigint {
  return ((pool.quote + pool.virtualQuote) * base) / (pool.base + base);
}

/** Base that `quote` buys when the fees are already taken off it. */
export function poolBaseForQuote(pool: PoolReserves, quote: bigint): bigint {
  return (pool.base * (quote - 1n)) / (pool.quote + pool.virtualQuote + quote - 1n);
}

export function poolMarketCap(pool: PoolReserves, supply: bigint): bigint {
  return ((pool.quote + pool.virtualQuote) * supply) / pool.base;
}

/** Shares of a new pool, before the minimum that is locked. */
export function initialLiquidity(base: bigint, quote: bigint): bigint {
  return squareRoot(base * quote);
}

export function depositFor(pool: PoolReserves, lp: bigint): { readonly base: bigint; readonly quote: bigint } {
  return {
    base: ceilDivide(pool.base * lp, pool.lpSupply),
    quote: ceilDivide(pool.quote * lp, pool.lpSupply),
  };
}

export function withdrawalFor(pool: PoolReserves, lp: bigint): { readonly base: bigint; readonly quote: bigint } {
  return { base: (pool.base * lp) / pool.lpSupply, quote: (pool.quote * lp) / pool.lpSupply };
}

function ceilDivide(top: bigint, bottom: bigint): bigint {
  return (top + bottom - 1n) / bottom;
}

function squareRoot(value: bigint): bigint {
  let root = BigInt(Math.floor(Math.sqrt(Number(value))));
  while (root * root > value) root--;
  while ((root + 1n) * (root + 1n) <= value) root++;
  return root;
}
