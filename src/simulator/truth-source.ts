/**
 * What the simulated chain is made of: a truth source fills one slot after the other with transactions and account writes, and
 * remembers what it did. The chain adds slots, order, commitment, forks and block metas; a source never knows who listens.
 */
export interface TruthSource {
  readonly name: string;
  /** Fills the next slot. Called once per slot, ascending; an empty slot is two empty lists. Null: nothing will ever come again. */
  nextSlot(context: SlotContext): SlotContent | null;
  /** What a losing fork of the slot would have held beside `winner`, which came from `nextSlot`; it leaves no trace in the truth. */
  forkSlot?(context: SlotContext, winner: SlotContent): SlotContent;
  /** What really happened, in chain order: what a perfect decoder would report. Empty when the source does not know. */
  truth(): readonly TruthEvent[];
}

export interface SlotContext {
  readonly slot: number;
  /** Slot of the parent block; skipped slots lie between. */
  readonly parent: number;
  /** Unix seconds of the block. */
  readonly blockTime: number;
  /** 32 bytes: the parent's blockhash, i.e. the newest a transaction of this slot can name. */
  readonly recentBlockhash: Uint8Array;
}

export interface SlotContent {
  /** In execution order; the position is the transaction's index in the block. */
  readonly transactions: readonly SimulatedTransaction[];
  readonly accounts: readonly SimulatedAccountWrite[];
  /** Asks for this slot number instead of the one offered (must be higher); null: the one offered. */
  readonly slot: number | null;
  /** Asks for this block time, Unix seconds; null: the one offered. */
  readonly blockTime: number | null;
}

export interface SimulatedTransaction {
  /**
   * A serialized `geyser.SubscribeUpdateTransactionInfo` (1 signature, 2 is_vote, 3 transaction, 4 meta) without the index (5),
   * which the chain appends.
   */
  readonly bytes: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
  readonly failed: boolean;
  readonly vote: boolean;
  /** 32 bytes each: static keys, then loaded writable, then loaded readonly. */
  readonly keys: readonly Uint8Array[];
}

export interface SimulatedAccountWrite {
  /** A serialized `geyser.SubscribeUpdateAccountInfo` with a write version that grows from write to write. */
  readonly bytes: Uint8Array;
  /** Position in `transactions` of the transaction that wrote it; −1 when none did. It is sent before that transaction. */
  readonly transactionIndex: number;
  /** 32 bytes. */
  readonly address: Uint8Array;
  /** 32 bytes. */
  readonly owner: Uint8Array;
  readonly lamports: bigint;
  readonly data: Uint8Array;
  /** 64 bytes; null when no transaction wrote it. */
  readonly signature: Uint8Array | null;
}

/** One thing that happened, e.g. a buy. Amounts are decimal strings of base units, as on the events of the product. */
export interface TruthEvent {
  /** The source's own kind, e.g. "pump-fun.buy". */
  readonly kind: string;
  readonly slot: number;
  readonly transactionIndex: number;
  /** Base58. */
  readonly signature: string;
  /** The instruction whose event it is: outer position, inner position (−1 = the outer itself). */
  readonly path: { readonly outer: number; readonly inner: number };
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}
