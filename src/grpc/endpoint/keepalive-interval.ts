/** What gRPC servers demand at most by default: five minutes between two pings. Also far below what a timer of Node can hold. */
const LONGEST_MS = 300_000;
/** A proxy that complained is given what it asked for this long; then the usual interval is tried again. */
const MEMORY_MS = 3_600_000;

/**
 * How often the connections of an endpoint are pinged: as configured, and for an hour half as often after each complaint that the pings are
 * too many. Meanwhile a dead TCP connection is still found by the watchdogs of its stream.
 */
export class KeepaliveInterval {
  readonly #usualMs: number;
  #raisedMs: number;
  #complainedAtMs = Number.NEGATIVE_INFINITY;

  constructor(usualMs: number) {
    this.#usualMs = usualMs;
    this.#raisedMs = usualMs;
  }

  at(nowMs: number): number {
    return nowMs - this.#complainedAtMs < MEMORY_MS ? this.#raisedMs : this.#usualMs;
  }

  complained(nowMs: number): void {
    const currentMs = this.at(nowMs);
    // All connections to a proxy hear the same complaint at about the same time.
    const isSame = nowMs - this.#complainedAtMs < currentMs;
    this.#complainedAtMs = nowMs;
    if (!isSame) this.#raisedMs = Math.max(currentMs, Math.min(currentMs * 2, LONGEST_MS));
  }
}
