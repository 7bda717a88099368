import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { EngineError, messageOf } from '../../lib/errors.ts';
import { moveDatabase, removeDatabase } from '../outbox/files.ts';
import { isDamage, sqliteCode, toEngineError } from '../outbox/sqlite-errors.ts';

export interface QuarantineOptions {
  readonly folder: string;
  /** The oldest entries go when the kept bytes pass this. */
  readonly bytesMax: number;
}

/** Why raw bytes are kept: what could not be decoded, or what was decoded and did not prove true. */
export const QUARANTINE_REASONS = [
  'malformed',
  'unknown-version',
  'unknown-instruction',
  'unknown-event',
  'no-event',
  'log-truncated',
  'audit-mismatched',
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

export interface QuarantineEntry {
  readonly slot: number;
  /** Base58; "" when not even that could be read. */
  readonly signature: string;
  /** Base58 program id; "" when the whole update is unreadable. */
  readonly program: string;
  /** Hex of the instruction or event, or the event's name; of a whole update the start of its digest. */
  readonly discriminator: string;
  readonly reason: QuarantineReason;
  readonly note: string;
  /** The whole serialized SubscribeUpdate. */
  readonly bytes: Uint8Array;
  readonly atMs: number;
}

export interface StoredQuarantineEntry extends QuarantineEntry {
  readonly id: number;
}

const FILE = 'quarantine.db';
const DAMAGED_FILE = 'quarantine.damaged.db';

const TABLE = `
  CREATE TABLE IF NOT EXISTS quarantine (
    id INTEGER PRIMARY KEY,
    slot INTEGER NOT NULL,
    signature TEXT NOT NULL,
    program TEXT NOT NULL,
    discriminator TEXT NOT NULL,
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    bytes BLOB NOT NULL,
    at_ms INTEGER NOT NULL,
    UNIQUE (signature, program, discriminator, reason, slot)
  );
  CREATE INDEX IF NOT EXISTS quarantine_by_slot ON quarantine (slot);
  CREATE INDEX IF NOT EXISTS quarantine_by_reason ON quarantine (reason);`;

/**
 * Raw updates that could not be told, kept on disk until a later version can (see the redecode command). Bounded: the oldest go first,
 * counted. It is a keepsake beside the outbox, so it is written lazily (synchronous NORMAL) and never holds up an event.
 */
export class Quarantine {
  readonly #database: Database.Database;
  readonly #bytesMax: number;
  readonly #insert;
  readonly #oldest;
  readonly #remove;
  #bytes: number;
  #dropped = 0;

  private constructor(database: Database.Database, bytesMax: number) {
    this.#database = database;
    this.#bytesMax = bytesMax;
    this.#insert = database.prepare(
      `INSERT OR IGNORE INTO quarantine (slot, signature, program, discriminator, reason, note, bytes, at_ms)
       VALUES (@slot, @signature, @program, @discriminator, @reason, @note, @bytes, @atMs)`,
    );
    this.#oldest = database.prepare<[], { id: number; size: number }>(
      'SELECT id, length(bytes) AS size FROM quarantine ORDER BY id LIMIT 1',
    );
    this.#remove = database.prepare('DELETE FROM quarantine WHERE id = ?');
    this.#bytes = totalBytes(database);
  }

  static open(options: QuarantineOptions): Quarantine {
    const path = join(options.folder, FILE);
    let database: Database.Database | null = null;
    try {
      mkdirSync(options.folder, { recursive: true });
      database = new Database(path, { timeout: 2_000 });
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = NORMAL');
      database.exec(TABLE);
      return new Quarantine(database, options.bytesMax);
    } catch (error) {
      database?.close();
      const known = toEngineError(error, path);
      if (known.retryable) throw known;
      throw new EngineError(
        'OUTPUT_CORRUPT',
        `${path} cannot be opened (${messageOf(error)}). Move it away: it is made anew.`,
        { cause: error },
      );
    }
  }

  /** The same for an engine, which a damaged keepsake must not stop: that file is moved aside, and `replaced` is told where it lies now. */
  static openOrReplace(options: QuarantineOptions, replaced: (path: string, reason: string) => void): Quarantine {
    try {
      return Quarantine.open(options);
    } catch (error) {
      const { cause } = error as Error;
      if (!isDamage(sqliteCode(cause))) throw error;
      const aside = join(options.folder, DAMAGED_FILE);
      // One is kept: a disk that damages one after the other must not be filled with them.
      removeDatabase(aside);
      moveDatabase(join(options.folder, FILE), aside);
      replaced(aside, messageOf(cause));
      return Quarantine.open(options);
    }
  }

  /** Keeps a batch in one transaction; returns how many were new. An entry that is known already is not kept twice. */
  keep(entries: readonly QuarantineEntry[]): number {
    if (entries.length === 0) return 0;
    return this.#database.transaction(() => {
      let added = 0;
      for (const entry of entries) {
        if (this.#insert.run(entry).changes === 0) continue;
        added++;
        this.#bytes += entry.bytes.length;
      }
      this.#trim();
      return added;
    })();
  }

  /** Entries after `id`, oldest first. */
  readAfter(id: number, limit: number): readonly StoredQuarantineEntry[] {
    return this.#database
      .prepare<[number, number], StoredQuarantineEntry>(
        'SELECT id, slot, signature, program, discriminator, reason, note, bytes, at_ms AS atMs FROM quarantine WHERE id > ? ORDER BY id LIMIT ?',
      )
      .all(id, limit);
  }

  /** Entries of one transaction. */
  bySignature(signature: string): readonly StoredQuarantineEntry[] {
    return this.#database
      .prepare<[string], StoredQuarantineEntry>(
        'SELECT id, slot, signature, program, discriminator, reason, note, bytes, at_ms AS atMs FROM quarantine WHERE signature = ? ORDER BY id',
      )
      .all(signature);
  }

  /** What was told in the end is let go. */
  release(ids: readonly number[]): void {
    this.#database.transaction(() => {
      for (const id of ids) this.#remove.run(id);
    })();
    this.#bytes = totalBytes(this.#database);
  }

  /** Lets go what stood in a slot that died: it never happened. Returns how many entries that were. */
  forgetSlot(slot: number): number {
    const sizes = this.#database
      .prepare<[number], number>('DELETE FROM quarantine WHERE slot = ? RETURNING length(bytes)')
      .pluck()
      .all(slot);
    for (const size of sizes) this.#bytes -= size;
    return sizes.length;
  }

  stats(): {
    readonly entries: number;
    readonly bytes: number;
    readonly dropped: number;
    readonly byReason: Readonly<Record<string, number>>;
  } {
    const rows = this.#database
      .prepare<[], { reason: string; n: number }>('SELECT reason, count(*) AS n FROM quarantine GROUP BY reason')
      .all();
    return {
      entries: rows.reduce((sum, row) => sum + row.n, 0),
      bytes: this.#bytes,
      dropped: this.#dropped,
      byReason: Object.fromEntries(rows.map((row) => [row.reason, row.n])),
    };
  }

  close(): void {
    this.#database.close();
  }

  #trim(): void {
    while (this.#bytes > this.#bytesMax) {
      const oldest = this.#oldest.get();
      if (oldest === undefined) return;
      this.#remove.run(oldest.id);
      this.#bytes -= oldest.size;
      this.#dropped++;
    }
  }
}

function totalBytes(database: Database.Database): number {
  const row = database
    .prepare<[], { total: number | null }>('SELECT sum(length(bytes)) AS total FROM quarantine')
    .get();
  return row?.total ?? 0;
}
