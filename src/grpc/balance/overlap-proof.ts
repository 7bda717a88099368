import { createHash } from 'node:crypto';
import type { Commitment, SlotNotice } from '../../domain/slot.ts';
import type { RawUpdate } from '../../domain/update.ts';
import {
  filtersOf,
  readAccountWrite,
  readSlotNotice,
  transactionSignature,
  transactionSlot,
} from '../../domain/update-reader.ts';
import { tellsDataSlot } from '../stream/data-slot.ts';
import { attempt } from '../stream/lenient-read.ts';
import { groupOfFilter } from '../subscription/subscription-builder.ts';

export type Side = 'from' | 'to';

/** Updates remembered at most; past it the oldest slots are forgotten, and what is asked about them is not known. */
const LIMIT = 500_000;

export interface OverlapVerdict {
  /** Slots of those asked about that both streams went through from begin to end. */
  readonly overlapSlots: number;
  /** What the old stream had in them and the new one did not; null when nothing could be compared. */
  readonly lost: number | null;
}

/**
 * Compares what two streams delivered for the same groups while both carried them, slot by slot: transactions and account writes. It only
 * looks; what follows from a missing update is decided elsewhere.
 */
export class OverlapProof {
  readonly #groups: ReadonlySet<string>;
  readonly #limit: number;
  readonly #seen: Readonly<Record<Side, Map<number, Set<string>>>> = { from: new Map(), to: new Map() };
  readonly #commitment: Commitment;
  /** Slots the data of each stream was in, from the one in progress when it was first looked at. */
  readonly #slots: Record<Side, { lowest: number; highest: number }> = {
    from: { lowest: Number.POSITIVE_INFINITY, highest: 0 },
    to: { lowest: Number.POSITIVE_INFINITY, highest: 0 },
  };
  readonly #dead = new Set<number>();
  #count = 0;
  #forgottenThrough = 0;
  #forgottenDuplicates = 0;

  constructor(groups: readonly string[], commitment: Commitment, limit: number = LIMIT) {
    this.#commitment = commitment;
    this.#groups = new Set(groups);
    this.#limit = limit;
  }

  see(side: Side, update: RawUpdate): void {
    if (update.kind === 'slot') {
      this.#seeSlot(side, attempt(readSlotNotice, update.bytes));
      return;
    }
    if (update.kind !== 'transaction' && update.kind !== 'account') return;
    if (!filtersOf(update.bytes).some((filter) => this.#groups.has(groupOfFilter(filter)))) return;
    const write = attempt(update.kind === 'transaction' ? transactionKey : accountKey, update.bytes);
    if (write !== null && write.slot > this.#forgottenThrough) this.#remember(side, write.slot, write.key);
  }

  /** A slot that died may differ between nodes: it does not count. */
  verdict(firstSlot: number, lastSlot: number): OverlapVerdict {
    const { from, to } = this.#slots;
    const since = Math.max(firstSlot, from.lowest + 1, to.lowest + 1);
    const through = Math.min(lastSlot, from.highest - 1, to.highest - 1);
    const overlapSlots = Math.max(0, through - since + 1);
    if (overlapSlots === 0 || since <= this.#forgottenThrough) return { overlapSlots, lost: null };
    let lost = 0;
    for (const [slot, keys] of this.#seen.from) {
      if (slot < since || slot > through || this.#dead.has(slot)) continue;
      const arrived = this.#seen.to.get(slot);
      for (const key of keys) if (arrived?.has(key) !== true) lost++;
    }
    return { overlapSlots, lost };
  }

  /** What both had, over the whole overlap. */
  duplicates(): number {
    let duplicates = this.#forgottenDuplicates;
    for (const slot of this.#seen.from.keys()) duplicates += this.#sharedIn(slot);
    return duplicates;
  }

  #seeSlot(side: Side, notice: SlotNotice | null): void {
    if (notice === null) return;
    const { slot, status } = notice;
    if (status === 'dead') this.#dead.add(slot);
    if (!tellsDataSlot(status, this.#commitment)) return;
    const slots = this.#slots[side];
    slots.lowest = Math.min(slots.lowest, slot);
    slots.highest = Math.max(slots.highest, slot);
  }

  #remember(side: Side, slot: number, key: string): void {
    const keys = this.#seen[side].get(slot) ?? new Set<string>();
    this.#seen[side].set(slot, keys);
    if (keys.has(key)) return;
    keys.add(key);
    if (++this.#count > this.#limit) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const { from, to } = this.#seen;
    const oldest = Math.min(...from.keys(), ...to.keys());
    this.#forgottenDuplicates += this.#sharedIn(oldest);
    this.#count -= (from.get(oldest)?.size ?? 0) + (to.get(oldest)?.size ?? 0);
    from.delete(oldest);
    to.delete(oldest);
    this.#forgottenThrough = oldest;
  }

  #sharedIn(slot: number): number {
    const arrived = this.#seen.to.get(slot);
    if (arrived === undefined) return 0;
    return [...(this.#seen.from.get(slot) ?? [])].filter((key) => arrived.has(key)).length;
  }
}

interface Seen {
  readonly slot: number;
  readonly key: string;
}

function transactionKey(bytes: Uint8Array): Seen {
  return { slot: transactionSlot(bytes), key: text(transactionSignature(bytes)) };
}

/** By its transaction and not by its write version, which each node counts for itself. */
function accountKey(bytes: Uint8Array): Seen {
  const { slot, address, lamports, data, signature } = readAccountWrite(bytes);
  const cause =
    signature.length > 0 ? text(signature) : `${lamports} ${createHash('sha256').update(data).digest('hex')}`;
  return { slot, key: `${address} ${cause}` };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
