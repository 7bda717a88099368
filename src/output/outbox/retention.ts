import type { RecordAge } from './store.ts';

export interface RetentionOptions {
  readonly keepSizeBytes: number;
  readonly keepAgeMs: number;
  /** Slots below the cursor that are always kept: a replay of them must be recognised. */
  readonly overlapSlots: number;
}

export interface RetentionState {
  /** Nothing after this sequence may go: it is not delivered yet. */
  readonly deliveredThrough: number;
  /** The cursor's slot; null: nothing is decided yet. */
  readonly cursor: number | null;
  readonly usedBytes: number;
  readonly nowMs: number;
}

/** Five days of slots. No slot this far ahead is undecided: a number like that was damaged on its way, and must not keep everything. */
const AHEAD_MAX = 1_000_000;

/**
 * Pure: the sequence up to which these oldest records may go, 0 for none. Records leave in order; the first that stays stops it.
 * What the cursor has not passed by the overlap stays whatever its size and age: its slot may still die, and then every event of it has to
 * be taken back. Age says nothing about that, for an engine that was down decides later and a wall clock may jump; the cursor does, and
 * the slot ledger never lets it stand still for long while events come.
 */
export function removableThrough(
  oldest: readonly RecordAge[],
  state: RetentionState,
  options: RetentionOptions,
): number {
  const isTooBig = state.usedBytes > options.keepSizeBytes;
  let through = 0;
  for (const record of oldest) {
    const isOld = state.nowMs - record.createdMs > options.keepAgeMs;
    const isNeeded = record.sequence > state.deliveredThrough || isOpen(record.slot, state.cursor, options);
    if (isNeeded || !(isTooBig || isOld)) break;
    through = record.sequence;
  }
  return through;
}

function isOpen(slot: number, cursor: number | null, { overlapSlots }: RetentionOptions): boolean {
  return cursor === null || (slot > cursor - overlapSlots && slot <= cursor + AHEAD_MAX);
}
