/** A slot's status as the stream told it, in the order a healthy slot passes through them. */
export const SLOT_STATUSES = [
  'firstShredReceived',
  'createdBank',
  'completed',
  'processed',
  'confirmed',
  'finalized',
  'dead',
] as const;
export type SlotStatus = (typeof SLOT_STATUSES)[number];

/** How sure the cluster is of a slot, rising; the order is that of the protocol's numbers. */
export const COMMITMENTS = ['processed', 'confirmed', 'finalized'] as const;
export type Commitment = (typeof COMMITMENTS)[number];

export interface SlotNotice {
  readonly slot: number;
  readonly parent: number | null;
  readonly status: SlotStatus;
}

export interface BlockMetaNotice {
  readonly slot: number;
  readonly parent: number | null;
  readonly blockhash: string;
  readonly parentBlockhash: string;
  readonly executedTransactions: number;
  /** Unix seconds; null when the block tells none. */
  readonly blockTime: number | null;
}

/** A range of slots [from, to] that is not proven complete. It stays open until something fills it. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly groups: readonly string[];
  readonly reason: string;
  /** Wall-clock milliseconds when it was noticed. */
  readonly sinceMs: number;
  /** What filled it ("replay", "rpc"), or null while it is open. */
  readonly filledBy: string | null;
}

/** What changed in the slot accounting since it was last asked. */
export interface SlotProgress {
  /** Slots that died on a fork: what was emitted for them is taken back. */
  readonly dead: readonly number[];
  readonly confirmed: readonly number[];
  readonly finalized: readonly number[];
  readonly gapsOpened: readonly Gap[];
  readonly gapsClosed: readonly Gap[];
  /** The highest slot that is complete with all its predecessors; null before the first. */
  readonly checkpoint: number | null;
}
