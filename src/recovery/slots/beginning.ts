import type { SlotChain } from './slot-chain.ts';
import type { SlotNode } from './slot-node.ts';
import type { SlotSessions } from './slot-sessions.ts';

/** Past finality by a margin: what the cluster will ever tell of a slot that far back has been told. */
const SETTLED_SLOTS = 64;

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
  const begin = canonicalFrom(chain, first, (node) => wasStarted(node, groups, sessions));
  // What was emitted of a slot before that may still die, and who starts again from the checkpoint would not hear of it.
  return begin !== null && isDecided(chain, begin) ? begin : null;
}

/**
 * The first slot from here on that is no dead fork and whose start was seen: only such a parent proves what follows it. A slot nobody
 * streamed (the one before a replay) is taken as it is.
 */
function canonicalFrom(chain: SlotChain, slot: number, isUsable: (node: SlotNode) => boolean): number | null {
  const node = chain.find(slot);
  if (node === undefined || !node.alive || node.confirmed) return slot;
  let begin: number | null = null;
  for (const next of chain.nodes()) {
    if (!next.confirmed || next.slot <= slot || !isUsable(next)) continue;
    if (begin === null || next.slot < begin) begin = next.slot;
  }
  return begin;
}

function wasStarted(node: SlotNode, groups: readonly string[], sessions: SlotSessions): boolean {
  const started = sessions.all().filter((session) => node.startedBy & session.bit);
  return groups.every((group) => started.some((session) => session.groups.includes(group)));
}

/**
 * Whether every slot up to here that was seen alive is on the canonical chain or dead. Streams that were cut at once leave slots that
 * no parent link ever reaches: each is waited for until it is past finality itself, however late the streams came back.
 */
function isDecided(chain: SlotChain, slot: number): boolean {
  const head = chain.head ?? -1;
  if (head < slot) return false;
  for (const node of chain.nodes()) {
    const isSettled = head - node.slot > SETTLED_SLOTS;
    if (node.slot <= slot && !isSettled && node.alive && !node.confirmed && !node.skipped) return false;
  }
  return true;
}
