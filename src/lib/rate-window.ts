/** What a sliding window allows: at most `limit` permits in any `windowMs`. */
export interface RateWindowOptions {
  readonly limit: number;
  readonly windowMs: number;
}

/**
 * Pure arithmetic of a sliding window: "may I now, and if not, when?". It keeps the time of each permit of the last window, so no
 * interval of that length ever holds more than `limit`, which a fixed window or a token bucket does not promise.
 */
export class RateWindow {
  readonly limit: number;
  readonly windowMs: number;
  readonly #granted: number[] = [];

  constructor(options: RateWindowOptions) {
    this.limit = options.limit;
    this.windowMs = options.windowMs;
  }

  remaining(nowMs: number): number {
    this.#expire(nowMs);
    return Math.max(0, this.limit - this.#granted.length);
  }

  /** Milliseconds until `count` permits are free; 0 when they are free now; Infinity when they never will be. */
  waitMs(nowMs: number, count = 1): number {
    if (count > this.limit) return Number.POSITIVE_INFINITY;
    this.#expire(nowMs);
    const over = this.#granted.length + count - this.limit;
    if (over <= 0) return 0;
    return (this.#granted[over - 1] as number) + this.windowMs - nowMs;
  }

  /** Takes `count` permits at `nowMs`; false (and nothing taken) when the window does not allow it. */
  take(nowMs: number, count = 1): boolean {
    if (this.waitMs(nowMs, count) > 0) return false;
    for (let i = 0; i < count; i++) this.#granted.push(nowMs);
    return true;
  }

  /** A permit of `at` lies in the window (now − windowMs, now]; one exactly `windowMs` old has left it. */
  #expire(nowMs: number): void {
    let stale = 0;
    while (stale < this.#granted.length && (this.#granted[stale] as number) + this.windowMs <= nowMs) stale++;
    if (stale > 0) this.#granted.splice(0, stale);
  }
}
