import type { RecordAge } from './store.ts';

export interface RetentionOptions {
  readonly keepSizeBytes: number;
  readonly keepAgeMs: number;
  /** Slots below the cursor that are always kept: a replay of them must be recognised. */
  readonly overlapSlots: number;
  /** …but not longer than this: no provider replays further back, and a cursor that stands still must not fill the disk. */
  readonly overlapAgeMs: number;
}

export interface RetentionState {
  /** Nothing after this sequence may go: it is not delivered yet. */
  readonly deliveredThrough: number;
  /** The cursor's slot; null: everything may be replayed. */
  readonly cursor: number | null;
  readonly usedBytes: number;
  readonly nowMs: number;
}

/** Pure: the sequence up to which these oldest records may go, 0 for none. Records leave in order; the first that stays stops it. */
export function removableThrough(
  oldest: readonly RecordAge[],
  state: RetentionState,
  options: RetentionOptions,
): number {
  const isTooBig = state.usedBytes > options.keepSizeBytes;
  let through = 0;
  for (const record of oldest) {
    const ageMs = state.nowMs - record.createdMs;
    const isOld = ageMs > options.keepAgeMs;
    const isNear = state.cursor === null || record.slot > state.cursor - options.overlapSlots;
    const mayReplay = isNear && ageMs < options.overlapAgeMs;
    if (record.sequence > state.deliveredThrough || mayReplay || !(isTooBig || isOld)) break;
    through = record.sequence;
  }
  return through;
}
