import type { Trade } from '../domain/protocol-event.ts';

/** Prices and basis points of one trade, each null when what it takes is not known. Derived, never the only truth. */
export interface TradeNumbers {
  /** Quote per whole base token as executed, without fees. */
  readonly price: number | null;
  /** Quote per whole base token the pool stands at after the trade; as executed when the reserves do not tell. */
  readonly priceAfter: number | null;
  /** Whole units of the quote that moved. */
  readonly quoteWhole: number | null;
  readonly slippageLimitBps: number | null;
  readonly slippageTakenBps: number | null;
  readonly priceImpactBps: number | null;
}

/** How far the executed price may lie from what a constant product says before the reserves are not believed to be one. */
const CONSTANT_PRODUCT_TOLERANCE = 0.1;
/** "No limit" is spelled as the largest integer by some programs: past this the number says nothing more. */
const BPS_MAX = 1_000_000_000;

interface Spot {
  /** Base units of quote per base unit of base. */
  readonly before: number;
  readonly after: number;
}

export function tradeNumbers(
  trade: Trade,
  baseDecimals: number | undefined,
  quoteDecimals: number | undefined,
): TradeNumbers {
  const base = Number(trade.baseAmount);
  const exchanged = quoteExchanged(trade);
  const executed = base > 0 && exchanged > 0 ? exchanged / base : null;
  const scale = baseDecimals === undefined || quoteDecimals === undefined ? null : 10 ** (baseDecimals - quoteDecimals);
  const spot = spotPrices(trade);
  const taken = spot === null ? null : settledQuote(trade) / base;
  const worst = spot === null ? null : worstPrice(trade, base);
  return {
    price: executed === null || scale === null ? null : executed * scale,
    priceAfter: executed === null || scale === null ? null : (spot?.after ?? executed) * scale,
    quoteWhole: quoteDecimals === undefined ? null : Number(trade.quoteAmount) / 10 ** quoteDecimals,
    slippageLimitBps: spot === null || worst === null ? null : worseBps(trade.side, worst, spot.before),
    slippageTakenBps: spot === null || taken === null ? null : worseBps(trade.side, taken, spot.before),
    priceImpactBps: spot === null ? null : bps(Math.abs(spot.after / spot.before - 1)),
  };
}

/**
 * Price of the pool before and after, from the reserves after and the amounts moved. On a constant product the executed price is the
 * geometric mean of the two; where it is not, these reserves do not set the price (concentrated liquidity) and nothing is said.
 */
export function spotPrices(trade: Trade): Spot | null {
  const base = Number(trade.baseAmount);
  const exchanged = quoteExchanged(trade);
  const baseAfter = trade.virtualBase ?? trade.baseReserve;
  const quoteAfter = trade.virtualQuote ?? trade.quoteReserve;
  if (baseAfter === null || quoteAfter === null || base <= 0 || exchanged <= 0) return null;
  const baseNow = Number(baseAfter);
  const quoteNow = Number(quoteAfter);
  const isBuy = trade.side === 'buy';
  // The providers' fee never leaves the pool; every other fee does not enter it, or leaves it with the trade.
  const kept = quoteFees(trade, 'lp');
  const baseBefore = isBuy ? baseNow + base : baseNow - base;
  const quoteBefore = isBuy ? quoteNow - exchanged - kept : quoteNow + exchanged - kept;
  if (baseNow <= 0 || quoteNow <= 0 || baseBefore <= 0 || quoteBefore <= 0) return null;
  const before = quoteBefore / baseBefore;
  const after = quoteNow / baseNow;
  const expected = Math.sqrt(before * after);
  if (Math.abs(exchanged / base / expected - 1) > CONSTANT_PRODUCT_TOLERANCE) return null;
  return { before, after };
}

/** What the pool asked or gave for the base, all fees left out. */
function quoteExchanged(trade: Trade): number {
  const quote = Number(trade.quoteAmount);
  if (trade.feesIncluded) return trade.side === 'buy' ? quote - quoteFees(trade, null) : quote;
  return trade.side === 'buy' ? quote : quote + quoteFees(trade, null);
}

/** What the trader paid or got in the quote, all fees counted. */
function settledQuote(trade: Trade): number {
  const fees = quoteFees(trade, null);
  return trade.side === 'buy' ? quoteExchanged(trade) + fees : quoteExchanged(trade) - fees;
}

/** The worst price per base unit that the trader's limit would have let pass. */
function worstPrice(trade: Trade, base: number): number | null {
  if (trade.limit === null) return null;
  const amount = Number(trade.limit.amount);
  const limitsQuote = (trade.side === 'buy') === (trade.limit.what === 'max-in');
  if (limitsQuote) return amount / base;
  return amount > 0 ? settledQuote(trade) / amount : null;
}

function quoteFees(trade: Trade, kind: string | null): number {
  let sum = 0;
  for (const fee of trade.fees) {
    // What a Token-2022 mint withholds is taken on the way, never inside a pool's amounts.
    const counts = kind === null ? fee.kind !== 'transfer' : fee.kind === kind;
    if (fee.mint === trade.quoteMint && counts) sum += Number(fee.amount);
  }
  return sum;
}

/** How much worse than the price before: dearer for a buyer, cheaper for a seller. */
function worseBps(side: 'buy' | 'sell', price: number, before: number): number {
  return bps(side === 'buy' ? price / before - 1 : 1 - price / before);
}

function bps(share: number): number {
  return Math.min(BPS_MAX, Math.round(share * 10_000)) || 0;
}
