import type { RawUpdate } from '../domain/update.ts';
import { filtersOf } from '../domain/update-reader.ts';

interface Held {
  readonly update: RawUpdate;
  readonly timeMs: number;
  readonly rank: number;
}

interface HeldSlot {
  /** Where the accounting stood when its first transaction was held. */
  readonly since: number;
  /** Groups of which an open gap says that this slot is missing. */
  readonly missing: Set<string>;
  list: Held[];
}

/** Transactions that are let through, each with its time. */
export interface Released {
  readonly transactions: RawUpdate[];
  readonly timesMs: number[];
}

/** Transactions that wait for their slot's commitment, slot by slot, each with the rank it waits for. */
export class HeldSlots {
  readonly #slots = new Map<number, HeldSlot>();
  #bytes = 0;

  get size(): number {
    return this.#slots.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  slots(): readonly number[] {
    return [...this.#slots.keys()];
  }

  hold(slot: number, held: Held, checkpoint: number): void {
    const known = this.#slots.get(slot);
    if (known === undefined) this.#slots.set(slot, { since: checkpoint, missing: new Set(), list: [held] });
    else known.list.push(held);
    this.#bytes += held.update.bytes.length;
  }

  /** Lets through what waits for no more than this rank. */
  release(slot: number, rank: number, into: Released): void {
    const held = this.#slots.get(slot);
    if (held === undefined) return;
    const { list } = held;
    held.list = list.filter((each) => each.rank > rank);
    if (held.list.length === 0) this.#slots.delete(slot);
    for (const { update, timeMs, rank: wanted } of list) {
      if (wanted > rank) continue;
      into.transactions.push(update);
      into.timesMs.push(timeMs);
      this.#bytes -= update.bytes.length;
    }
  }

  /** Gives up a slot that died; how many transactions it held. */
  drop(slot: number): number {
    const list = this.#slots.get(slot)?.list ?? [];
    this.#slots.delete(slot);
    this.#bytes -= list.reduce((sum, { update }) => sum + update.bytes.length, 0);
    return list.length;
  }

  noteMissing(from: number, to: number, groups: readonly string[]): void {
    for (const [slot, { missing }] of this.#slots)
      if (from <= slot && slot <= to) for (const group of groups) missing.add(group);
  }

  /** The lowest held slot above `slot` that no open gap accounts for: what would be lost of it would be lost in silence. */
  firstOwed(slot: number): number | null {
    let first: number | null = null;
    for (const [each, held] of this.#slots)
      if (each > slot && (first === null || each < first) && !isMissing(held)) first = each;
    return first;
  }

  /** A slot that has been held since before `checkpoint`. */
  heldSinceBefore(checkpoint: number): number | null {
    for (const [slot, { since }] of this.#slots) if (since < checkpoint) return slot;
    return null;
  }
}

function isMissing({ missing, list }: HeldSlot): boolean {
  return missing.size > 0 && list.every(({ update }) => filtersOf(update.bytes).every((group) => missing.has(group)));
}
