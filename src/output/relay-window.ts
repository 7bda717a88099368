import type { StoredEvent } from '../domain/contracts.ts';

/** Events published together. `through` is the sequence up to which nothing is left out. */
export interface Batch {
  readonly events: readonly StoredEvent[];
  /** The same with those that were confirmed before a rewind and are not sent again. */
  readonly read: readonly StoredEvent[];
  readonly through: number;
}

/**
 * Pure bookkeeping of what is under way: how far was read, what is confirmed ahead of the oldest open batch, and whether something
 * failed so that all of it has to be read again. It never forgets a confirm before the outbox remembers it.
 */
export class RelayWindow {
  #readThrough: number;
  #inFlight = 0;
  #hasFailed = false;
  #confirmedThrough: number;
  readonly #open = new Map<Batch, 'under-way' | 'done' | 'failed'>();
  readonly #ahead = new Set<number>();

  constructor(confirmedThrough: number) {
    this.#readThrough = confirmedThrough;
    this.#confirmedThrough = confirmedThrough;
  }

  get readThrough(): number {
    return this.#readThrough;
  }

  /** Events without an answer. */
  get inFlight(): number {
    return this.#inFlight;
  }

  get batches(): number {
    return this.#open.size;
  }

  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Something failed and every batch has its answer: reading starts again behind what is confirmed. */
  get mustRewind(): boolean {
    return this.#hasFailed && ![...this.#open.values()].includes('under-way');
  }

  /** What was confirmed before a rewind is not sent again. */
  open(read: readonly StoredEvent[], through: number): Batch {
    const events = this.#ahead.size === 0 ? read : read.filter((event) => !this.#ahead.has(event.sequence));
    const batch = { events, read, through };
    this.#open.set(batch, 'under-way');
    this.#inFlight += events.length;
    this.#readThrough = through;
    return batch;
  }

  confirmed(sequence: number): void {
    this.#ahead.add(sequence);
  }

  /** The batch is confirmed whole. Returns the sequence up to which everything is confirmed. */
  close(batch: Batch): number {
    this.#settle(batch, 'done');
    for (const [oldest, state] of this.#open) {
      if (state !== 'done') break;
      this.#confirmedThrough = oldest.through;
      this.#open.delete(oldest);
      for (const event of oldest.read) this.#ahead.delete(event.sequence);
    }
    return this.#confirmedThrough;
  }

  fail(batch: Batch): void {
    this.#settle(batch, 'failed');
    this.#hasFailed = true;
  }

  rewind(confirmedThrough: number): void {
    this.#open.clear();
    this.#inFlight = 0;
    this.#hasFailed = false;
    this.#readThrough = confirmedThrough;
    this.#confirmedThrough = confirmedThrough;
    for (const sequence of this.#ahead) if (sequence <= confirmedThrough) this.#ahead.delete(sequence);
  }

  #settle(batch: Batch, state: 'done' | 'failed'): void {
    this.#open.set(batch, state);
    this.#inFlight -= batch.events.length;
  }
}
