import type { Commitment } from '../../domain/slot.ts';
import { isSettled, mayStillCover } from './coverage.ts';
import { TWO_BLOCKS, UNREADABLE } from './open-gaps.ts';
import type { SlotNode } from './slot-node.ts';
import type { Session } from './slot-sessions.ts';

export interface ProofOptions {
  /** Every group of the configuration, with the commitment its data is asked at. */
  readonly groups: readonly { readonly name: string; readonly commitment: Commitment }[];
  /** How far past a slot a stream must have confirmed before the slot counts as complete: absorbs jitter. */
  readonly settleSlots: number;
  /** How far past a slot every stream must have confirmed before the slot counts as lost; more than `settleSlots`. */
  readonly patienceSlots: number;
}

/**
 * What the streams prove of one slot. `pending`: something open may still prove it; `coming` then tells that every group that is
 * not proven yet is under way on an open stream.
 */
export type Verdict =
  | { readonly kind: 'complete' | 'empty' }
  | { readonly kind: 'pending'; readonly coming: boolean; readonly unproven: readonly string[] }
  | { readonly kind: 'gap'; readonly groups: readonly string[]; readonly reason: string };

type GroupProof = 'proven' | 'coming' | 'waiting' | 'lost';

const EMPTY: Verdict = { kind: 'empty' };
const COMPLETE: Verdict = { kind: 'complete' };

export function verdictOf(
  slot: number,
  node: SlotNode | undefined,
  sessions: readonly Session[],
  options: ProofOptions,
): Verdict {
  if (node?.skipped) return EMPTY;
  const lost: string[] = [];
  const unproven: string[] = [];
  let coming = true;
  for (const group of options.groups) {
    const proof = groupProof(slot, node, sessions, group, options);
    if (proof === 'proven') continue;
    if (proof === 'lost') lost.push(group.name);
    else unproven.push(group.name);
    coming &&= proof === 'coming';
  }
  if (unproven.length > 0) return { kind: 'pending', coming, unproven: [...unproven, ...lost] };
  const all = options.groups.map((group) => group.name);
  if (node?.disputed) return { kind: 'gap', groups: all, reason: TWO_BLOCKS };
  if (node?.unreadable) return { kind: 'gap', groups: all, reason: UNREADABLE };
  if (lost.length > 0) return { kind: 'gap', groups: lost, reason: 'not-delivered' };
  return COMPLETE;
}

/** Whether the slot is now proven for these groups, however long ago it was given up. */
export function isProven(
  node: SlotNode,
  groups: readonly string[],
  sessions: readonly Session[],
  options: ProofOptions,
): boolean {
  if (node.disputed) return false;
  if (node.skipped) return true;
  if (node.unreadable) return false;
  return options.groups.every(
    (group) => !groups.includes(group.name) || groupProof(node.slot, node, sessions, group, options) === 'proven',
  );
}

function groupProof(
  slot: number,
  node: SlotNode | undefined,
  sessions: readonly Session[],
  group: { readonly name: string; readonly commitment: Commitment },
  options: ProofOptions,
): GroupProof {
  let isOpen = false;
  let isComing = false;
  let mayCome = false;
  for (const session of sessions) {
    if (!session.groups.includes(group.name)) continue;
    const may = mayStillCover(session, slot, group.commitment, options.patienceSlots);
    isOpen ||= session.open;
    mayCome ||= may;
    if (node === undefined || !(node.coveredBy & session.bit)) continue;
    const settled = isSettled(session, slot, group.commitment, options.settleSlots);
    if (settled && node.confirmed) return 'proven';
    // Covered and settled but on no known chain: a parent link may be late, not for ever.
    isComing ||= session.open && (!settled || may);
  }
  if (isComing) return 'coming';
  // A group without a stream waits for its next replay; one whose streams have all moved on does not.
  return mayCome || !isOpen ? 'waiting' : 'lost';
}
