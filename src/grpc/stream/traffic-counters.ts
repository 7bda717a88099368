/**
 * What one connection received, counted as it arrives. Smoothing and rates are made from these by whoever samples them; nothing
 * here allocates or looks at a clock.
 */
export class TrafficCounters {
  updates = 0;
  bytes = 0;
  malformed = 0;
  /** Receive lag, exponentially smoothed; null before the first sample. */
  lagMs: number | null = null;
  /** Sampled updates per filter name since the stream began; a name that left keeps its last count. */
  readonly groupSamples = new Map<string, number>();

  /** One update in 16 is looked at for the groups it matched: enough for shares, too few to cost. */
  get isSampleDue(): boolean {
    return (this.updates & 15) === 0;
  }

  sampleGroups(names: readonly string[]): void {
    for (const name of names) this.groupSamples.set(name, (this.groupSamples.get(name) ?? 0) + 1);
  }

  count(bytes: number): void {
    this.updates++;
    this.bytes += bytes;
  }

  sampleLag(lagMs: number): void {
    this.lagMs = this.lagMs === null ? lagMs : this.lagMs + (lagMs - this.lagMs) * 0.1;
  }
}
