import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';

/** The outbox on the disk is three files: SQLite's own two lie beside it while it is written. */
export const OUTBOX_FILE = 'outbox.db';

const SUFFIXES = ['', '-wal', '-shm'];

/** The database first: without it the others are nobody's, so that a move that was cut short can be told from one that was not begun. */
export function moveDatabase(from: string, to: string): void {
  for (const suffix of SUFFIXES) if (existsSync(from + suffix)) renameSync(from + suffix, to + suffix);
}

export function removeDatabase(path: string): void {
  for (const suffix of SUFFIXES) rmSync(path + suffix, { force: true });
}

/** Makes a file's contents, or the names in a folder, safe from a loss of power. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
