import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { MEBIBYTE } from '../../lib/bytes.ts';
import { EngineError, messageOf } from '../../lib/errors.ts';
import { OUTBOX_FILE } from './files.ts';
import { finishRescue } from './rescue-swap.ts';
import { APPLICATION_ID, FILE_FORMAT, OUTBOX_TABLES } from './schema.ts';
import { toEngineError } from './sqlite-errors.ts';

/** A page holds a few events: in 4 KiB most are alone, with half of it empty; with 16 KiB a small commit writes far more than it says. */
const PAGE_BYTES = 8_192;
const WAL_BYTES = 32 * MEBIBYTE;

/** Opens the outbox file of a data folder, or says in one sentence why it cannot. Creates what is missing. */
export function openDatabase(folder: string): { readonly database: Database.Database; readonly path: string } {
  prepareFolder(folder);
  finishRescue(folder);
  const path = join(folder, OUTBOX_FILE);
  return { database: openFile(path), path };
}

/** Opens one outbox file, under whatever name it lies. */
export function openFile(path: string): Database.Database {
  let database: Database.Database | null = null;
  try {
    // Another process holds the write lock only for the length of a commit; longer than this is a fault.
    database = new Database(path, { timeout: 2_000 });
    configure(database, path);
    return database;
  } catch (error) {
    database?.close();
    throw toEngineError(error, path);
  }
}

function prepareFolder(folder: string): void {
  try {
    makeFolder(resolve(folder));
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    const path = join(folder, OUTBOX_FILE);
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    const known = toEngineError(error, folder);
    if (known.code === 'OUTPUT_DISK_FULL') throw known;
    throw new EngineError(
      'CONFIG_DATA_DIR',
      `The data folder ${folder} cannot be written (${messageOf(error)}). Set SLUICE_DATA_DIR to a folder this user may write, or correct its owner.`,
      { cause: error },
    );
  }
}

/** Level by level: a recursive mkdir never returns where the file system denies that a folder's parent is there (/proc). */
function makeFolder(path: string): void {
  if (existsSync(path) || dirname(path) === path) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(path)) throw error;
  }
}

function configure(database: Database.Database, path: string): void {
  const isNew = database.pragma('page_count', { simple: true }) === 0;
  if (isNew) {
    // These only take effect before the first table: freed pages can then be given back to the disk in small steps.
    database.pragma(`page_size = ${PAGE_BYTES}`);
    database.pragma('auto_vacuum = INCREMENTAL');
    database.pragma(`application_id = ${APPLICATION_ID}`);
  } else if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw new EngineError(
      'OUTPUT_CORRUPT',
      `${path} is a database, but not an outbox. Move it away, or set SLUICE_DATA_DIR to another folder.`,
    );
  }
  const version = database.pragma('user_version', { simple: true }) as number;
  if (version > FILE_FORMAT) {
    throw new EngineError(
      'OUTPUT_CORRUPT',
      `${path} was written by a newer version (format ${version}, this version knows ${FILE_FORMAT}). Start the newer version, or move the file away.`,
    );
  }
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  // Checkpoints run in idle time (see retention); this is only the bound when there is none.
  const pageBytes = database.pragma('page_size', { simple: true }) as number;
  database.pragma(`wal_autocheckpoint = ${Math.floor(WAL_BYTES / pageBytes)}`);
  database.pragma(`journal_size_limit = ${2 * WAL_BYTES}`);
  database.pragma('cell_size_check = ON');
  database.exec(OUTBOX_TABLES);
  if (version !== FILE_FORMAT) database.pragma(`user_version = ${FILE_FORMAT}`);
}
