/**
 * What is known of one slot. The three masks hold one bit per session (an open stream, see slot-sessions): they are sets, so the
 * order in which messages came leaves no trace in them.
 */
export interface SlotNode {
  readonly slot: number;
  /** Slot of the block this one was built on; null until something told. */
  parent: number | null;
  blockhash: string | null;
  /** A block of this slot exists somewhere: its bank, block meta or data was seen. */
  alive: boolean;
  /** On the canonical chain: confirmed itself, or an ancestor of a confirmed slot. */
  confirmed: boolean;
  finalized: boolean;
  /** Reported dead by a node. */
  dead: boolean;
  /** A confirmed slot's parent link passes over it: it holds no canonical block. */
  skipped: boolean;
  /** That it died was told to the caller. */
  deathTold: boolean;
  /** Two blocks for this slot, or a block that came back from the dead: what arrived can't be told apart, so nothing is proven. */
  disputed: boolean;
  /** A transaction of it came and could not be read: that everything was delivered proves nothing any more. */
  unreadable: boolean;
  /** Sessions that delivered something that only exists while the slot is being streamed. */
  seenBy: number;
  /** Sessions that saw its bank being made or frozen: whatever is built on it began after they opened. */
  startedBy: number;
  /** Sessions on which all its data must have come (derived from the two above and the parent's). */
  coveredBy: number;
}

export function newSlotNode(slot: number): SlotNode {
  return {
    slot,
    parent: null,
    blockhash: null,
    alive: false,
    confirmed: false,
    finalized: false,
    dead: false,
    skipped: false,
    deathTold: false,
    disputed: false,
    unreadable: false,
    seenBy: 0,
    startedBy: 0,
    coveredBy: 0,
  };
}
