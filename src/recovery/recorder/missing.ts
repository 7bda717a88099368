import type { Segment } from './segment-folder.ts';

/**
 * Why a part of a recording is missing: frames that the disk was too slow for, bytes that changed since, an end in the middle of a
 * frame (its writer was killed), and slots of which there never was a recording.
 */
export type MissingReason = 'left-out' | 'damaged' | 'torn' | 'not-recorded';

/** Slots that are missing, or of which something is. */
export interface Missing {
  readonly reason: MissingReason;
  readonly fromSlot: number;
  readonly toSlot: number;
  /** Null when nobody counted them. */
  readonly frames: number | null;
}

/** Where the reading of a segment ended. */
export interface SegmentEnd {
  readonly offset: number;
  readonly frames: number;
  readonly isDamaged: boolean;
  readonly isWhole: boolean;
}

/** A leader that is away leaves as many slots empty; more than that between two segments is no chance. */
const LEADER_SLOTS = 4;

const NEVER = Number.MAX_SAFE_INTEGER;

/** Pure: the slots before, between and behind the segments of a whole recording. */
export function missingAround(segments: readonly Segment[]): readonly Missing[] {
  const missing: Missing[] = [];
  let next = 0;
  for (const { index } of segments) {
    if (index.firstSlot === null || index.lastSlot === null) continue;
    if (index.firstSlot - next > LEADER_SLOTS) missing.push(notRecorded(next, index.firstSlot - 1));
    next = Math.max(next, index.lastSlot + 1);
  }
  return [...missing, notRecorded(next, NEVER)];
}

/** Pure: what is lost behind the end of a segment that was not read to its end; null when it was, or when the next one has it again. */
export function missingBehind(segment: Segment, end: SegmentEnd, next: Segment | null): Missing | null {
  if (end.isWhole) return null;
  const { index } = segment;
  const reason = end.isDamaged ? 'damaged' : 'torn';
  const reached = index.offsets.filter(([, offset]) => offset <= end.offset).map(([slot]) => slot);
  const fromSlot = Math.max(...reached, index.firstSlot ?? 0);
  // An index that was written when the segment was whole knows what came after; one that was made of its rest does not.
  if (index.frames > end.frames)
    return { reason, fromSlot, toSlot: index.lastSlot ?? fromSlot, frames: index.frames - end.frames };
  const nextSlot = next?.index.firstSlot ?? NEVER;
  const toSlot = end.isDamaged ? nextSlot : nextSlot - 1;
  return toSlot < fromSlot ? null : { reason, fromSlot, toSlot, frames: null };
}

/** Pure: the part of it that lies in the window; null when none does. */
export function withinWindow(missing: Missing | null, fromSlot: number, toSlot: number): Missing | null {
  if (missing === null) return null;
  const from = Math.max(missing.fromSlot, fromSlot);
  const to = Math.min(missing.toSlot, toSlot);
  // At its edges a window may end in slots that nobody made a block of.
  const isEdge = missing.reason === 'not-recorded' && to - from < LEADER_SLOTS;
  return to < from || isEdge ? null : { ...missing, fromSlot: from, toSlot: to };
}

/** For the operator. */
export function missingText({ reason, fromSlot, toSlot, frames }: Missing): string {
  const slots = fromSlot === toSlot ? `slot ${fromSlot}` : `slots ${fromSlot} to ${toSlot}`;
  const count = frames === null ? '' : `${frames} ${frames === 1 ? 'message' : 'messages'} of `;
  switch (reason) {
    case 'left-out':
      return `${count}${slots} were left out: the disk was too slow for the stream`;
    case 'damaged':
      return `${count}${slots} cannot be read: the recording is damaged there`;
    case 'torn':
      return `${count}${slots} may be missing: the recording was cut off there`;
    case 'not-recorded':
      return `${slots} were not recorded`;
  }
}

function notRecorded(fromSlot: number, toSlot: number): Missing {
  return { reason: 'not-recorded', fromSlot, toSlot, frames: null };
}
