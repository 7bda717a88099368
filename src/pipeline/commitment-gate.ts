import type { Commitment, Gap, SlotProgress } from '../domain/slot.ts';
import type { RawUpdate } from '../domain/update.ts';
import { filtersOf, transactionSlot } from '../domain/update-reader.ts';
import { EngineError } from '../lib/errors.ts';
import type { IngestedBatch } from './batch.ts';
import type { SkipCounts } from './skip-counts.ts';

export interface CommitmentGateOptions {
  /** Group → the commitment its transactions wait for; a group that is not named does not wait. */
  readonly levels: ReadonlyMap<string, Commitment>;
  /** Bytes that may wait. More than this means that confirmations stopped: the run ends and starts again from the cursor. */
  readonly heldBytesMax: number;
}

const RANK: Readonly<Record<Commitment, number>> = { processed: 0, confirmed: 1, finalized: 2 };
/** Recent slots whose commitment is remembered, for transactions that come after it. */
const SLOTS = 4_096;

interface Held {
  readonly update: RawUpdate;
  readonly timeMs: number;
  readonly rank: number;
}

/**
 * Holds the transactions of groups that want certainty until their slot has it, in their order; what dies on a fork meanwhile is never
 * told. The checkpoint waits with them: it never passes a slot that still holds something, and no gap is called filled while what fills it
 * is held. Without such a group the gate is not there at all.
 */
export class CommitmentGate {
  readonly #options: CommitmentGateOptions;
  readonly #skips: SkipCounts;
  readonly #held = new Map<number, Held[]>();
  readonly #ranks = new Float64Array(SLOTS).fill(-1);
  #heldBytes = 0;
  #checkpoint: number | null = null;
  #told: number | null = null;
  #gapsClosed: Gap[] = [];

  constructor(options: CommitmentGateOptions, skips: SkipCounts) {
    this.#options = options;
    this.#skips = skips;
  }

  stats(): { readonly heldSlots: number; readonly heldBytes: number } {
    return { heldSlots: this.#held.size, heldBytes: this.#heldBytes };
  }

  pass(batch: IngestedBatch): IngestedBatch {
    if (this.#options.levels.size === 0) return batch;
    const transactions: RawUpdate[] = [];
    const timesMs: number[] = [];
    for (const [index, update] of batch.transactions.entries()) {
      const timeMs = batch.timesMs[index] as number;
      if (this.#mayPass(update, timeMs)) {
        transactions.push(update);
        timesMs.push(timeMs);
      }
    }
    const progress = batch.progress === null ? null : this.#advance(batch.progress, transactions, timesMs);
    return { ...batch, transactions, timesMs, progress };
  }

  #mayPass(update: RawUpdate, timeMs: number): boolean {
    const rank = this.#rankWanted(update);
    if (rank === 0) return true;
    const slot = transactionSlot(update.bytes);
    if (this.#rankOf(slot) >= rank) return true;
    const list = this.#held.get(slot) ?? [];
    list.push({ update, timeMs, rank });
    this.#held.set(slot, list);
    this.#heldBytes += update.bytes.length;
    if (this.#heldBytes > this.#options.heldBytesMax) {
      throw new EngineError(
        'PIPELINE_ABORTED',
        `${this.#held.size} slots wait for their confirmation and hold ${this.#heldBytes} bytes: the stream no longer confirms.`,
        { retryable: true },
      );
    }
    return false;
  }

  /** A transaction of several groups goes by the one that waits least: it is told once. */
  #rankWanted(update: RawUpdate): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const group of filtersOf(update.bytes))
      lowest = Math.min(lowest, RANK[this.#options.levels.get(group) ?? 'processed']);
    return Number.isFinite(lowest) ? lowest : 0;
  }

  #advance(progress: SlotProgress, transactions: RawUpdate[], timesMs: number[]): SlotProgress {
    for (const slot of progress.dead) this.#drop(slot);
    for (const slot of progress.confirmed) this.#raise(slot, RANK.confirmed);
    for (const slot of progress.finalized) this.#raise(slot, RANK.finalized);
    const ready = [...new Set([...progress.confirmed, ...progress.finalized])].sort((a, b) => a - b);
    for (const slot of ready) this.#release(slot, transactions, timesMs);
    if (progress.checkpoint !== null) this.#checkpoint = progress.checkpoint;
    this.#letGo(transactions, timesMs);
    return { ...progress, gapsClosed: this.#gapsFilled(progress.gapsClosed), checkpoint: this.#capped() };
  }

  #release(slot: number, transactions: RawUpdate[], timesMs: number[]): void {
    const list = this.#held.get(slot);
    if (list === undefined) return;
    const rank = this.#rankOf(slot);
    const staying = list.filter((held) => held.rank > rank);
    for (const held of list) {
      if (held.rank > rank) continue;
      transactions.push(held.update);
      timesMs.push(held.timeMs);
      this.#heldBytes -= held.update.bytes.length;
    }
    if (staying.length > 0) this.#held.set(slot, staying);
    else this.#held.delete(slot);
  }

  /**
   * A slot the accounting went far past without a word on its commitment lies in a gap: what is known of it is told now, or it would hold
   * the checkpoint for ever.
   */
  #letGo(transactions: RawUpdate[], timesMs: number[]): void {
    if (this.#checkpoint === null) return;
    for (const slot of [...this.#held.keys()]) {
      if (slot >= this.#checkpoint - SLOTS / 2) continue;
      this.#raise(slot, RANK.finalized);
      this.#release(slot, transactions, timesMs);
    }
  }

  #drop(slot: number): void {
    const list = this.#held.get(slot);
    if (list === undefined) return;
    this.#held.delete(slot);
    this.#heldBytes -= list.reduce((sum, { update }) => sum + update.bytes.length, 0);
    this.#skips.add('dead-slot', list.length);
  }

  /** Never past a slot that holds something, never back. */
  #capped(): number | null {
    if (this.#checkpoint === null) return null;
    let cap = this.#checkpoint;
    for (const slot of this.#held.keys()) cap = Math.min(cap, slot - 1);
    if (this.#told === null || cap > this.#told) this.#told = cap;
    return this.#told;
  }

  /** The gaps, of these and those that waited, of which nothing is held any more. */
  #gapsFilled(gaps: readonly Gap[]): readonly Gap[] {
    const all = [...this.#gapsClosed, ...gaps];
    const slots = [...this.#held.keys()];
    this.#gapsClosed = all.filter(({ from, to }) => slots.some((slot) => from <= slot && slot <= to));
    return all.filter((gap) => !this.#gapsClosed.includes(gap));
  }

  #raise(slot: number, rank: number): void {
    this.#ranks[slot % SLOTS] = Math.max(this.#rankOf(slot), rank) + 3 * slot;
  }

  /** One number per place holds slot and rank: 3 · slot + rank. */
  #rankOf(slot: number): number {
    const kept = this.#ranks[slot % SLOTS] as number;
    return Math.floor(kept / 3) === slot ? kept - 3 * slot : 0;
  }
}
