import type { SlotChain } from './slot-chain.ts';
import type { SlotSessions } from './slot-sessions.ts';

/**
 * Where history begins when there is no checkpoint: the first slot of the canonical chain that every group saw start, once it and all
 * before it is decided; null while that is open. A group that stays without a stream is not waited for when it is overdue. Pure.
 */
export function beginningOf(
  groups: readonly string[],
  sessions: SlotSessions,
  chain: SlotChain,
  isOverdue: boolean,
): number | null {
  const firsts = groups.map((group) => sessions.firstStartedFor(group));
  const known = firsts.filter((first) => first !== null);
  if (known.length === 0 || (known.length < firsts.length && !isOverdue)) return null;
  const first = Math.max(...known);
  if (isOverdue) return first;
  const begin = canonicalFrom(chain, first);
  // What was emitted of a slot before that may still die, and who starts again from the checkpoint would not hear of it.
  return begin !== null && isDecided(chain, begin) ? begin : null;
}

/**
 * The first slot from here on that is no dead fork: only a parent on the chain proves what follows it. A slot nobody streamed (the one
 * before a replay) is taken as it is.
 */
function canonicalFrom(chain: SlotChain, slot: number): number | null {
  const node = chain.find(slot);
  if (node === undefined || !node.alive || node.confirmed) return slot;
  let begin: number | null = null;
  for (const { slot: next, confirmed } of chain.nodes()) {
    if (confirmed && next > slot && (begin === null || next < begin)) begin = next;
  }
  return begin;
}

/** Whether every slot up to here that was seen alive is on the canonical chain or dead. */
function isDecided(chain: SlotChain, slot: number): boolean {
  if ((chain.head ?? -1) < slot) return false;
  for (const node of chain.nodes()) {
    if (node.slot <= slot && node.alive && !node.confirmed && !node.skipped) return false;
  }
  return true;
}
