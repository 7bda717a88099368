import type { EnrichedTransaction, Enricher, TimedTransaction } from '../domain/contracts.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Emit } from '../telemetry/event.ts';
import type { EnrichedBatch, ParsedBatch } from './batch.ts';

export interface EnrichmentOptions {
  /** Longest that a batch waits for what an enricher looks up outside. */
  readonly deadlineMs: number;
}

/**
 * The third layer: what is known beside the transaction. An enricher that fails or is late costs a batch its facts, never the batch.
 */
export class EnrichmentLayer {
  readonly #options: EnrichmentOptions;
  readonly #enricher: Enricher;
  readonly #clock: Clock;
  readonly #emit: Emit;
  #errors = 0;
  lastMs = 0;

  constructor(options: EnrichmentOptions, enricher: Enricher, clock: Clock, emit: Emit) {
    this.#options = options;
    this.#enricher = enricher;
    this.#clock = clock;
    this.#emit = emit;
  }

  get errors(): number {
    return this.#errors;
  }

  async enrich(batch: ParsedBatch, signal: AbortSignal): Promise<EnrichedBatch> {
    const startedAtMs = this.#clock.monotonicMs();
    const transactions = batch.transactions.length === 0 ? [] : await this.#enrichWithin(batch.transactions, signal);
    this.lastMs = this.#clock.monotonicMs() - startedAtMs;
    return { transactions, receivedAtMs: batch.receivedAtMs, progress: batch.progress, updates: batch.updates };
  }

  async #enrichWithin(
    transactions: readonly TimedTransaction[],
    signal: AbortSignal,
  ): Promise<readonly EnrichedTransaction[]> {
    const deadline = new AbortController();
    const abort = () => deadline.abort();
    signal.addEventListener('abort', abort, { once: true });
    let giveUp = (): void => {};
    const late = new Promise<'late'>((resolve) => {
      giveUp = () => resolve('late');
    });
    deadline.signal.addEventListener('abort', giveUp, { once: true });
    const cancel = this.#clock.after(this.#options.deadlineMs, abort);
    try {
      const enriched = await Promise.race([this.#enricher.enrich(transactions, deadline.signal), late]);
      if (enriched !== 'late' && enriched.length === transactions.length) return enriched;
      return this.#bare(transactions, enriched === 'late' ? 'it took too long' : 'it lost transactions');
    } catch (error) {
      return this.#bare(transactions, messageOf(error));
    } finally {
      cancel();
      signal.removeEventListener('abort', abort);
    }
  }

  #bare(transactions: readonly TimedTransaction[], reason: string): readonly EnrichedTransaction[] {
    this.#errors += transactions.length;
    this.#emit({ type: 'pipeline.enrichment.degraded', reason, transactions: transactions.length });
    return transactions.map((transaction) => ({ ...transaction, token: unknown, usdPrice: unknown }));
  }
}

function unknown(): undefined {
  return undefined;
}
