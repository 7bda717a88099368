import type { SourceItem } from '../../domain/update.ts';

export interface LaneOptions {
  /** Items a batch holds at most. */
  readonly batchItems: number;
  /** Bytes that may wait in one lane before its connection is paused. */
  readonly laneBytes: number;
  /** Items that may wait in one lane before its connection is paused. */
  readonly laneItems: number;
}

/** How a lane tells its connection to stop and go on reading. */
export interface LaneListener {
  onFull(): void;
  onRoom(): void;
}

let arrivals = 0;

/**
 * What waits of one connection, in batches. While it follows another lane it lets itself be read only as far as that one was read, slot by
 * slot: then a group that both carry is seen in order, whichever connection is ahead.
 */
export class Lane {
  rank: number;
  isRetired = false;
  items = 0;
  bytes = 0;
  /** Order of arrival of its oldest batch, among all lanes. */
  waitingSince = 0;
  /** Slot its connection is in. */
  slot = 0;
  /** False while its connection has no stream: nobody waits for it then. */
  isLive = false;
  #leader: Lane | null = null;
  #followThrough = 0;
  #isFull = false;
  readonly #options: LaneOptions;
  readonly #listener: LaneListener;
  readonly #onItem: () => void;
  #batches: Batch[] = [];

  constructor(rank: number, options: LaneOptions, listener: LaneListener, onItem: () => void) {
    this.rank = rank;
    this.#options = options;
    this.#listener = listener;
    this.#onItem = onItem;
  }

  /** 0 empty, 1 full. */
  get fill(): number {
    return Math.max(this.bytes / this.#options.laneBytes, this.items / this.#options.laneItems);
  }

  get isReadable(): boolean {
    return this.items > 0 && (this.#leader === null || this.#isBehind(this.#leader));
  }

  /** True until all that had to wait for the leader was read. */
  get isFollowing(): boolean {
    if (this.#leader !== null && (this.#batches[0]?.slot ?? this.slot) > this.#followThrough) this.#leader = null;
    return this.#leader !== null;
  }

  follow(leader: Lane): void {
    this.#leader = leader;
    this.#followThrough = Number.POSITIVE_INFINITY;
  }

  /** Follows no further than this slot. */
  followThrough(slot: number): void {
    this.#followThrough = slot;
    this.#onItem();
  }

  push(item: SourceItem, bytes: number): void {
    let batch = this.#batches.at(-1);
    const isSplit = this.#leader !== null && batch?.slot !== this.slot;
    if (batch === undefined || isSplit || batch.items.length >= this.#options.batchItems) {
      batch = { items: [], bytes: 0, arrival: arrivals++, firstSlot: this.slot, slot: this.slot };
      this.#batches.push(batch);
      if (this.#batches.length === 1) this.waitingSince = batch.arrival;
    }
    // Batches that are cut at slots have one; any other ends in the slot of its last item.
    batch.slot = this.slot;
    batch.items.push(item);
    batch.bytes += bytes;
    this.items++;
    this.bytes += bytes;
    if (!this.#isFull && this.fill >= 1) {
      this.#isFull = true;
      this.#listener.onFull();
    }
    this.#onItem();
  }

  take(): readonly SourceItem[] {
    const batch = this.#batches.shift();
    if (batch === undefined) return [];
    this.items -= batch.items.length;
    this.bytes -= batch.bytes;
    this.waitingSince = this.#batches[0]?.arrival ?? 0;
    if (this.#isFull && this.fill < 0.5) {
      this.#isFull = false;
      this.#listener.onRoom();
    }
    return batch.items;
  }

  /** True when all that the leader had of the slots of the next batch was read. */
  #isBehind(leader: Lane): boolean {
    const next = this.#batches[0]?.slot ?? 0;
    if (next > this.#followThrough || (!leader.isLive && leader.items === 0)) {
      this.#leader = null;
      return true;
    }
    return next < (leader.#batches[0]?.firstSlot ?? leader.slot);
  }
}

interface Batch {
  readonly items: SourceItem[];
  bytes: number;
  readonly arrival: number;
  readonly firstSlot: number;
  /** Slot of its last item. */
  slot: number;
}
