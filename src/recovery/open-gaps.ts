import type { Gap } from '../domain/slot.ts';
import { SlotRanges } from './slot-ranges.ts';

interface Entry {
  readonly gap: Gap;
  readonly remaining: SlotRanges;
  /** Something arrived for its slots since it was opened. */
  touched: boolean;
}

/** Gaps kept in memory; more than this many at once means an outage that only the durable record can list. */
const MAX_GAPS = 4096;

/** The gaps that are open, with what is still missing of each. A gap closes when nothing of it is missing, never before. */
export class OpenGaps {
  readonly #entries: Entry[] = [];

  constructor(open: readonly Gap[]) {
    for (const gap of open) this.#add(gap);
  }

  list(): readonly Gap[] {
    return this.#entries.map((entry) => entry.gap);
  }

  /** Slots of `gap` that nothing has filled so far. */
  remaining(gap: Gap): readonly { readonly from: number; readonly to: number }[] {
    return this.#entries.find((entry) => entry.gap === gap)?.remaining.ranges ?? [];
  }

  /** The open gaps that hold this slot. */
  at(slot: number): readonly Gap[] {
    return this.#entries.filter((entry) => entry.remaining.has(slot)).map((entry) => entry.gap);
  }

  open(gap: Gap): void {
    this.#add(gap);
  }

  /** Remembers that evidence for slots from here upward changed. */
  touch(slot: number): void {
    for (const entry of this.#entries) if (slot <= entry.gap.to) entry.touched = true;
  }

  /** Takes slots as filled for these groups; returns the gaps that are closed by it. */
  fill(from: number, to: number, groups: readonly string[], filledBy: string): Gap[] {
    return this.#sweep(filledBy, (entry) => {
      if (entry.gap.groups.every((group) => groups.includes(group))) entry.remaining.remove(from, to);
    });
  }

  /** Asks `isFilled` for each missing slot at or above `floor` of the gaps that were touched; returns the gaps that are closed by it. */
  recheck(floor: number, filledBy: string, isFilled: (slot: number, groups: readonly string[]) => boolean): Gap[] {
    return this.#sweep(filledBy, (entry) => {
      if (!entry.touched) return;
      for (const range of [...entry.remaining.ranges]) {
        for (let slot = Math.max(range.from, floor); slot <= range.to; slot++) {
          if (isFilled(slot, entry.gap.groups)) entry.remaining.remove(slot, slot);
        }
      }
    });
  }

  #sweep(filledBy: string, visit: (entry: Entry) => void): Gap[] {
    const closed: Gap[] = [];
    for (const entry of [...this.#entries]) {
      visit(entry);
      if (!entry.remaining.isEmpty) continue;
      this.#entries.splice(this.#entries.indexOf(entry), 1);
      closed.push({ ...entry.gap, filledBy });
    }
    return closed;
  }

  #add(gap: Gap): void {
    const remaining = new SlotRanges();
    remaining.add(gap.from, gap.to);
    this.#entries.push({ gap, remaining, touched: false });
    if (this.#entries.length > MAX_GAPS) this.#entries.shift();
  }
}
