import type { OpenGaps } from './open-gaps.ts';
import type { SlotChain } from './slot-chain.ts';

export type SlotState = 'complete' | 'empty' | 'dead' | 'gap' | 'pending';

/** Pure: what is known of a slot, given the checkpoint. A dead one was alive on a fork; an empty one never held a block. */
export function slotStateOf(slot: number, chain: SlotChain, gaps: OpenGaps, checkpoint: number | null): SlotState {
  if (gaps.at(slot).length > 0) return 'gap';
  const node = chain.find(slot);
  if (node !== undefined && !node.confirmed && (node.dead || node.skipped)) return node.alive ? 'dead' : 'empty';
  return checkpoint !== null && slot <= checkpoint ? 'complete' : 'pending';
}
