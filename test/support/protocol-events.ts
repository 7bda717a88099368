import type { EnrichedTransaction, TokenFacts } from '../../src/domain/contracts.ts';
import type {
  EventHead,
  LiquidityChanged,
  PoolCreated,
  ProtocolEvent,
  TokenCreated,
  Trade,
} from '../../src/domain/protocol-event.ts';
import type { Transaction } from '../../src/domain/transaction.ts';
import { encodeBase58 } from '../../src/lib/base58.ts';

/** Made-up protocol events for tests of what comes after the decoders: a whole event, of which a test names what it is about. */
export const SOL = 'So11111111111111111111111111111111111111112';
export const USDC = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
export const MINT = key(1);
export const POOL = key(2);
export const TRADER = key(3);

/** The base58 text of a 32-byte key that repeats one byte. */
export function key(byte: number): string {
  return encodeBase58(new Uint8Array(32).fill(byte));
}

const head: EventHead = {
  program: '6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P',
  venue: 'pump-fun',
  source: 'TradeEvent',
  path: { outer: 0, inner: -1 },
  ordinal: 0,
  strategy: 'self-cpi',
  caller: null,
  fields: {},
};

/** A small buy on a fresh standard curve: 30 SOL and 1,073,000,000 tokens virtual before it. */
export function trade(changes: Partial<Trade> = {}): Trade {
  return {
    ...head,
    kind: 'trade',
    pool: POOL,
    side: 'buy',
    trader: TRADER,
    baseMint: MINT,
    quoteMint: SOL,
    baseAmount: 34_612_903_225_806n,
    quoteAmount: 1_000_000_000n,
    fees: [{ kind: 'protocol', mint: SOL, amount: 9_500_000n }],
    feesIncluded: false,
    baseReserve: 793_100_000_000_000n - 34_612_903_225_806n,
    quoteReserve: 1_000_000_000n,
    virtualBase: 1_073_000_000_000_000n - 34_612_903_225_806n,
    virtualQuote: 31_000_000_000n,
    limit: null,
    ...changes,
  };
}

/** A buy of `amount` base on a standard curve that has `left` real tokens before it, by the constant product. */
export function curveBuy(left: bigint, amount: bigint, changes: Partial<Trade> = {}): Trade {
  const product = 1_073_000_000_000_000n * 30_000_000_000n;
  const virtualBefore = left + 279_900_000_000_000n;
  const virtualAfter = virtualBefore - amount;
  const quoteBefore = product / virtualBefore;
  const quoteAfter = product / virtualAfter + 1n;
  return trade({
    baseAmount: amount,
    quoteAmount: quoteAfter - quoteBefore,
    baseReserve: left - amount,
    quoteReserve: quoteAfter - 30_000_000_000n,
    virtualBase: virtualAfter,
    virtualQuote: quoteAfter,
    fees: [],
    ...changes,
  });
}

export function tokenCreated(changes: Partial<TokenCreated> = {}): TokenCreated {
  return {
    ...head,
    source: 'CreateEvent',
    kind: 'token-created',
    mint: MINT,
    name: 'Name',
    symbol: 'SYM',
    uri: 'https://example.org/a.json',
    creator: TRADER,
    curve: POOL,
    quoteMint: SOL,
    supply: 1_000_000_000_000_000n,
    decimals: 6,
    tokenProgram: null,
    virtualBase: 1_073_000_000_000_000n,
    virtualQuote: 30_000_000_000n,
    modes: [],
    ...changes,
  };
}

export function poolCreated(changes: Partial<PoolCreated> = {}): PoolCreated {
  return {
    ...head,
    venue: 'pump-swap',
    source: 'CreatePoolEvent',
    kind: 'pool-created',
    pool: POOL,
    creator: TRADER,
    baseMint: MINT,
    quoteMint: SOL,
    lpMint: key(4),
    baseAmount: 1_000_000n,
    quoteAmount: 2_000_000_000n,
    lpAmount: 100n,
    baseDecimals: 6,
    quoteDecimals: 9,
    ...changes,
  };
}

export function liquidityChanged(changes: Partial<LiquidityChanged> = {}): LiquidityChanged {
  return {
    ...head,
    venue: 'pump-swap',
    source: 'DepositEvent',
    kind: 'liquidity-added',
    pool: POOL,
    provider: TRADER,
    baseMint: MINT,
    quoteMint: SOL,
    baseAmount: 5_000_000n,
    quoteAmount: 1_000_000_000n,
    lpAmount: 10n,
    lpMint: key(4),
    lpSupply: 110n,
    baseReserve: 6_000_000n,
    quoteReserve: 3_000_000_000n,
    position: null,
    ...changes,
  };
}

/** What every kind shares, for the kinds that have no maker of their own. */
export const eventHead = head;

export function transaction(changes: Partial<Transaction> = {}): Transaction {
  const signature = changes.signature ?? new Uint8Array(64).fill(7);
  return {
    slot: 100,
    index: 3,
    signature,
    signatureText: encodeBase58(signature),
    isVote: false,
    failed: false,
    version: 0,
    error: null,
    fee: 5_000n,
    keyCount: 0,
    key: () => '',
    keyBytes: () => new Uint8Array(0),
    instructions: [],
    logSpans: null,
    hasInner: true,
    logs: null,
    preBalances: [],
    postBalances: [],
    preTokenBalances: null,
    postTokenBalances: null,
    createdAtMs: null,
    bytes: new Uint8Array(0),
    ...changes,
  };
}

export interface Facts {
  readonly tokens?: Readonly<Record<string, TokenFacts>>;
  readonly usd?: Readonly<Record<string, number>>;
  readonly timeMs?: number;
}

const KNOWN: Readonly<Record<string, TokenFacts>> = {
  [SOL]: { decimals: 9 },
  [USDC]: { decimals: 6 },
  [MINT]: { decimals: 6 },
};

export function enriched(
  events: readonly ProtocolEvent[],
  facts: Facts = {},
  changes: Partial<Transaction> = {},
): EnrichedTransaction {
  return {
    transaction: transaction(changes),
    events,
    undecoded: [],
    timeMs: facts.timeMs ?? 1_780_000_000_000,
    token: (mint) => facts.tokens?.[mint] ?? KNOWN[mint],
    usdPrice: (mint) => facts.usd?.[mint],
  };
}
