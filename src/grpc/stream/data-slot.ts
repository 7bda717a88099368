import type { Commitment, SlotStatus } from '../../domain/slot.ts';

/**
 * True for the statuses that tell in which slot the data of a stream is. A stream that opens at processed may first hear of a slot that was
 * finalized half a minute ago; its data is in none of those.
 */
export function tellsDataSlot(status: SlotStatus, commitment: Commitment): boolean {
  if (commitment !== 'processed') return status === commitment;
  return status !== 'confirmed' && status !== 'finalized' && status !== 'dead';
}
