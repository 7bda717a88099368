/** How far a stream is. */
export interface StreamPosition {
  /** Highest slot it told; 0 before the first. */
  readonly highestSlot: number;
  /** Highest slot its data has been in. */
  readonly dataSlot: number;
  /** Up to here it told what the slot accounting needs to call its data complete. */
  readonly settledSlot: number;
}

export const NOWHERE: StreamPosition = { highestSlot: 0, dataSlot: 0, settledSlot: 0 };
