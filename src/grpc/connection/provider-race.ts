import type { RawUpdate } from '../../domain/update.ts';
import { transactionSignature, transactionSlot } from '../../domain/update-reader.ts';
import { attempt } from '../stream/lenient-read.ts';

/** How one provider did against the others over the slots that all of them delivered whole. */
export interface ProviderScore {
  readonly endpoint: string;
  readonly first: number;
  /** Transactions it sent that had come from another before. */
  readonly late: number;
  /** How late it was when it was late, milliseconds. */
  readonly lateMs: { readonly p50: number | null; readonly p99: number | null };
  /** Transactions another provider had and this one never sent. */
  readonly missed: number;
  readonly slotsCompared: number;
}

interface Score {
  first: number;
  late: number;
  missed: number;
  slots: number;
  readonly lateMs: number[];
  lateIndex: number;
  /** First slot it delivers whole; Infinity while it is not connected. */
  wholeFrom: number;
}

interface Arrival {
  readonly atMs: number;
  seenBy: number;
}

/** Slots after which a transaction that did not come will not come. */
const WINDOW_SLOTS = 48;
const SAMPLES = 1024;

/**
 * Compares providers that deliver the same groups: who was first, how late the others were, what they never sent. It judges only slots
 * that every provider delivered whole, so that a reconnect is not counted as misses. It changes nothing in the stream.
 */
export class ProviderRace {
  readonly #names: readonly string[];
  readonly #scores: readonly Score[];
  readonly #slots = new Map<number, Map<string, Arrival>>();
  #highest = 0;

  constructor(endpoints: readonly string[]) {
    this.#names = endpoints;
    this.#scores = endpoints.map(() => ({
      first: 0,
      late: 0,
      missed: 0,
      slots: 0,
      lateMs: [],
      lateIndex: 0,
      wholeFrom: Number.POSITIVE_INFINITY,
    }));
  }

  /** The first slot the provider delivers whole; Infinity while it does not deliver everything. */
  wholeFrom(provider: number, slot: number): void {
    const score = this.#scores[provider];
    if (score !== undefined) score.wholeFrom = slot;
  }

  see(provider: number, update: RawUpdate): void {
    const score = this.#scores[provider];
    if (update.kind !== 'transaction' || score === undefined) return;
    const slot = attempt(transactionSlot, update.bytes);
    const signature = attempt(transactionSignature, update.bytes);
    if (slot === null || signature === null) return;
    if (slot > this.#highest) this.#advance(slot);
    if (slot <= this.#highest - WINDOW_SLOTS) return;
    const key = Buffer.from(signature).toString('latin1');
    const arrivals = this.#slots.get(slot) ?? new Map<string, Arrival>();
    this.#slots.set(slot, arrivals);
    const arrival = arrivals.get(key);
    const bit = 1 << provider;
    if (arrival === undefined) {
      arrivals.set(key, { atMs: update.receivedAtMs, seenBy: bit });
      score.first++;
    } else if ((arrival.seenBy & bit) === 0) {
      arrival.seenBy |= bit;
      score.late++;
      score.lateMs[score.lateIndex] = update.receivedAtMs - arrival.atMs;
      score.lateIndex = (score.lateIndex + 1) % SAMPLES;
    }
  }

  scores(): readonly ProviderScore[] {
    return this.#scores.map((score, index) => ({
      endpoint: this.#names[index] as string,
      first: score.first,
      late: score.late,
      lateMs: percentiles(score.lateMs),
      missed: score.missed,
      slotsCompared: score.slots,
    }));
  }

  #advance(slot: number): void {
    this.#highest = slot;
    for (const [old, arrivals] of this.#slots) {
      if (old > slot - WINDOW_SLOTS) continue;
      this.#slots.delete(old);
      this.#settle(old, arrivals);
    }
  }

  #settle(slot: number, arrivals: ReadonlyMap<string, Arrival>): void {
    if (this.#scores.some((score) => slot < score.wholeFrom)) return;
    this.#scores.forEach((score, provider) => {
      score.slots++;
      for (const { seenBy } of arrivals.values()) if ((seenBy & (1 << provider)) === 0) score.missed++;
    });
  }
}

function percentiles(samples: readonly number[]): ProviderScore['lateMs'] {
  if (samples.length === 0) return { p50: null, p99: null };
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
  return { p50: at(0.5), p99: at(0.99) };
}
