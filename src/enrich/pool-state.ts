import { LRUCache } from 'lru-cache';
import type { PoolFacts } from '../domain/contracts.ts';
import { isMismatched, type LiquidityChanged, type PoolCreated, type Trade } from '../domain/protocol-event.ts';

/** What is known of pools, from events that name their mints and from decoded pool accounts. Bounded; never asks anybody. */
export class PoolState {
  readonly #pools: LRUCache<string, PoolFacts>;

  constructor(poolsMax: number) {
    this.#pools = new LRUCache({ max: poolsMax });
  }

  facts(pool: string): PoolFacts | undefined {
    return this.#pools.get(pool);
  }

  /** From an account write or a lookup, decoded by whoever knows the layout. */
  learn(pool: string, facts: PoolFacts): void {
    this.#pools.set(pool, facts);
  }

  learnCreated(event: PoolCreated): void {
    this.#pools.set(event.pool, {
      baseMint: event.baseMint,
      quoteMint: event.quoteMint,
      baseVault: event.vaults?.base ?? null,
      quoteVault: event.vaults?.quote ?? null,
    });
  }

  /** The event itself when it tells its mints (and the pool is remembered), else a copy with what the pool is known to trade. */
  complete<E extends Trade | LiquidityChanged>(event: E): E {
    if (event.baseMint !== null && event.quoteMint !== null) {
      this.#remember(event, event.baseMint, event.quoteMint);
      return event;
    }
    const known = this.#pools.get(event.pool);
    if (known === undefined || event.vaults === undefined) return event;
    // Only the vaults tell which way round the event counts; without them a guess would be worse than a null.
    if (event.vaults.base === known.baseVault && event.vaults.quote === known.quoteVault) {
      return { ...event, baseMint: known.baseMint, quoteMint: known.quoteMint };
    }
    if (event.vaults.base !== known.quoteVault || event.vaults.quote !== known.baseVault) return event;
    return turned({ ...event, baseMint: known.quoteMint, quoteMint: known.baseMint });
  }

  #remember(event: Trade | LiquidityChanged, baseMint: string, quoteMint: string): void {
    if (isMismatched(event)) return;
    const known = this.#pools.get(event.pool);
    if (known !== undefined && (known.baseVault !== null || event.vaults === undefined)) return;
    this.#pools.set(event.pool, {
      baseMint,
      quoteMint,
      baseVault: event.vaults?.base ?? null,
      quoteVault: event.vaults?.quote ?? null,
    });
  }
}

/** The same event counted the other way round: what was base is quote. A limit protects a token, not a side, so it stays. */
function turned<E extends Trade | LiquidityChanged>(event: E): E {
  const both = {
    baseMint: event.quoteMint,
    quoteMint: event.baseMint,
    baseAmount: event.quoteAmount,
    quoteAmount: event.baseAmount,
    baseReserve: event.quoteReserve,
    quoteReserve: event.baseReserve,
    ...(event.vaults === undefined ? {} : { vaults: { base: event.vaults.quote, quote: event.vaults.base } }),
  };
  if (event.kind !== 'trade') return { ...event, ...both };
  return {
    ...event,
    ...both,
    side: event.side === 'buy' ? 'sell' : 'buy',
    virtualBase: event.virtualQuote,
    virtualQuote: event.virtualBase,
  };
}
