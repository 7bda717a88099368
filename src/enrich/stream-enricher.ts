import type { EnrichedTransaction, Enricher, TimedTransaction, TokenFacts } from '../domain/contracts.ts';
import {
  isMismatched,
  type LiquidityChanged,
  type PoolCreated,
  type ProtocolEvent,
  type Undecoded,
} from '../domain/protocol-event.ts';
import type { Transaction } from '../domain/transaction.ts';
import { PoolState } from './pool-state.ts';
import { type PriceTable, UsdPrices } from './price.ts';
import { TokenMetadata } from './token-metadata.ts';

export interface StreamEnricherOptions {
  readonly tokensMax: number;
  readonly poolsMax: number;
  readonly priceSamples: number;
  readonly priceTradeMinUsd: number;
}

const NOTHING: ReadonlyMap<string, TokenFacts> = new Map();

/** One transaction with what was known at its turn: what comes behind it in its batch must not change what is told of it. */
class EnrichedView implements EnrichedTransaction {
  readonly transaction: Transaction;
  readonly events: readonly ProtocolEvent[];
  readonly undecoded: readonly Undecoded[];
  readonly timeMs: number;
  readonly #tokens: ReadonlyMap<string, TokenFacts>;
  readonly #prices: PriceTable;

  constructor(
    timed: TimedTransaction,
    events: readonly ProtocolEvent[],
    tokens: ReadonlyMap<string, TokenFacts>,
    prices: PriceTable,
  ) {
    this.transaction = timed.transaction;
    this.events = events;
    this.undecoded = timed.undecoded;
    this.timeMs = timed.timeMs;
    this.#tokens = tokens;
    this.#prices = prices;
  }

  token(mint: string): TokenFacts | undefined {
    return this.#tokens.get(mint);
  }

  usdPrice(quoteMint: string): number | undefined {
    return this.#prices.get(quoteMint);
  }
}

/** Knows only what the stream told: it learns from each transaction in turn, then shows it what is known. Never waits. */
export class StreamEnricher implements Enricher {
  readonly tokens: TokenMetadata;
  readonly pools: PoolState;
  readonly prices: UsdPrices;

  constructor(options: StreamEnricherOptions) {
    this.tokens = new TokenMetadata(options.tokensMax);
    this.pools = new PoolState(options.poolsMax);
    this.prices = new UsdPrices({ samples: options.priceSamples, tradeMinUsd: options.priceTradeMinUsd });
  }

  enrich(batch: readonly TimedTransaction[], _signal: AbortSignal): Promise<readonly EnrichedTransaction[]> {
    return Promise.resolve(batch.map((timed) => this.enrichOne(timed)));
  }

  enrichOne(timed: TimedTransaction): EnrichedTransaction {
    let completed: ProtocolEvent[] | null = null;
    for (let index = 0; index < timed.events.length; index++) {
      const event = timed.events[index] as ProtocolEvent;
      const fuller = this.#learn(event, timed);
      if (fuller === event) continue;
      completed ??= [...timed.events];
      completed[index] = fuller;
    }
    const events = completed ?? timed.events;
    return new EnrichedView(timed, events, this.#factsOf(events), this.prices.table);
  }

  /** Of every mint that the events speak of. */
  #factsOf(events: readonly ProtocolEvent[]): ReadonlyMap<string, TokenFacts> {
    if (events.length === 0) return NOTHING;
    const found = new Map<string, TokenFacts>();
    for (const event of events) {
      if ('mint' in event) this.#note(found, event.mint);
      if ('baseMint' in event) this.#note(found, event.baseMint);
      if ('quoteMint' in event) this.#note(found, event.quoteMint);
    }
    return found;
  }

  #note(found: Map<string, TokenFacts>, mint: string | null): void {
    if (mint === null || found.has(mint)) return;
    const facts = this.tokens.facts(mint);
    if (facts !== undefined) found.set(mint, facts);
  }

  #learn(event: ProtocolEvent, timed: TimedTransaction): ProtocolEvent {
    switch (event.kind) {
      case 'trade': {
        const trade = this.pools.complete(event);
        this.#learnDecimals(trade.baseMint, trade.quoteMint, timed.transaction);
        this.prices.learn(trade);
        return trade;
      }
      case 'liquidity-added':
      case 'liquidity-removed': {
        const change = this.pools.complete(event);
        this.#learnDecimals(change.baseMint, change.quoteMint, timed.transaction);
        this.#learnLp(change, change.lpSupply);
        return change;
      }
      case 'token-created':
        this.tokens.learnCreated(event, timed.timeMs);
        return event;
      case 'pool-created':
        if (isMismatched(event)) return event;
        this.pools.learnCreated(event);
        this.#learnLp(event, event.lpAmount);
        if (event.baseDecimals !== null) this.tokens.learnDecimals(event.baseMint, event.baseDecimals);
        if (event.quoteDecimals !== null) this.tokens.learnDecimals(event.quoteMint, event.quoteDecimals);
        this.#learnDecimals(event.baseMint, event.quoteMint, timed.transaction);
        return event;
      default:
        return event;
    }
  }

  #learnLp(event: LiquidityChanged | PoolCreated, supply: bigint | null): void {
    if (event.lpMint !== null && !isMismatched(event)) this.tokens.learnLp(event.lpMint, event.pool, supply);
  }

  #learnDecimals(baseMint: string | null, quoteMint: string | null, transaction: Transaction): void {
    if (baseMint !== null) this.tokens.learnFrom(baseMint, transaction);
    if (quoteMint !== null) this.tokens.learnFrom(quoteMint, transaction);
  }
}
