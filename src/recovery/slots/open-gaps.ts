import type { Gap } from '../../domain/slot.ts';
import { SlotRanges } from './slot-ranges.ts';

interface Entry {
  readonly gap: Gap;
  readonly remaining: SlotRanges;
  /** Something arrived for its slots since it was opened. */
  touched: boolean;
}

/**
 * The reason of a gap over slots of which two blocks were told, or one that was taken back and confirmed after all. Nothing fills it: what
 * its true block holds is known by the ids that were told already.
 */
export const TWO_BLOCKS = 'two-blocks';

/** The reason of a gap over a slot of which a transaction came that could not be read. Another copy of its block fills it. */
export const UNREADABLE = 'unreadable';

/** Gaps kept one by one. What is more joins the newest: its slots stay known as missing, its reason is told for both. */
const MAX_GAPS = 4096;

/** The gaps that are open, with what is still missing of each. A gap closes when nothing of it is missing, never before. */
export class OpenGaps {
  readonly #entries: Entry[] = [];
  #merged: Gap[] = [];

  constructor(open: readonly Gap[]) {
    for (const gap of open) this.#entries.push({ gap, remaining: slotsOf(gap), touched: false });
  }

  list(): readonly Gap[] {
    return this.#entries.map((entry) => entry.gap);
  }

  /** The gaps that can be filled, with the slots that nothing has filled so far. */
  fillable(): readonly { readonly gap: Gap; readonly missing: SlotRanges['ranges'] }[] {
    return this.#entries
      .filter(({ gap }) => gap.reason !== TWO_BLOCKS)
      .map(({ gap, remaining }) => ({ gap, missing: remaining.ranges }));
  }

  /** The open gaps that hold this slot. */
  at(slot: number): readonly Gap[] {
    return this.#entries.filter((entry) => entry.remaining.has(slot)).map((entry) => entry.gap);
  }

  /** Whether one open gap still misses all of these slots for all of these groups. */
  covers(from: number, to: number, groups: readonly string[]): boolean {
    return this.#entries.some(
      ({ gap, remaining }) =>
        groups.every((group) => gap.groups.includes(group)) &&
        remaining.ranges.some((range) => range.from <= from && to <= range.to),
    );
  }

  /** The gap that is open now: the given one, or the newest with the given one in it when there are too many. */
  open(gap: Gap): Gap {
    const newest = this.#entries.length < MAX_GAPS ? undefined : this.#entries.pop();
    const remaining = slotsOf(gap);
    if (newest === undefined) {
      this.#entries.push({ gap, remaining, touched: false });
      return gap;
    }
    for (const { from, to } of newest.remaining.ranges) remaining.add(from, to);
    const joined = joinedGap(newest.gap, gap);
    this.#merged.push(newest.gap);
    this.#entries.push({ gap: joined, remaining, touched: true });
    return joined;
  }

  /** Gaps that are now part of another one, since this was last asked. */
  takeMerged(): readonly Gap[] {
    const merged = this.#merged;
    this.#merged = [];
    return merged;
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
      if (entry.gap.reason === TWO_BLOCKS) continue;
      visit(entry);
      if (!entry.remaining.isEmpty) continue;
      this.#entries.splice(this.#entries.indexOf(entry), 1);
      closed.push({ ...entry.gap, filledBy });
    }
    return closed;
  }
}

function slotsOf(gap: Gap): SlotRanges {
  const slots = new SlotRanges();
  slots.add(gap.from, gap.to);
  return slots;
}

function joinedGap(one: Gap, other: Gap): Gap {
  return {
    ...one,
    from: Math.min(one.from, other.from),
    to: Math.max(one.to, other.to),
    groups: [...new Set([...one.groups, ...other.groups])].sort(),
    reason: joinedReason(one.reason, other.reason),
  };
}

function joinedReason(one: string, other: string): string {
  if (one === other) return one;
  return one === TWO_BLOCKS || other === TWO_BLOCKS ? TWO_BLOCKS : 'several';
}
