import { isStable, SOL_DECIMALS, STABLE_COINS, STABLE_DECIMALS, WRAPPED_SOL } from '../domain/money.ts';
import { isMismatched, type Trade } from '../domain/protocol-event.ts';

export interface UsdPriceOptions {
  /** The price is the median of this many latest trades, so that one odd pool cannot set it. */
  readonly samples: number;
  /** Trades worth less are not believed. */
  readonly tradeMinUsd: number;
}

/** USD prices of quote mints, by mint. A table is never changed: a new price makes a new one, so a view keeps the price of its moment. */
export type PriceTable = ReadonlyMap<string, number>;

/**
 * What SOL costs, from its trades against stable coins seen on the stream; a stable coin counts as one dollar, any other quote is
 * unknown. Never asks anybody.
 */
export class UsdPrices {
  readonly #options: UsdPriceOptions;
  readonly #samples: number[] = [];
  #next = 0;
  #table: PriceTable = new Map(STABLE_COINS.map((mint) => [mint, 1]));

  constructor(options: UsdPriceOptions) {
    this.#options = options;
  }

  get table(): PriceTable {
    return this.#table;
  }

  learn(trade: Trade): void {
    if (isMismatched(trade)) return;
    const price = this.#solPrice(trade);
    if (price === null) return;
    this.#samples[this.#next] = price;
    this.#next = (this.#next + 1) % this.#options.samples;
    const median = middleOf(this.#samples);
    if (median === this.#table.get(WRAPPED_SOL)) return;
    this.#table = new Map(this.#table).set(WRAPPED_SOL, median);
  }

  #solPrice(trade: Trade): number | null {
    const { baseMint, quoteMint } = trade;
    const solIsBase = baseMint === WRAPPED_SOL && isStable(quoteMint);
    if (!solIsBase && !(quoteMint === WRAPPED_SOL && isStable(baseMint))) return null;
    const sol = Number(solIsBase ? trade.baseAmount : trade.quoteAmount) / 10 ** SOL_DECIMALS;
    const usd = Number(solIsBase ? trade.quoteAmount : trade.baseAmount) / 10 ** STABLE_DECIMALS;
    return sol > 0 && usd >= this.#options.tradeMinUsd ? usd / sol : null;
  }
}

function middleOf(samples: readonly number[]): number {
  const sorted = [...samples].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] as number;
}
