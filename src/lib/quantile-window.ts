export interface QuantileWindowOptions {
  /** Older values no longer count. */
  readonly windowMs: number;
  /** Values kept at most; the oldest make room. */
  readonly valuesMax: number;
}

/** Quantiles over the recent values, exact for as many as are kept. Pure arithmetic: the caller tells the time. */
export class QuantileWindow {
  readonly #options: QuantileWindowOptions;
  readonly #values: Float64Array;
  readonly #times: Float64Array;
  #added = 0;

  constructor(options: QuantileWindowOptions) {
    this.#options = options;
    this.#values = new Float64Array(options.valuesMax);
    this.#times = new Float64Array(options.valuesMax);
  }

  add(value: number, nowMs: number): void {
    const at = this.#added++ % this.#options.valuesMax;
    this.#values[at] = value;
    this.#times[at] = nowMs;
  }

  /** The least value that the share `q` of the recent ones does not exceed; null when there is none. */
  quantile(q: number, nowMs: number): number | null {
    const kept = Math.min(this.#added, this.#options.valuesMax);
    const recent = this.#values
      .subarray(0, kept)
      .filter((_value, at) => nowMs - (this.#times[at] as number) < this.#options.windowMs)
      .sort();
    return recent.at(Math.max(0, Math.ceil(q * recent.length) - 1)) ?? null;
  }
}
