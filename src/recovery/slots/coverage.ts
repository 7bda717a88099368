import type { Commitment } from '../../domain/slot.ts';
import type { SlotChain } from './slot-chain.ts';
import type { SlotNode } from './slot-node.ts';
import type { Session } from './slot-sessions.ts';

/**
 * What makes a stream a proof, in three pure rules. Nothing here remembers anything.
 *
 *  1. A session covers a slot it saw when it covers, or saw started, the slot's parent: a block begins after its parent's bank was
 *     made, and messages of one stream come in order, so nothing of it was sent before the session listened.
 *  2. A session that asked for a replay from slot R also covers the first block at or after R, once it saw that block: R was
 *     confirmed when it asked, so a stream that started at the tip instead would not have shown it.
 *  3. What a session covers is complete once it told confirmed (finalized, for data asked at that commitment) for the slot or one a
 *     few slots later: a provider sends a slot's transactions before that status. A block meta or a processed status proves nothing.
 */
export function coverage(node: SlotNode, parent: SlotNode | undefined, sessions: readonly Session[]): number {
  const inherited = parent === undefined ? 0 : parent.coveredBy | parent.startedBy;
  let mask = node.seenBy & inherited;
  for (const session of sessions) {
    if (!session.isReplay || session.fromSlot === null || mask & session.bit || !(node.seenBy & session.bit)) continue;
    const isFirst =
      node.slot === session.fromSlot ||
      (node.slot > session.fromSlot && node.parent !== null && node.parent < session.fromSlot);
    if (isFirst) mask |= session.bit;
  }
  return mask;
}

/** Brings `coveredBy` up to date from the lowest slot whose evidence changed, parents before children. */
export function coverFrom(from: number, to: number, chain: SlotChain, sessions: readonly Session[]): void {
  for (const slot of chain.knownBetween(from, to)) {
    const node = chain.find(slot);
    if (node === undefined) continue;
    node.coveredBy = coverage(node, node.parent === null ? undefined : chain.find(node.parent), sessions);
  }
}

/** Whether all that `session` will ever send of `slot` has been sent. */
export function isSettled(session: Session, slot: number, commitment: Commitment, settleSlots: number): boolean {
  if (toldThrough(session, commitment) < slot + settleSlots) return false;
  // Slot messages that ran ahead of a replay prove nothing until the data itself has gone past.
  return slot > session.aheadThrough || slot < session.dataAt;
}

/** Whether an open session may still come to prove `slot`, whether or not it does so far. */
export function mayStillCover(session: Session, slot: number, commitment: Commitment, patienceSlots: number): boolean {
  if (!session.open) return false;
  if (session.fromSlot !== null && slot < session.fromSlot) return false;
  return toldThrough(session, commitment) < slot + patienceSlots;
}

function toldThrough(session: Session, commitment: Commitment): number {
  return commitment === 'finalized' ? session.finalizedHigh : session.confirmedHigh;
}
