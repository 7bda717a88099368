import { COMMITMENTS, type Commitment, type Gap, type SlotProgress } from '../domain/slot.ts';
import type { RawUpdate } from '../domain/update.ts';
import { filtersOf, transactionSlot } from '../domain/update-reader.ts';
import { EngineError } from '../lib/errors.ts';
import type { IngestedBatch } from './batch.ts';
import { HeldSlots, type Released } from './held-slots.ts';
import type { SkipCounts } from './skip-counts.ts';

export interface CommitmentGateOptions {
  /** Group → the commitment its transactions wait for; a group that is not named does not wait. */
  readonly levels: ReadonlyMap<string, Commitment>;
  /** Bytes that may wait. More than this means that confirmations stopped: the run ends and starts again from the cursor. */
  readonly heldBytesMax: number;
}

/** A rank is a commitment's place among them. */
const CONFIRMED = COMMITMENTS.indexOf('confirmed');
const FINALIZED = COMMITMENTS.indexOf('finalized');
/** Recent slots whose commitment is remembered, for transactions that come after it. */
const SLOTS = 4_096;
/** A confirmed slot that far below a finalized one is final as well, though the link between them was not heard. */
const ROOTED_SLOTS = 64;
/** How far the accounting may go on while a slot is held. */
const PATIENCE_SLOTS = SLOTS / 2;

/**
 * Holds the transactions of groups that want certainty until their slot has it, in their order; what dies on a fork meanwhile is never
 * told. The checkpoint waits with them: it passes a slot that still holds something only when an open gap says that the slot is missing, and
 * no gap is called filled while what fills it is held. Without such a group the gate is not there at all.
 */
export class CommitmentGate {
  readonly #options: CommitmentGateOptions;
  readonly #skips: SkipCounts;
  readonly #held = new HeldSlots();
  readonly #ranks = new Float64Array(SLOTS).fill(-1);
  #checkpoint: number | null = null;
  #told: number | null = null;
  #finalized = -1;
  #gapsClosed: readonly Gap[] = [];

  constructor(options: CommitmentGateOptions, skips: SkipCounts) {
    this.#options = options;
    this.#skips = skips;
  }

  stats(): { readonly heldSlots: number; readonly heldBytes: number } {
    return { heldSlots: this.#held.size, heldBytes: this.#held.bytes };
  }

  pass(batch: IngestedBatch): IngestedBatch {
    if (this.#options.levels.size === 0) return batch;
    const passed: Released = { transactions: [], timesMs: [] };
    for (const [index, update] of batch.transactions.entries()) {
      const timeMs = batch.timesMs[index] as number;
      if (!this.#mayPass(update, timeMs)) continue;
      passed.transactions.push(update);
      passed.timesMs.push(timeMs);
    }
    const progress = batch.progress === null ? null : this.#advance(batch.progress, passed);
    return { ...batch, ...passed, progress };
  }

  #mayPass(update: RawUpdate, timeMs: number): boolean {
    const rank = this.#rankWanted(update);
    if (rank === 0) return true;
    const slot = transactionSlot(update.bytes);
    if (this.#rankOf(slot) >= rank) return true;
    this.#held.hold(slot, { update, timeMs, rank }, this.#checkpoint ?? slot);
    if (this.#held.bytes > this.#options.heldBytesMax)
      throw startAnew(`${this.#held.size} slots wait for their confirmation and hold ${this.#held.bytes} bytes`);
    return false;
  }

  /** A transaction of several groups goes by the one that waits least: it is told once. */
  #rankWanted(update: RawUpdate): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const group of filtersOf(update.bytes))
      lowest = Math.min(lowest, COMMITMENTS.indexOf(this.#options.levels.get(group) ?? 'processed'));
    return Number.isFinite(lowest) ? lowest : 0;
  }

  #advance(progress: SlotProgress, passed: Released): SlotProgress {
    for (const slot of progress.dead) this.#skips.add('dead-slot', this.#held.drop(slot));
    for (const slot of progress.confirmed) this.#raise(slot, CONFIRMED);
    for (const slot of progress.finalized) this.#raise(slot, FINALIZED);
    const final = new Set(progress.finalized);
    const surer = [...new Set([...progress.confirmed, ...progress.finalized])].sort((a, b) => a - b);
    for (const slot of surer) this.#held.release(slot, final.has(slot) ? FINALIZED : CONFIRMED, passed);
    this.#finalized = Math.max(this.#finalized, ...progress.finalized);
    this.#releaseRooted(passed);
    for (const { from, to, groups } of progress.gapsOpened) this.#held.noteMissing(from, to, groups);
    this.#checkpoint = progress.checkpoint ?? this.#checkpoint;
    this.#mayWaitOn();
    return { ...progress, gapsClosed: this.#gapsFilled(progress.gapsClosed), checkpoint: this.#capped() };
  }

  #releaseRooted(passed: Released): void {
    for (const slot of this.#held.slots()) {
      const isRooted = slot < this.#finalized - ROOTED_SLOTS && this.#rankOf(slot) >= CONFIRMED;
      if (isRooted) this.#held.release(slot, FINALIZED, passed);
    }
  }

  /** What can be neither told nor left out is not held for ever: an open gap accounts for it, and the next run reads what there is of it. */
  #mayWaitOn(): void {
    const slot = this.#checkpoint === null ? null : this.#held.heldSinceBefore(this.#checkpoint - PATIENCE_SLOTS);
    if (slot !== null) throw startAnew(`slot ${slot} was neither confirmed nor called dead in ${PATIENCE_SLOTS} slots`);
  }

  /** Never past a slot that holds something and is owed, never back. */
  #capped(): number | null {
    if (this.#checkpoint === null) return null;
    const owed = this.#held.firstOwed(this.#told ?? -1);
    const cap = owed === null ? this.#checkpoint : Math.min(this.#checkpoint, owed - 1);
    if (this.#told === null || cap > this.#told) this.#told = cap;
    return this.#told;
  }

  /** The gaps, of these and those that waited, of which nothing is held any more. */
  #gapsFilled(gaps: readonly Gap[]): readonly Gap[] {
    const all = [...this.#gapsClosed, ...gaps];
    if (all.length === 0) return all;
    const slots = this.#held.slots();
    const isHeld = ({ from, to }: Gap) => slots.some((slot) => from <= slot && slot <= to);
    this.#gapsClosed = all.filter(isHeld);
    return all.filter((gap) => !isHeld(gap));
  }

  /** An old slot that is filled takes no recent one's place. */
  #raise(slot: number, rank: number): void {
    if (Math.floor((this.#ranks[slot % SLOTS] as number) / 3) > slot) return;
    this.#ranks[slot % SLOTS] = Math.max(this.#rankOf(slot), rank) + 3 * slot;
  }

  /** One number per place holds slot and rank: 3 · slot + rank. */
  #rankOf(slot: number): number {
    const kept = this.#ranks[slot % SLOTS] as number;
    return Math.floor(kept / 3) === slot ? kept - 3 * slot : 0;
  }
}

/** The stream no longer says what the gate waits for: the run ends, and a new one reads on from what is durable. */
function startAnew(why: string): EngineError {
  return new EngineError('PIPELINE_ABORTED', `The stream no longer confirms: ${why}.`, { retryable: true });
}
