import type { DecodeTransaction, Enricher, Monitor, Sink, SlotTracker, Source } from '../domain/contracts.ts';
import type { Cursor } from '../domain/cursor.ts';
import type { Transaction } from '../domain/transaction.ts';
import type { SourceItem } from '../domain/update.ts';
import { BoundedQueue } from '../lib/bounded-queue.ts';
import type { Clock } from '../lib/clock.ts';
import { assert } from '../lib/errors.ts';
import type { Resource } from '../lib/lifecycle.ts';
import { QuantileWindow } from '../lib/quantile-window.ts';
import type { Random } from '../lib/random.ts';
import type { Emit } from '../telemetry/event.ts';
import { APPENDS_UNDER_WAY, Appender } from './appender.ts';
import type { EnrichedBatch, IngestedBatch, ParsedBatch, Quarantine } from './batch.ts';
import { CommitmentGate, type CommitmentGateOptions } from './commitment-gate.ts';
import { EnrichmentLayer } from './enrichment-layer.ts';
import { IngestionLayer } from './ingestion-layer.ts';
import { Intake } from './intake.ts';
import { type AccountObserver, type DecodedObserver, ParsingLayer } from './parsing-layer.ts';
import { PerformanceOptimizer, type Tuning } from './performance-optimizer.ts';
import { ProcessingLayer, type ProcessingOptions } from './processing-layer.ts';
import { QuarantineCounts } from './quarantine-counts.ts';
import { SkipCounts } from './skip-counts.ts';
import { Stage, type StageStats } from './stage.ts';

/** The pipeline section of the configuration. */
export interface PipelineOptions extends CommitmentGateOptions, ProcessingOptions {
  readonly queueBatchesMax: number;
  readonly batchSizeMin: number;
  readonly batchSizeMax: number;
  readonly concurrencyMax: number;
  readonly latencyTargetMs: number;
  readonly dedupEntriesMax: number;
  readonly enrichmentDeadlineMs: number;
  readonly cursorIntervalMs: number;
  readonly appendRetryInitialMs: number;
  readonly appendRetryMaxMs: number;
}

/** What is plugged in; the pipeline knows the contracts alone. */
export interface PipelinePlugs {
  readonly source: Source;
  readonly tracker: SlotTracker;
  readonly readTransaction: (bytes: Uint8Array) => Transaction;
  readonly decode: DecodeTransaction;
  readonly enricher: Enricher;
  readonly monitors: readonly Monitor[];
  readonly sink: Sink;
  /** They see every decoded transaction: audits, drift, quarantine of what was not decoded. */
  readonly observers: readonly DecodedObserver[];
  readonly accountObservers: readonly AccountObserver[];
  /** Program id (base58) → short name, of the programs that are followed. */
  readonly programs: ReadonlyMap<string, string>;
  readonly quarantine: Quarantine;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
}

export interface PipelineStats {
  readonly running: boolean;
  readonly cursor: number | null;
  readonly events: number;
  /** From arrival to durable, 99th percentile of the recent batches; null while there is none. */
  readonly latencyMs: number | null;
  readonly tuning: Tuning;
  readonly stages: readonly StageStats[];
  readonly skipped: Readonly<Record<string, number>>;
  readonly quarantined: Readonly<Record<string, number>>;
  readonly ingestion: object;
  readonly parsing: object;
  readonly processing: object;
}

/**
 * Source to sink: four layers, a bounded queue before each, batches that never overtake one another. A sink that stalls fills the
 * queues and then stops the reading; nothing is dropped and nothing grows. Runs once: after an end, a new one goes on from the sink's
 * cursor.
 */
export class Pipeline implements Resource {
  readonly name = 'pipeline';
  readonly #plugs: PipelinePlugs;
  readonly #skips = new SkipCounts();
  readonly #quarantine: QuarantineCounts;
  readonly #optimizer: PerformanceOptimizer;
  readonly #intake: Intake;
  readonly #ingestion: IngestionLayer;
  readonly #gate: CommitmentGate;
  readonly #parsing: ParsingLayer;
  readonly #enrichment: EnrichmentLayer;
  readonly #processing: ProcessingLayer;
  readonly #appender: Appender;
  readonly #queues: {
    readonly parsing: BoundedQueue<IngestedBatch>;
    readonly enrichment: BoundedQueue<ParsedBatch>;
    readonly processing: BoundedQueue<EnrichedBatch>;
  };
  readonly #stages: readonly { run(signal: AbortSignal): Promise<void>; stats(): StageStats }[];
  readonly #reading = new AbortController();
  readonly #stopped = new AbortController();
  #run: Promise<void> | null = null;
  #running = false;
  readonly #latencies = new QuantileWindow({ windowMs: 10_000, valuesMax: 1_024 });

  constructor(options: PipelineOptions, plugs: PipelinePlugs) {
    this.#plugs = plugs;
    const { clock, emit } = plugs;
    this.#quarantine = new QuarantineCounts(plugs.quarantine);
    this.#optimizer = new PerformanceOptimizer(options);
    this.#intake = new Intake(() => this.#optimizer.tuning.batchSize);
    const quarantine = this.#quarantine.add;
    this.#ingestion = new IngestionLayer(options, plugs.tracker, this.#skips, quarantine, clock);
    this.#gate = new CommitmentGate(options, this.#skips);
    this.#parsing = new ParsingLayer(plugs, this.#skips, quarantine, this.#ingestion.unreadable);
    this.#enrichment = new EnrichmentLayer({ deadlineMs: options.enrichmentDeadlineMs }, plugs.enricher, clock, emit);
    this.#processing = new ProcessingLayer(options, plugs.monitors, quarantine, clock);
    const retry = { initialMs: options.appendRetryInitialMs, maxMs: options.appendRetryMaxMs };
    this.#appender = new Appender(
      { cursorIntervalMs: options.cursorIntervalMs, retry },
      plugs.sink,
      clock,
      plugs.random,
      emit,
    );
    this.#queues = {
      parsing: new BoundedQueue(options.queueBatchesMax),
      enrichment: new BoundedQueue(options.queueBatchesMax),
      processing: new BoundedQueue(options.queueBatchesMax),
    };
    this.#stages = this.#buildStages();
  }

  /** Reads from the sink's cursor until the source ends, `drain` is called or the signal aborts. Rejects with what ended it otherwise. */
  run(signal: AbortSignal): Promise<void> {
    assert(this.#run === null, 'A pipeline runs once.');
    this.#run = this.#runAll(signal);
    return this.#run;
  }

  /** Reads no more, hands on what was read, resolves when it is durable. */
  async drain(): Promise<void> {
    this.#reading.abort();
    await this.#run;
  }

  /** Drains, or stops at once when the signal aborts. How the run ended is told by `run`. */
  async close(signal: AbortSignal): Promise<void> {
    const stop = () => this.#stopped.abort();
    signal.addEventListener('abort', stop, { once: true });
    await this.drain().catch(() => {});
    signal.removeEventListener('abort', stop);
  }

  stats(): PipelineStats {
    return {
      running: this.#running,
      cursor: this.#appender.cursor?.slot ?? null,
      events: this.#appender.events,
      latencyMs: this.#latencies.quantile(0.99, this.#plugs.clock.monotonicMs()),
      tuning: this.#optimizer.tuning,
      stages: this.#stages.map((stage) => stage.stats()),
      skipped: this.#skips.stats(),
      quarantined: this.#quarantine.stats(),
      ingestion: { ...this.#ingestion.stats(), ...this.#gate.stats() },
      parsing: this.#parsing.stats(),
      processing: this.#processing.stats(),
    };
  }

  async #runAll(signal: AbortSignal): Promise<void> {
    const stop = AbortSignal.any([signal, this.#stopped.signal]);
    const failed = new AbortController();
    const everything = AbortSignal.any([stop, failed.signal]);
    const from = this.#plugs.sink.resumeFrom();
    this.#appender.resume(from);
    this.#running = true;
    this.#plugs.emit({ type: 'pipeline.run.started', fromSlot: from?.slot ?? null });
    const parts = [this.#read(from, everything), ...this.#stages.map((stage) => stage.run(everything))];
    const guarded = parts.map((part) =>
      part.catch((error: unknown) => {
        // The reader's end leaves the stages to finish what it had read; a stage's end leaves nobody to hand on to.
        if (part !== parts[0]) failed.abort();
        throw error;
      }),
    );
    const results = await Promise.allSettled(guarded);
    const rejected = results.find((result) => result.status === 'rejected');
    if (!everything.aborted) await this.#appender.flush(everything);
    this.#tell();
    this.#running = false;
    const reason = rejected === undefined ? (stop.aborted ? 'stopped' : 'drained') : 'failed';
    this.#plugs.emit({ type: 'pipeline.run.ended', reason });
    if (rejected !== undefined) throw rejected.reason;
  }

  async #read(from: Cursor | null, everything: AbortSignal): Promise<void> {
    const reading = AbortSignal.any([everything, this.#reading.signal]);
    try {
      for await (const items of this.#plugs.source.updates(from, reading)) {
        // While draining, what the source handed over is still taken: only its next batch is not asked for.
        if (!(await this.#intake.push(items, everything))) return;
        if (reading.aborted) return;
      }
    } finally {
      this.#intake.close();
    }
  }

  #buildStages(): readonly { run(signal: AbortSignal): Promise<void>; stats(): StageStats }[] {
    const { clock, emit } = this.#plugs;
    const { parsing, enrichment, processing } = this.#queues;
    const one = () => 1;
    const transactionsOf = (batch: { readonly transactions: readonly unknown[] }) => batch.transactions.length;
    return [
      new Stage<readonly SourceItem[], IngestedBatch>(
        {
          name: 'ingestion',
          input: this.#intake,
          output: parsing,
          work: (items) => this.#gate.pass(this.#ingestion.ingest(items)),
          itemsIn: (items) => items.length,
          itemsOut: transactionsOf,
          errors: () => this.#ingestion.errors,
          concurrency: one,
        },
        clock,
        emit,
      ),
      new Stage<IngestedBatch, ParsedBatch>(
        {
          name: 'parsing',
          input: parsing,
          output: enrichment,
          work: (batch) => this.#parsing.parse(batch),
          itemsIn: transactionsOf,
          itemsOut: transactionsOf,
          errors: () => this.#parsing.errors,
          concurrency: one,
        },
        clock,
        emit,
      ),
      new Stage<ParsedBatch, EnrichedBatch>(
        {
          name: 'enrichment',
          input: enrichment,
          output: processing,
          work: (batch, signal) => this.#enrichment.enrich(batch, signal),
          itemsIn: transactionsOf,
          itemsOut: transactionsOf,
          errors: () => this.#enrichment.errors,
          concurrency: () => this.#optimizer.tuning.concurrency,
        },
        clock,
        emit,
      ),
      new Stage<EnrichedBatch, number>(
        {
          name: 'processing',
          input: processing,
          output: null,
          work: (batch, signal) => this.#finish(batch, signal),
          itemsIn: transactionsOf,
          itemsOut: (events) => events,
          errors: () => this.#processing.errors,
          concurrency: () => APPENDS_UNDER_WAY,
        },
        clock,
        emit,
      ),
    ];
  }

  async #finish(batch: EnrichedBatch, signal: AbortSignal): Promise<number> {
    const events = this.#processing.process(batch);
    const isDurable = await this.#appender.append(events, signal);
    if (isDurable && events.filled.length > 0) this.#plugs.tracker.gapsFilled?.(events.filled);
    if (batch.receivedAtMs !== null) this.#tune(batch.receivedAtMs);
    this.#tell();
    return events.events.length;
  }

  #tune(receivedAtMs: number): void {
    const nowMs = this.#plugs.clock.monotonicMs();
    const latencyMs = nowMs - receivedAtMs;
    this.#latencies.add(latencyMs, nowMs);
    const queueFill = Math.max(...Object.values(this.#queues).map(({ size, limit }) => size / limit));
    const sample = { latencyMs, queueFill, enrichmentMs: this.#enrichment.lastMs };
    if (this.#optimizer.observe(sample))
      this.#plugs.emit({ type: 'pipeline.tuning.changed', ...this.#optimizer.tuning });
  }

  #tell(): void {
    const { emit } = this.#plugs;
    this.#skips.tell(emit);
    this.#ingestion.connections.tell(emit);
    this.#quarantine.tell(emit);
  }
}
