import { LRUCache } from 'lru-cache';
import type { EnrichedTransaction, Monitor } from '../domain/contracts.ts';
import type { DomainEvent } from '../domain/domain-event.ts';
import { transactionEvent } from '../domain/events/build.ts';
import type { Interest } from '../domain/interest.ts';
import { isMismatched, type Trade } from '../domain/protocol-event.ts';
import { auditOf } from './event-origin.ts';
import { PriceHistory } from './price-history.ts';
import { type TradeNumbers, tradeNumbers } from './trade-numbers.ts';

export interface TradingActivityOptions {
  /** Names of the program groups it reads. */
  readonly groups: readonly string[];
  /** Tokens whose prices are remembered; the one longest without a trade is forgotten first. */
  readonly trackedTokensMax: number;
  /** A token's price is told at most once in this many slots. */
  readonly priceIntervalSlots: number;
}

interface PriceState {
  /** Prices in different quotes do not compare: the first quote seen is the one that is told. */
  quoteMint: string;
  lastTradeSlot: number;
  lastToldSlot: number;
  history: PriceHistory;
}

/** Slots (about one hour) without a trade in its quote after which a token's price may be told in another one. */
const QUOTE_SILENT_SLOTS = 9_000;
const NOTHING: readonly DomainEvent[] = [];

/**
 * Every trade as one event, with what it says about price and slippage, and the price of each token now and then.
 * Never judges whether a price is fair, and never reads a clock: an interval is counted in slots.
 */
export class TradingActivityMonitor implements Monitor {
  readonly name = 'TradingActivity';
  readonly interest: Interest;
  readonly #priceIntervalSlots: number;
  readonly #prices: LRUCache<string, PriceState>;

  constructor(options: TradingActivityOptions) {
    this.interest = { groups: options.groups };
    this.#priceIntervalSlots = options.priceIntervalSlots;
    this.#prices = new LRUCache({ max: options.trackedTokensMax });
  }

  observe(transaction: EnrichedTransaction): readonly DomainEvent[] {
    let told: DomainEvent[] | null = null;
    for (const event of transaction.events) {
      if (event.kind !== 'trade') continue;
      const baseFacts = event.baseMint === null ? undefined : transaction.token(event.baseMint);
      const quoteDecimals = event.quoteMint === null ? undefined : transaction.token(event.quoteMint)?.decimals;
      const usd = event.quoteMint === null ? undefined : transaction.usdPrice(event.quoteMint);
      const numbers = tradeNumbers(event, baseFacts?.decimals, quoteDecimals);
      told ??= [];
      told.push(swapEvent(transaction, event, numbers, baseFacts?.symbol, usd));
      const price = this.#priceEvent(transaction, event, numbers, usd);
      if (price !== null) told.push(price);
    }
    return told ?? NOTHING;
  }

  #priceEvent(
    transaction: EnrichedTransaction,
    trade: Trade,
    numbers: TradeNumbers,
    usd: number | undefined,
  ): DomainEvent | null {
    const { baseMint, quoteMint } = trade;
    const price = numbers.priceAfter;
    if (baseMint === null || quoteMint === null || price === null || trade.pool === '' || isMismatched(trade))
      return null;
    const slot = transaction.transaction.slot;
    const state = this.#stateOf(baseMint, quoteMint, slot);
    if (state === null) return null;
    const timeMs = transaction.timeMs;
    state.lastTradeSlot = Math.max(state.lastTradeSlot, slot);
    state.history.record(timeMs, price, numbers.quoteWhole ?? 0);
    if (slot - state.lastToldSlot < this.#priceIntervalSlots) return null;
    state.lastToldSlot = slot;
    return transactionEvent('price.token.updated', baseMint, transaction.transaction, timeMs, trade, {
      mint: baseMint,
      quoteMint,
      pool: trade.pool,
      venue: trade.venue,
      price,
      priceUsd: usd === undefined ? null : price * usd,
      change1m: state.history.change(timeMs, 1),
      change5m: state.history.change(timeMs, 5),
      change1h: state.history.change(timeMs, 60),
      volume1h: state.history.volume(timeMs),
      trades1h: state.history.trades(timeMs),
    });
  }

  /** Null when the token's price is told in another quote that still trades. */
  #stateOf(baseMint: string, quoteMint: string, slot: number): PriceState | null {
    const known = this.#prices.get(baseMint);
    if (known !== undefined) {
      if (known.quoteMint === quoteMint) return known;
      if (slot - known.lastTradeSlot < QUOTE_SILENT_SLOTS) return null;
    }
    const state: PriceState = {
      quoteMint,
      lastTradeSlot: slot,
      lastToldSlot: known?.lastToldSlot ?? Number.NEGATIVE_INFINITY,
      history: new PriceHistory(),
    };
    this.#prices.set(baseMint, state);
    return state;
  }
}

function swapEvent(
  transaction: EnrichedTransaction,
  trade: Trade,
  numbers: TradeNumbers,
  symbol: string | undefined,
  usd: number | undefined,
): DomainEvent {
  const pool = trade.pool || null;
  const subject = trade.baseMint ?? pool ?? trade.program;
  return transactionEvent('trade.swap.executed', subject, transaction.transaction, transaction.timeMs, trade, {
    pool,
    side: trade.side,
    trader: trade.trader || null,
    baseMint: trade.baseMint,
    quoteMint: trade.quoteMint,
    symbol: symbol ?? null,
    baseAmount: trade.baseAmount,
    quoteAmount: trade.quoteAmount,
    fees: trade.fees,
    feesIncluded: trade.feesIncluded,
    baseReserve: trade.baseReserve,
    quoteReserve: trade.quoteReserve,
    virtualBase: trade.virtualBase,
    virtualQuote: trade.virtualQuote,
    price: numbers.price,
    priceUsd: numbers.price === null || usd === undefined ? null : numbers.price * usd,
    valueUsd: numbers.quoteWhole === null || usd === undefined ? null : numbers.quoteWhole * usd,
    limit: trade.limit,
    slippageLimitBps: numbers.slippageLimitBps,
    slippageTakenBps: numbers.slippageTakenBps,
    priceImpactBps: numbers.priceImpactBps,
    audit: auditOf(trade.audit),
    program: trade.program,
    venue: trade.venue,
    source: trade.source,
    strategy: trade.strategy,
    caller: trade.caller,
  });
}
