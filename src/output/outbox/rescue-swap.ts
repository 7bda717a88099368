import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { moveDatabase, OUTBOX_FILE, syncPath } from './files.ts';

/**
 * Puts a rescued outbox in the place of the damaged one. The rescued file carries a stamp in its name, and having that name is what decides
 * that the rescue holds: before it nothing has changed, after it every step can be repeated, by whoever opens the folder next.
 */

const RESCUED = /^outbox\.rescued-(.+)\.db$/;

export function rescuedPath(folder: string, stamp: string): string {
  return join(folder, `outbox.rescued-${stamp}.db`);
}

/** Where the damaged file goes; it is kept. */
export function damagedPath(folder: string, stamp: string): string {
  return join(folder, `outbox.damaged-${stamp}.db`);
}

/** Finishes what a rescue decided; mostly there is nothing to finish. */
export function finishRescue(folder: string): void {
  for (const name of readdirSync(folder)) {
    const stamp = RESCUED.exec(name)?.[1];
    if (stamp === undefined) continue;
    const path = join(folder, OUTBOX_FILE);
    moveDatabase(path, damagedPath(folder, stamp));
    renameSync(rescuedPath(folder, stamp), path);
    syncPath(folder);
  }
}
