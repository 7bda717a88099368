import { COMMITMENTS, type Commitment } from '../domain/slot.ts';
import type { WholeBlock } from './filters/block-filter.ts';
import type { BlockMetaUpdate, SimulatedUpdate } from './simulated-update.ts';

/** An update with field 11 of its message: when the server published it. */
export interface StampedUpdate {
  readonly update: SimulatedUpdate;
  readonly createdAt: Uint8Array;
}

/** What subscribers of one commitment level receive now, in this order; a block goes to `blocks` filters only. */
export interface Release {
  readonly commitment: Commitment;
  readonly item: StampedUpdate | StampedBlock;
}

export interface StampedBlock {
  readonly block: WholeBlock;
  readonly createdAt: Uint8Array;
}

interface StoredSlot {
  readonly slot: number;
  readonly updates: StampedUpdate[];
  readonly statuses: StampedUpdate[];
  meta: StampedUpdate | null;
  block: StampedBlock | null;
  transactions: number;
  isDead: boolean;
  /** How many commitment levels it has reached: 0 none, 1 processed, 2 confirmed, 3 finalized. */
  level: number;
}

/** What `from_slot` gets: the stored updates, or the oldest slot there is when the asked one is gone. */
export type Replay =
  | { readonly type: 'served'; readonly items: readonly Release['item'][] }
  | { readonly type: 'gone'; readonly firstAvailable: number }
  | { readonly type: 'none' };

/** A slot is kept until those who wait for its finality have got it, however short the replay is. */
const KEPT_FOR_COMMITMENT = 64;

/**
 * The last slots, as a provider keeps them: decides what each commitment level sees and when, and what a replay brings back.
 * Pure bookkeeping; it never writes to anyone.
 */
export class SlotRing {
  readonly #replaySlots: number;
  readonly #slots = new Map<number, StoredSlot>();

  constructor(replaySlots: number) {
    this.#replaySlots = replaySlots;
  }

  /** The oldest slot a replay can start from. */
  get firstAvailable(): number | null {
    if (this.#replaySlots === 0) return null;
    return [...this.#slots.keys()].sort((a, b) => a - b).at(-this.#replaySlots) ?? this.#oldest();
  }

  /** Stores an update and tells who sees what because of it. */
  add(stamped: StampedUpdate): readonly Release[] {
    const { update } = stamped;
    // A block that comes anew after one that died takes its place; what comes late of the old one stays with it.
    if (update.kind === 'slot' && update.status === 'createdBank' && this.#slots.get(update.slot)?.isDead)
      this.#slots.delete(update.slot);
    const stored = this.#slot(update.slot);
    return update.kind === 'slot' ? this.#status(stored, stamped) : this.#data(stored, stamped);
  }

  replay(fromSlot: number, commitment: Commitment): Replay {
    const firstAvailable = this.firstAvailable;
    if (firstAvailable === null) return { type: 'none' };
    if (fromSlot < firstAvailable) return { type: 'gone', firstAvailable };
    const needed = commitment === 'processed' ? 0 : COMMITMENTS.indexOf(commitment) + 1;
    const slots = [...this.#slots.values()]
      .filter((stored) => stored.slot >= fromSlot && stored.level >= needed)
      .sort((a, b) => a.slot - b.slot);
    if (slots.length === 0) return { type: 'none' };
    return { type: 'served', items: slots.flatMap((stored) => [...content(stored), ...stored.statuses]) };
  }

  #data(stored: StoredSlot, stamped: StampedUpdate): readonly Release[] {
    const { update } = stamped;
    const items: Release['item'][] = [stamped];
    if (update.kind === 'blockMeta') stored.meta = stamped;
    else {
      stored.updates.push(stamped);
      if (update.kind === 'transaction') stored.transactions++;
    }
    const block = seal(stored);
    if (block !== null) items.push(block);
    // Data that comes after its slot was confirmed still reaches those who wait for that level.
    const levels = COMMITMENTS.slice(0, Math.max(1, stored.level));
    return levels.flatMap((commitment) => items.map((item) => ({ commitment, item })));
  }

  #status(stored: StoredSlot, stamped: StampedUpdate): readonly Release[] {
    const releases: Release[] = [];
    const { update } = stamped;
    const level = update.kind === 'slot' ? COMMITMENTS.indexOf(update.status as Commitment) + 1 : 0;
    for (let reached = stored.level + 1; reached <= level; reached++) {
      stored.level = reached;
      const commitment = COMMITMENTS[reached - 1] as Commitment;
      if (commitment === 'processed') continue;
      for (const item of content(stored)) releases.push({ commitment, item });
    }
    const isDead = update.kind === 'slot' && update.status === 'dead';
    // Kept with all it brought: a slot may be called dead too early, and a replay must not bring back a part of its block.
    if (isDead) stored.isDead = true;
    if (level > 0 || isDead) stored.statuses.push(stamped);
    for (const commitment of COMMITMENTS) releases.push({ commitment, item: stamped });
    return releases;
  }

  #slot(slot: number): StoredSlot {
    const known = this.#slots.get(slot);
    if (known !== undefined) return known;
    const stored: StoredSlot = {
      slot,
      updates: [],
      statuses: [],
      meta: null,
      block: null,
      transactions: 0,
      isDead: false,
      level: 0,
    };
    // A status that comes late for a slot long gone must not make the ring look older than it is.
    if (slot < (this.#oldest() ?? 0)) return stored;
    this.#slots.set(slot, stored);
    const kept = Math.max(this.#replaySlots, KEPT_FOR_COMMITMENT);
    while (this.#slots.size > kept) this.#slots.delete(this.#oldest() as number);
    return stored;
  }

  #oldest(): number | null {
    let oldest: number | null = null;
    for (const slot of this.#slots.keys()) if (oldest === null || slot < oldest) oldest = slot;
    return oldest;
  }
}

/** A slot's data as a replay or a higher commitment level gets it: of several writes to one account only the last. */
function content(stored: StoredSlot): readonly Release['item'][] {
  const last = new Map<string, StampedUpdate>();
  for (const stamped of stored.updates) {
    if (stamped.update.kind === 'account') last.set(addressOf(stamped.update.write.address), stamped);
  }
  const items: Release['item'][] = stored.updates.filter(
    (stamped) => stamped.update.kind !== 'account' || last.get(addressOf(stamped.update.write.address)) === stamped,
  );
  if (stored.block !== null) items.push(stored.block);
  if (stored.meta !== null) items.push(stored.meta);
  return items;
}

/** A block is whole when its meta and as many transactions as it counts are there. */
function seal(stored: StoredSlot): StampedBlock | null {
  const meta = stored.meta?.update as BlockMetaUpdate | undefined;
  if (meta === undefined || stored.block !== null || stored.transactions < meta.meta.executedTransactions) return null;
  const block = { meta, updates: stored.updates.map((stamped) => stamped.update) };
  stored.block = { block, createdAt: (stored.meta as StampedUpdate).createdAt };
  return stored.block;
}

function addressOf(address: Uint8Array): string {
  return Buffer.from(address.buffer, address.byteOffset, address.length).toString('latin1');
}
