import type {
  EventHead,
  Fee,
  FeesCollected,
  LiquidityChanged,
  PoolCreated,
  ProtocolEvent,
  Trade,
} from '../domain/protocol-event.ts';
import { isFlipped } from './orientation.ts';

/**
 * What a pool of two tokens A and B did, turned into protocol events with base and quote. Amounts pass through untouched: they are
 * what the pool counted. Everything a venue calls token A, coin, token 0 or X is A here.
 */
export interface PoolSide {
  readonly mint: string | null;
  readonly amount: bigint;
  /** Token account of the pool, base58; null when not known. */
  readonly vault: string | null;
  /** The pool's own count after the event; null when not told. */
  readonly reserve: bigint | null;
}

/** A protocol event before its head (program, path, strategy …) is put on. */
export type Headless<Event extends EventHead> = Omit<Event, keyof EventHead>;
export type EventBody = ProtocolEvent extends infer Event
  ? Event extends ProtocolEvent
    ? Headless<Event>
    : never
  : never;

export interface PoolSwap {
  readonly pool: string;
  readonly trader: string;
  readonly a: PoolSide;
  readonly b: PoolSide;
  /** The trader gives A and gets B. */
  readonly aToB: boolean;
  readonly fees: readonly Fee[];
  readonly feesIncluded: boolean;
  readonly limit: Trade['limit'];
}

export function tradeOf(swap: PoolSwap): Headless<Trade> {
  const flipped = isFlipped(swap.a.mint, swap.b.mint);
  const base = flipped ? swap.b : swap.a;
  const quote = flipped ? swap.a : swap.b;
  return {
    kind: 'trade',
    pool: swap.pool,
    side: swap.aToB === flipped ? 'buy' : 'sell',
    trader: swap.trader,
    baseMint: base.mint,
    quoteMint: quote.mint,
    baseAmount: base.amount,
    quoteAmount: quote.amount,
    fees: swap.fees,
    feesIncluded: swap.feesIncluded,
    baseReserve: base.reserve,
    quoteReserve: quote.reserve,
    virtualBase: null,
    virtualQuote: null,
    limit: swap.limit,
    ...vaultsOf(base, quote),
  };
}

export interface PoolLiquidity {
  readonly pool: string;
  readonly provider: string;
  readonly a: PoolSide;
  readonly b: PoolSide;
  readonly lpAmount: bigint | null;
  readonly lpMint: string | null;
  readonly lpSupply: bigint | null;
  readonly position: string | null;
}

export function liquidityOf(kind: LiquidityChanged['kind'], change: PoolLiquidity): Headless<LiquidityChanged> {
  const flipped = isFlipped(change.a.mint, change.b.mint);
  const base = flipped ? change.b : change.a;
  const quote = flipped ? change.a : change.b;
  return {
    kind,
    pool: change.pool,
    provider: change.provider,
    baseMint: base.mint,
    quoteMint: quote.mint,
    baseAmount: base.amount,
    quoteAmount: quote.amount,
    lpAmount: change.lpAmount,
    lpMint: change.lpMint,
    lpSupply: change.lpSupply,
    baseReserve: base.reserve,
    quoteReserve: quote.reserve,
    position: change.position,
    ...vaultsOf(base, quote),
  };
}

export interface NewPool {
  readonly pool: string;
  readonly creator: string | null;
  readonly a: NewPoolSide;
  readonly b: NewPoolSide;
  readonly lpMint: string | null;
  readonly lpAmount: bigint | null;
}

export interface NewPoolSide {
  readonly mint: string;
  readonly amount: bigint | null;
  readonly vault: string | null;
  readonly decimals: number | null;
}

export function poolCreatedOf(created: NewPool): Headless<PoolCreated> {
  const flipped = isFlipped(created.a.mint, created.b.mint);
  const base = flipped ? created.b : created.a;
  const quote = flipped ? created.a : created.b;
  return {
    kind: 'pool-created',
    pool: created.pool,
    creator: created.creator,
    baseMint: base.mint,
    quoteMint: quote.mint,
    lpMint: created.lpMint,
    baseAmount: base.amount,
    quoteAmount: quote.amount,
    lpAmount: created.lpAmount,
    baseDecimals: base.decimals,
    quoteDecimals: quote.decimals,
    ...vaultsOf(base, quote),
  };
}

export function feesOf(
  pool: string | null,
  feeKind: string,
  collector: string | null,
  amounts: FeesCollected['amounts'],
): Headless<FeesCollected> {
  return { kind: 'fees-collected', pool, feeKind, collector, amounts };
}

/** The fees that were charged at all. */
export function chargedFees(...fees: readonly (readonly [kind: string, mint: string | null, amount: bigint])[]): Fee[] {
  const charged: Fee[] = [];
  for (const [kind, mint, amount] of fees) {
    if (amount > 0n && mint !== null) charged.push({ kind, mint, amount });
  }
  return charged;
}

function vaultsOf(
  base: { readonly vault: string | null },
  quote: { readonly vault: string | null },
): { readonly vaults?: { readonly base: string; readonly quote: string } } {
  if (base.vault === null || quote.vault === null) return {};
  return { vaults: { base: base.vault, quote: quote.vault } };
}
