import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Clock } from '../../lib/clock.ts';
import { EngineError } from '../../lib/errors.ts';
import { openFile } from './database.ts';
import { OUTBOX_FILE, removeDatabase, syncPath } from './files.ts';
import { holderView } from './holder.ts';
import { heldBy, type LeaseRow, mayTake, readLease } from './lease.ts';
import { type CopyReport, copyWhole } from './rescue-copy.ts';
import { damagedPath, finishRescue, rescuedPath } from './rescue-swap.ts';
import { toEngineError } from './sqlite-errors.ts';

export interface RescueReport extends CopyReport {
  /** Where the damaged file lies now. */
  readonly damagedPath: string;
}

/** What a rescue has made so far; one that was cut short leaves it behind, and the next begins anew. */
const PART_FILE = 'outbox.rescue-part.db';

/**
 * Makes a new outbox of what is whole in a damaged one, keeping sequences, cursor and what was confirmed. The new one is built beside it,
 * and takes its place only when it is complete and on the disk: until then nothing has changed. The damaged file is moved aside, never
 * deleted. To be run while no engine holds it. `silent`: what `watchHolder` answered.
 */
export function rescueOutbox(folder: string, clock: Clock, silent: LeaseRow | null = null): RescueReport {
  const path = join(folder, OUTBOX_FILE);
  if (existsSync(folder)) finishRescue(folder);
  if (!existsSync(path))
    throw new EngineError('CONFIG_DATA_DIR', `There is no outbox in ${folder}; nothing to rescue.`);
  refuseWhileHeld(path, silent);
  const part = join(folder, PART_FILE);
  removeDatabase(part);
  let report: CopyReport;
  try {
    report = build(path, part, clock.wallMs());
  } catch (error) {
    removeDatabase(part);
    throw refusal(error, folder);
  }
  const stamp = new Date(clock.wallMs()).toISOString().replaceAll(':', '-');
  renameSync(part, rescuedPath(folder, stamp));
  syncPath(folder);
  finishRescue(folder);
  return { damagedPath: damagedPath(folder, stamp), ...report };
}

/** A complete outbox under another name, durable. The source is only read: what is left of it must not be touched. */
function build(path: string, part: string, nowMs: number): CopyReport {
  const source = new Database(path, { fileMustExist: true, readonly: true });
  try {
    const target = openFile(part);
    try {
      // One file, whole with its commit: what lay in a log beside it would be left behind by the renaming.
      target.pragma('journal_mode = MEMORY');
      return copyWhole(source, target, nowMs);
    } finally {
      target.close();
      syncPath(part);
    }
  } finally {
    source.close();
  }
}

function refusal(error: unknown, folder: string): EngineError {
  const { code, message } = toEngineError(error, join(folder, PART_FILE));
  const way =
    code === 'OUTPUT_DISK_FULL'
      ? `The disk of ${folder} has no room for a second outbox: free some and run it again.`
      : message;
  return new EngineError(code, `Nothing was rescued, and the outbox is as it was. ${way}`, { cause: error });
}

/** As far as the damage lets it be told: moving the file away under a running engine would lose what it writes. */
function refuseWhileHeld(path: string, silent: LeaseRow | null): void {
  let row: LeaseRow | null = null;
  try {
    const database = new Database(path, { fileMustExist: true, readonly: true });
    row = readLease(database);
    database.close();
  } catch {
    return;
  }
  if (!mayTake(row, holderView, silent)) throw heldBy(row as LeaseRow);
}
