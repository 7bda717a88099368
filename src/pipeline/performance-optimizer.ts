/** How large batches may be and how many enrichments may be under way at once. */
export interface Tuning {
  readonly batchSize: number;
  readonly concurrency: number;
}

export interface OptimizerOptions {
  readonly batchSizeMin: number;
  readonly batchSizeMax: number;
  readonly concurrencyMax: number;
  /** Time from an update's arrival to its durable event that the controller aims at. */
  readonly latencyTargetMs: number;
}

/** What one batch showed on its way. */
export interface TuningSample {
  /** From the arrival of its oldest update until it was durable. */
  readonly latencyMs: number;
  /** Fullest queue between two stages, 0 to 1. */
  readonly queueFill: number;
  /** How long its enrichment waited. */
  readonly enrichmentMs: number;
}

/** Fuller than this and the stages are behind: larger batches spread the cost that each batch has. */
const BEHIND = 0.5;
const CALM = 0.25;

/**
 * One step of the controller. Grows fast while behind, because every batch costs a commit; gives back slowly when the latency is over its
 * target although nothing queues. Pure: the same samples give the same tuning.
 */
export function tune(current: Tuning, sample: TuningSample, options: OptimizerOptions): Tuning {
  const behind = sample.queueFill >= BEHIND;
  const calm = sample.queueFill <= CALM;
  const late = sample.latencyMs > options.latencyTargetMs;
  let { batchSize, concurrency } = current;
  if (behind) batchSize = Math.ceil(batchSize * 1.5);
  else if (calm && late) batchSize = Math.floor(batchSize * 0.9);
  if (behind && sample.enrichmentMs > options.latencyTargetMs / 4) concurrency += 1;
  else if (calm && sample.enrichmentMs < options.latencyTargetMs / 20) concurrency -= 1;
  return {
    batchSize: Math.min(options.batchSizeMax, Math.max(options.batchSizeMin, batchSize)),
    concurrency: Math.min(options.concurrencyMax, Math.max(1, concurrency)),
  };
}

/** Keeps the tuning that `tune` decides on: the intake asks it for the batch size, the enrichment stage for the concurrency. */
export class PerformanceOptimizer {
  readonly #options: OptimizerOptions;
  #tuning: Tuning;

  constructor(options: OptimizerOptions) {
    this.#options = options;
    this.#tuning = { batchSize: options.batchSizeMin, concurrency: 1 };
  }

  get tuning(): Tuning {
    return this.#tuning;
  }

  /** True when the sample changed the tuning. */
  observe(sample: TuningSample): boolean {
    const next = tune(this.#tuning, sample, this.#options);
    const changed = next.batchSize !== this.#tuning.batchSize || next.concurrency !== this.#tuning.concurrency;
    if (changed) this.#tuning = next;
    return changed;
  }
}
