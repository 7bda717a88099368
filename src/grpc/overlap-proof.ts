import type { RawUpdate } from '../domain/update.ts';
import { filtersOf, readSlotNotice, transactionSignature, transactionSlot } from '../domain/update-reader.ts';
import { attempt } from './lenient-read.ts';
import { groupOfFilter } from './subscription-builder.ts';

export type Side = 'from' | 'to';

/** Updates remembered at most; past it the proof says that it is none. */
const LIMIT = 500_000;

/**
 * Compares what two streams delivered for the same groups while both carried them, slot by slot. It only looks; what follows from a
 * missing update is decided elsewhere.
 */
export class OverlapProof {
  readonly #groups: ReadonlySet<string>;
  readonly #seen: Readonly<Record<Side, Map<number, Set<string>>>> = { from: new Map(), to: new Map() };
  readonly #dead = new Set<number>();
  #count = 0;

  constructor(groups: readonly string[]) {
    this.#groups = new Set(groups);
  }

  get overflowed(): boolean {
    return this.#count > LIMIT;
  }

  see(side: Side, update: RawUpdate): void {
    if (update.kind === 'slot') {
      const notice = attempt(readSlotNotice, update.bytes);
      if (notice?.status === 'dead') this.#dead.add(notice.slot);
      return;
    }
    if (update.kind !== 'transaction' || this.overflowed) return;
    if (!filtersOf(update.bytes).some((filter) => this.#groups.has(groupOfFilter(filter)))) return;
    const slot = attempt(transactionSlot, update.bytes);
    const signature = attempt(transactionSignature, update.bytes);
    if (slot === null || signature === null) return;
    const seen = this.#seen[side].get(slot) ?? new Set<string>();
    this.#seen[side].set(slot, seen);
    seen.add(Buffer.from(signature).toString('latin1'));
    this.#count++;
  }

  /** What the old stream had in these slots and the new one did not. A slot that died may differ between nodes: it does not count. */
  lost(firstSlot: number, lastSlot: number): number {
    let lost = 0;
    for (const [slot, signatures] of this.#seen.from) {
      if (slot < firstSlot || slot > lastSlot || this.#dead.has(slot)) continue;
      const arrived = this.#seen.to.get(slot);
      for (const signature of signatures) if (arrived?.has(signature) !== true) lost++;
    }
    return lost;
  }

  /** What both had, over the whole overlap. */
  duplicates(): number {
    let duplicates = 0;
    for (const [slot, signatures] of this.#seen.from) {
      const arrived = this.#seen.to.get(slot);
      if (arrived === undefined) continue;
      for (const signature of signatures) if (arrived.has(signature)) duplicates++;
    }
    return duplicates;
  }
}
