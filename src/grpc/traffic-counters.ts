/**
 * What one connection received, counted as it arrives. Smoothing and rates are made from these by whoever samples them; nothing
 * here allocates or looks at a clock.
 */
export class TrafficCounters {
  updates = 0;
  bytes = 0;
  malformed = 0;
  lastAtMs = 0;
  /** Receive lag, exponentially smoothed; null before the first sample. */
  lagMs: number | null = null;
  /** Sampled updates per filter name since the stream began; a name that left keeps its last count. */
  readonly groupSamples = new Map<string, number>();
  readonly #lags: number[] = [];
  #lagIndex = 0;

  /** One update in 16 is looked at for the groups it matched: enough for shares, too few to cost. */
  get isSampleDue(): boolean {
    return (this.updates & 15) === 0;
  }

  sampleGroups(names: readonly string[]): void {
    for (const name of names) this.groupSamples.set(name, (this.groupSamples.get(name) ?? 0) + 1);
  }

  count(bytes: number, nowMs: number): void {
    this.updates++;
    this.bytes += bytes;
    this.lastAtMs = nowMs;
  }

  sampleLag(lagMs: number): void {
    this.lagMs = this.lagMs === null ? lagMs : this.lagMs + (lagMs - this.lagMs) * 0.1;
    this.#lags[this.#lagIndex] = lagMs;
    this.#lagIndex = (this.#lagIndex + 1) % 512;
  }

  /** Percentiles over the last 512 samples. */
  lagPercentiles(): { readonly p50: number | null; readonly p99: number | null } {
    if (this.#lags.length === 0) return { p50: null, p99: null };
    const sorted = [...this.#lags].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
    return { p50: at(0.5), p99: at(0.99) };
  }
}
