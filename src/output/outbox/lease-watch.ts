import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Clock } from '../../lib/clock.ts';
import { OUTBOX_FILE } from './files.ts';
import { holderView } from './holder.ts';
import { heldBy, isSame, type LeaseRow, mayTake, readLease } from './lease.ts';

/** A holder that may live and gave no sign of life for this long is gone; several times what it takes to renew its lease. */
const SILENT_MS = 10_000;
const LOOK_MS = 250;

/**
 * Finds out whether the holder of a data folder's outbox lives, where only its signs of life can tell. Null: the outbox may be taken as it
 * is. A lease: it was watched and stayed silent, and may be taken if it still does. Throws OUTPUT_LOCKED for one that lives.
 *
 * Silence is counted in looks, by this process: no wall clock has a say in it, and a machine that slept has not looked meanwhile.
 */
export async function watchHolder(
  folder: string,
  clock: Clock,
  signal: AbortSignal,
  isWatching: (holder: LeaseRow) => void = () => {},
): Promise<LeaseRow | null> {
  const look = opened(join(folder, OUTBOX_FILE));
  try {
    const first = look.row();
    if (first === null || mayTake(first, holderView, null)) return null;
    isWatching(first);
    for (let silentMs = 0; silentMs < SILENT_MS && !signal.aborted; silentMs += LOOK_MS) {
      await clock.sleep(LOOK_MS, signal);
      const now = look.row();
      if (now === null || mayTake(now, holderView, null)) return null;
      if (!isSame(now, first)) throw heldBy(now);
    }
    if (signal.aborted) throw heldBy(first);
    return first;
  } finally {
    look.close();
  }
}

/** The lease as it stands; null where there is none or it cannot be read: who opens the file then says what is wrong with it. */
function opened(path: string): { row(): LeaseRow | null; close(): void } {
  let database: Database.Database | null = null;
  const row = () => {
    if (!existsSync(path)) return null;
    try {
      database ??= new Database(path, { readonly: true, fileMustExist: true });
      return readLease(database);
    } catch {
      return null;
    }
  };
  return { row, close: () => database?.close() };
}
