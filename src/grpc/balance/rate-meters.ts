import type { Connection } from '../connection/connection.ts';
import type { Rates } from '../connection/connection-stats.ts';

interface Meter {
  updates: number;
  bytes: number;
  atMs: number;
  updatesPerS: number;
  bytesPerS: number;
}

/** Weight of a new sample: about five samples of memory. */
const WEIGHT = 0.2;
const NO_RATES: Rates = { updatesPerS: 0, bytesPerS: 0 };

/** Smoothed rates per connection, made from its counters at each sample. */
export class RateMeters {
  readonly #meters = new Map<string, Meter>();

  sample(connections: readonly Connection[], nowMs: number): void {
    const alive = new Set(connections.map(({ id }) => id));
    for (const id of this.#meters.keys()) if (!alive.has(id)) this.#meters.delete(id);
    for (const { id, counters } of connections) this.#sampleOne(id, counters.updates, counters.bytes, nowMs);
  }

  of(id: string): Rates {
    return this.#meters.get(id) ?? NO_RATES;
  }

  #sampleOne(id: string, updates: number, bytes: number, nowMs: number): void {
    const meter = this.#meters.get(id);
    if (meter === undefined) {
      this.#meters.set(id, { updates, bytes, atMs: nowMs, updatesPerS: 0, bytesPerS: 0 });
      return;
    }
    const seconds = (nowMs - meter.atMs) / 1000;
    if (seconds <= 0) return;
    const weight = meter.updatesPerS === 0 && meter.bytesPerS === 0 ? 1 : WEIGHT;
    meter.updatesPerS += ((updates - meter.updates) / seconds - meter.updatesPerS) * weight;
    meter.bytesPerS += ((bytes - meter.bytes) / seconds - meter.bytesPerS) * weight;
    meter.updates = updates;
    meter.bytes = bytes;
    meter.atMs = nowMs;
  }
}
