import { randomUUID } from 'node:crypto';
import { closeSync, openSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EngineError, messageOf } from '../../lib/errors.ts';

/** Turns what SQLite throws into our closed list of codes. What SQLite calls full, busy or broken is decided here only. */
export function toEngineError(error: unknown, path: string): EngineError {
  if (error instanceof EngineError) return error;
  const code = sqliteCode(error);
  if (isDiskFull(code, error) || (code.startsWith('SQLITE_CANTOPEN') && !takesNewFile(dirname(path)))) {
    return new EngineError(
      'OUTPUT_DISK_FULL',
      `The disk of ${path} is full. Free some space; the engine waits and goes on by itself.`,
      {
        retryable: true,
        cause: error,
      },
    );
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new EngineError(
      'OUTPUT_LOCKED',
      `${path} is held by another program at the moment. Close that program if this goes on.`,
      {
        retryable: true,
        cause: error,
      },
    );
  }
  if (isDamage(code)) {
    return new EngineError(
      'OUTPUT_CORRUPT',
      `The outbox ${path} is damaged (${messageOf(error)}). Rescue what is readable with "sluice outbox rescue", or move the file away: events in it that were not delivered are then lost and the stream starts at the tip.`,
      { cause: error },
    );
  }
  if (['SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_PERM'].some((prefix) => code.startsWith(prefix))) {
    return new EngineError(
      'CONFIG_DATA_DIR',
      `The outbox ${path} cannot be written (${messageOf(error)}). Set SLUICE_DATA_DIR to a folder this user may write, or correct its owner.`,
      { cause: error },
    );
  }
  return new EngineError('INTERNAL', `The outbox ${path} failed: ${messageOf(error)}`, { cause: error });
}

export function isDamage(code: string): boolean {
  // A sequence that is taken can only have been made by damage.
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}

export function sqliteCode(error: unknown): string {
  // Not asked for its class: the native module throws the one of whichever context loaded it first.
  const code = typeof error === 'object' && error !== null ? (error as { readonly code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : '';
}

/** A write that fails for want of room shows as FULL, or, on some file systems, as an input/output error. */
function isDiskFull(code: string, error: unknown): boolean {
  if (code === 'SQLITE_FULL') return true;
  if (['SQLITE_IOERR_SHMSIZE', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_TRUNCATE'].includes(code)) return true;
  return code === 'SQLITE_IOERR_FSYNC' || ['ENOSPC', 'EDQUOT'].some((reason) => messageOf(error).includes(reason));
}

/** SQLite does not say why it cannot make a file. False: a disk that has no room for the name, though it may have some for bytes. */
function takesNewFile(folder: string): boolean {
  const probe = join(folder, `.probe-${randomUUID()}`);
  try {
    closeSync(openSync(probe, 'wx'));
    rmSync(probe);
    return true;
  } catch (error) {
    return !isDiskFull('', error);
  }
}
