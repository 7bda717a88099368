import type { BoundedQueue } from '../lib/bounded-queue.ts';
import type { Clock } from '../lib/clock.ts';
import type { Emit } from '../telemetry/event.ts';
import type { StageName } from '../telemetry/events/pipeline.ts';

/** Where a stage takes its batches from. */
export interface StageInput<In> {
  readonly size: number;
  readonly limit: number;
  take(signal: AbortSignal): Promise<In | undefined>;
}

export interface StageOptions<In, Out> {
  readonly name: StageName;
  readonly input: StageInput<In>;
  /** Null for the last stage. */
  readonly output: BoundedQueue<Out> | null;
  /** One batch. It counts what fails inside it and goes on: what it throws ends the pipeline. */
  readonly work: (batch: In, signal: AbortSignal) => Out | Promise<Out>;
  readonly itemsIn: (batch: In) => number;
  readonly itemsOut: (batch: Out) => number;
  /** Items that failed so far, as the layer counts them. */
  readonly errors: () => number;
  /** Batches that may be worked on at once; their results leave in the order in which they came. */
  readonly concurrency: () => number;
}

export interface StageStats {
  readonly name: StageName;
  readonly batches: number;
  readonly in: number;
  readonly out: number;
  readonly errors: number;
  /** Milliseconds spent working, waiting for the next stage not counted. */
  readonly busyMs: number;
  readonly latencyMs: { readonly last: number; readonly mean: number; readonly max: number };
  readonly queueDepth: number;
  readonly queueLimit: number;
}

interface Started<Out> {
  readonly result: Promise<Out> | Out;
  readonly itemsIn: number;
  readonly startedAtMs: number;
}

/**
 * The one runner of every layer: takes a batch, lets the layer work on it, hands the result on. It knows nothing of what is in a
 * batch, and never holds more than `concurrency` of them.
 */
export class Stage<In, Out> {
  readonly #options: StageOptions<In, Out>;
  readonly #clock: Clock;
  readonly #emit: Emit;
  readonly #underWay: Started<Out>[] = [];
  #wakeReleaser: (() => void) | null = null;
  #wakeStarter: (() => void) | null = null;
  #inputEnded = false;
  #batches = 0;
  #in = 0;
  #out = 0;
  #errorsTold = 0;
  #busyMs = 0;
  #lastMs = 0;
  #maxMs = 0;

  constructor(options: StageOptions<In, Out>, clock: Clock, emit: Emit) {
    this.#options = options;
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Resolves when the input ended and everything is handed on, or the signal aborted; rejects with what the layer threw. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await Promise.all([this.#start(signal), this.#release(signal)]);
    } finally {
      this.#options.output?.close();
    }
  }

  stats(): StageStats {
    const { name, input, errors } = this.#options;
    return {
      name,
      batches: this.#batches,
      in: this.#in,
      out: this.#out,
      errors: errors(),
      busyMs: this.#busyMs,
      latencyMs: { last: this.#lastMs, mean: this.#batches === 0 ? 0 : this.#busyMs / this.#batches, max: this.#maxMs },
      queueDepth: input.size,
      queueLimit: input.limit,
    };
  }

  async #start(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        if (this.#underWay.length >= this.#options.concurrency()) {
          await new Promise<void>((resolve) => {
            this.#wakeStarter = resolve;
          });
          continue;
        }
        const batch = await this.#options.input.take(signal);
        if (batch === undefined) return;
        const startedAtMs = this.#clock.monotonicMs();
        const result = this.#options.work(batch, signal);
        // The releaser meets a rejection in its turn; until then it must not count as unhandled.
        if (result instanceof Promise) result.catch(() => {});
        this.#underWay.push({ result, itemsIn: this.#options.itemsIn(batch), startedAtMs });
        this.#wakeReleaser?.();
      }
    } finally {
      this.#inputEnded = true;
      this.#wakeReleaser?.();
    }
  }

  async #release(signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        const started = this.#underWay[0];
        if (started === undefined) {
          if (this.#inputEnded) return;
          await new Promise<void>((resolve) => {
            this.#wakeReleaser = resolve;
          });
          continue;
        }
        const result = started.result instanceof Promise ? await started.result : started.result;
        this.#count(started, result);
        const { output } = this.#options;
        if (output !== null && !output.tryPush(result) && !(await output.push(result, signal))) return;
        this.#underWay.shift();
        this.#wakeStarter?.();
      }
    } finally {
      this.#underWay.length = 0;
      this.#wakeStarter?.();
    }
  }

  #count(started: Started<Out>, result: Out): void {
    const durationMs = this.#clock.monotonicMs() - started.startedAtMs;
    const itemsOut = this.#options.itemsOut(result);
    const errors = this.#options.errors();
    this.#batches++;
    this.#in += started.itemsIn;
    this.#out += itemsOut;
    this.#busyMs += durationMs;
    this.#lastMs = durationMs;
    this.#maxMs = Math.max(this.#maxMs, durationMs);
    this.#emit({
      type: 'pipeline.stage.worked',
      stage: this.#options.name,
      in: started.itemsIn,
      out: itemsOut,
      errors: errors - this.#errorsTold,
      durationMs,
      queueDepth: this.#options.input.size,
    });
    this.#errorsTold = errors;
  }
}
