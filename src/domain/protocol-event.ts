import type { InstructionPath } from './transaction.ts';

/** How an event was found, best first. A later strategy never overrides an earlier one; it audits it. */
export const STRATEGIES = ['self-cpi', 'log', 'ray-log', 'instruction', 'balances'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** Amounts in base units of their mint: exact, never a float. */
export type Amount = bigint;

/** The comparison of an event's amounts with the transaction's own token transfers and balances. */
export interface Audit {
  readonly verdict: 'matched' | 'mismatched' | 'unauditable';
  /** Why it could not be audited, or what differs ("quote: event 100, transferred 99"). */
  readonly note?: string;
}

/** True when what the transaction moved contradicts the event: it is told with that verdict, and nothing is learned from it. */
export function isMismatched(event: EventHead): boolean {
  return event.audit?.verdict === 'mismatched';
}

/** What every protocol event carries, whatever happened. */
export interface EventHead {
  /** Base58 id of the program that did it. */
  readonly program: string;
  /** Short program name ("pump-fun", "pump-swap", "raydium-amm-v4", …). */
  readonly venue: string;
  /** Name of the on-chain event or instruction it was read from ("TradeEvent", "swap_base_in"). */
  readonly source: string;
  /** Path of the program's own instruction (not of the self-CPI that carried the event). */
  readonly path: InstructionPath;
  /** Counts events of one kind under one path, from 0. */
  readonly ordinal: number;
  readonly strategy: Strategy;
  /** Base58 id of the program that called in; null when the instruction stands at the top. */
  readonly caller: string | null;
  /** Every field that was read, by its layout name, for `explain` and the curious. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Bytes past the longest layout we know: the program has grown. */
  readonly unknownTail?: Uint8Array;
  /** Bytes of the event's body as they came, without its discriminator: the histogram of lengths shows a program's releases. */
  readonly bodyLength?: number;
  audit?: Audit;
}

export interface Fee {
  /**
   * "protocol" | "creator" | "lp" | "cashback" | "buyback" | "referral" | "platform" | "partner" | "trade" (all of a pool's shares in
   * one) | "transfer" (what the mint withheld on the way: never part of the trade's amounts) | …
   */
  readonly kind: string;
  /** Null where the transaction does not tell what the trade was paid in. */
  readonly mint: string | null;
  readonly amount: Amount;
}

export interface TokenCreated extends EventHead {
  readonly kind: 'token-created';
  readonly mint: string;
  readonly name: string;
  readonly symbol: string;
  readonly uri: string;
  readonly creator: string;
  readonly curve: string;
  readonly quoteMint: string;
  readonly supply: Amount | null;
  readonly decimals: number | null;
  readonly tokenProgram: string | null;
  readonly virtualBase: Amount | null;
  readonly virtualQuote: Amount | null;
  /** "mayhem", "cashback", … */
  readonly modes: readonly string[];
}

export interface Trade extends EventHead {
  readonly kind: 'trade';
  /** Bonding curve or pool (base58). */
  readonly pool: string;
  /** Of the base mint: buy = trader receives base. */
  readonly side: 'buy' | 'sell';
  readonly trader: string;
  /** Null when the transaction does not tell it (a bare ray_log without inner transfers). */
  readonly baseMint: string | null;
  readonly quoteMint: string | null;
  /** What the trader received or gave of the base, as the pool counted it. */
  readonly baseAmount: Amount;
  /** What moved between trader and pool in the quote, without the fees listed beside it unless the venue takes them inside. */
  readonly quoteAmount: Amount;
  readonly fees: readonly Fee[];
  /** True when `fees` are already contained in the amounts above. */
  readonly feesIncluded: boolean;
  /** The part of the fees that lies in the quote vault until it is swept; absent where every fee is paid at once. */
  readonly feesKept?: Amount;
  /** Real reserves after the trade, when known. */
  readonly baseReserve: Amount | null;
  readonly quoteReserve: Amount | null;
  /** Virtual reserves that set the price on a curve; null on venues that have none. */
  readonly virtualBase: Amount | null;
  readonly virtualQuote: Amount | null;
  /** The trader's limit: most to pay or least to get, in base units of the side it protects; null when not told. */
  readonly limit: { readonly what: 'max-in' | 'min-out'; readonly amount: Amount } | null;
  /** Token accounts the program moved base and quote through, when known: the audit reads them. */
  readonly vaults?: { readonly base: string; readonly quote: string };
}

export interface CurveCompleted extends EventHead {
  readonly kind: 'curve-completed';
  readonly mint: string;
  readonly curve: string;
  readonly by: string | null;
}

export interface CurveGraduated extends EventHead {
  readonly kind: 'curve-graduated';
  readonly mint: string;
  readonly curve: string;
  readonly pool: string | null;
  /** Venue of the destination pool. */
  readonly destination: string;
  readonly quoteMint: string | null;
  readonly baseAmount: Amount | null;
  readonly quoteAmount: Amount | null;
  readonly fee: Amount | null;
}

export interface PoolCreated extends EventHead {
  readonly kind: 'pool-created';
  readonly pool: string;
  readonly creator: string | null;
  readonly baseMint: string;
  readonly quoteMint: string;
  readonly lpMint: string | null;
  readonly baseAmount: Amount | null;
  readonly quoteAmount: Amount | null;
  readonly lpAmount: Amount | null;
  readonly baseDecimals: number | null;
  readonly quoteDecimals: number | null;
  readonly vaults?: { readonly base: string; readonly quote: string };
}

export interface LiquidityChanged extends EventHead {
  readonly kind: 'liquidity-added' | 'liquidity-removed';
  readonly pool: string;
  readonly provider: string;
  readonly baseMint: string | null;
  readonly quoteMint: string | null;
  readonly baseAmount: Amount;
  readonly quoteAmount: Amount;
  readonly lpAmount: Amount | null;
  readonly lpMint: string | null;
  readonly lpSupply: Amount | null;
  readonly baseReserve: Amount | null;
  readonly quoteReserve: Amount | null;
  readonly position: string | null;
  readonly vaults?: { readonly base: string; readonly quote: string };
}

export interface FeesCollected extends EventHead {
  readonly kind: 'fees-collected';
  /** Pool or curve; null when collected across many. */
  readonly pool: string | null;
  /** "creator" | "protocol" | "lp" | "platform" | "fund" | … */
  readonly feeKind: string;
  readonly collector: string | null;
  readonly amounts: readonly { readonly mint: string | null; readonly amount: Amount }[];
}

export interface CreatorChanged extends EventHead {
  readonly kind: 'creator-changed';
  readonly mint: string | null;
  readonly pool: string | null;
  readonly from: string | null;
  readonly to: string;
}

export interface TokenBurned extends EventHead {
  readonly kind: 'token-burned';
  readonly mint: string;
  readonly account: string;
  readonly authority: string | null;
  readonly amount: Amount;
}

/** Liquidity tokens that were burned without taking the liquidity back: it is locked for ever. */
export interface LpBurned extends EventHead {
  readonly kind: 'lp-burned';
  readonly mint: string;
  readonly pool: string;
  readonly account: string;
  readonly authority: string | null;
  readonly amount: Amount;
}

/** A decoded event of a known program that no monitor turns into a domain event of its own (settings, positions, claims). */
export interface OtherEvent extends EventHead {
  readonly kind: 'other';
}

export type ProtocolEvent =
  | TokenCreated
  | Trade
  | CurveCompleted
  | CurveGraduated
  | PoolCreated
  | LiquidityChanged
  | FeesCollected
  | CreatorChanged
  | TokenBurned
  | LpBurned
  | OtherEvent;

/** An instruction or event of a known program that yielded nothing, with a bounded reason. */
export interface Undecoded {
  readonly program: string;
  /** Hex of the first 8 bytes (or 1 byte for programs that tag with one); "" when there is no data. */
  readonly discriminator: string;
  readonly reason: 'unknown-instruction' | 'unknown-event' | 'malformed' | 'no-event' | 'log-truncated';
  readonly path: InstructionPath;
  readonly note?: string;
}
