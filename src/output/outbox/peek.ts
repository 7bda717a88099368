import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { OUTBOX_FILE } from './files.ts';
import { progressChecksum } from './record.ts';

/** How far the outbox of a data folder is complete, without opening it for writing; null when there is none or it cannot be told. */
export function storedCursor(folder: string): number | null {
  const path = join(folder, OUTBOX_FILE);
  if (!existsSync(path)) return null;
  let database: Database.Database | null = null;
  try {
    database = new Database(path, { readonly: true, fileMustExist: true });
    const row = database
      .prepare<[], { value: number; crc: number }>("SELECT value, crc FROM progress WHERE name = 'cursor'")
      .get();
    return row !== undefined && row.crc === progressChecksum('cursor', row.value) ? row.value : null;
  } catch {
    // Whoever opens it for writing says what is wrong with it.
    return null;
  } finally {
    database?.close();
  }
}
