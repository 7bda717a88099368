import type { CallProgress } from '../stream/call-progress.ts';
import type { Reason } from '../transport/error-table.ts';

/** What is known when a call is about to be opened again. */
export interface ReplayTry {
  /** Where the output stands; null = nothing is durable yet. */
  readonly cursor: number | null;
  /** Why the last call ended; null before the first. */
  readonly reason: Reason | null;
  /** Calls in a row that ended for a reason of the replay. */
  readonly failures: number;
  /** Calls in a row that asked for a replay and proved nothing, whatever they ended with. */
  readonly unproven: number;
  /** The oldest slot the server named, in its refusal or its replay info. */
  readonly oldest: number | null;
  /** Slots the provider keeps; 0 = none. */
  readonly replaySlots: number | null;
}

/** The ring moves on while we ask: each further attempt asks for a little less. */
const STEP_SLOTS = 16;
const PATIENCE = 3;
/** Calls in a row that proved nothing after which the endpoint is asked what it can replay, whatever its words were. */
export const SUSPECT = 3;
/** Calls in a row after which the replay is given up. */
export const GIVE_UP = 6;

/** The slot to resume from; null = the tip. What lies between the cursor and this slot is a gap that the slot accounting opens. */
export function replayStart(attempt: ReplayTry): number | null {
  const { cursor, reason, failures, unproven, oldest } = attempt;
  if (cursor === null || attempt.replaySlots === 0) return null;
  // One try at the tip. When that fails too, it was not the replay.
  if (reason === 'replay-unsupported' || failures >= GIVE_UP || unproven >= GIVE_UP) return null;
  if (failures === 0) {
    // A server that still has the slot fails for another reason, and may be well again soon: only its own word costs slots here.
    const isGone = unproven >= SUSPECT && oldest !== null && oldest > cursor;
    if (!isGone) return cursor;
    // Two tries: by the third the backoff may have outlasted a short ring for good.
    return unproven < SUSPECT + 2 ? oldest + (unproven - SUSPECT) * STEP_SLOTS : null;
  }
  // "Failed to replay" passes when a node has caught up; a window that is gone does not come back.
  if (reason === 'replay-failed' && failures < PATIENCE) return cursor;
  if (oldest !== null) return Math.max(cursor, oldest + (failures - 1) * STEP_SLOTS);
  return failures < PATIENCE ? cursor : null;
}

export function isReplayReason(reason: Reason): boolean {
  return reason === 'replay-gone' || reason === 'replay-failed' || reason === 'replay-unsupported';
}

/** Ends that have nothing to do with the slot a call starts from. */
const ELSEWHERE: ReadonlySet<Reason> = new Set([
  'quota',
  'concurrency',
  'auth',
  'http-refused',
  'filter-refused',
  'released',
  'local',
  'unusable',
]);
/** Ends that an endpoint which is away has too: they say something of the replay only where the server had taken the call. */
const MAYBE_AWAY: ReadonlySet<Reason> = new Set(['unreachable', 'stalled', 'framing', 'shutting-down', 'keepalive']);

/** True when a replay that cannot be had may have ended the call like this, whatever the words. */
export function mayBeReplay(reason: Reason, progress: CallProgress): boolean {
  if (progress === 'proven' || ELSEWHERE.has(reason)) return false;
  return progress !== 'none' || !MAYBE_AWAY.has(reason);
}
