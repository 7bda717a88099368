import type { Database } from 'better-sqlite3';
import type { StoredEvent } from '../../domain/contracts.ts';
import type { DamageReason } from '../../telemetry/events/output.ts';
import { isWhole, type RecordRow, SELECT_RECORDS } from './record.ts';
import { isDamage, sqliteCode } from './sqlite-errors.ts';

export interface DamagedRecord {
  readonly sequence: number;
  readonly reason: DamageReason;
  /** What could be read of it, as JSON text. */
  readonly record: string;
}

export interface ReadResult {
  readonly events: readonly StoredEvent[];
  readonly damaged: readonly DamagedRecord[];
  /** Everything up to here was looked at: the place to read on from. */
  readonly through: number;
}

/** The sequences that must be there: all in [first, last] but those set aside. */
export interface Expected {
  readonly first: number;
  readonly last: number;
  isSetAside(sequence: number): boolean;
}

/**
 * Reads events and answers for each sequence: served whole, or damaged. A range that is not exactly what must be there (a wrong
 * checksum, a hole, a number out of order, a page that cannot be read) is read again record by record, so that one broken record
 * neither hides its neighbours nor moves the place to read on from. It never changes anything.
 */
export class OutboxReader {
  readonly #after;
  readonly #one;
  readonly #ofSlot;
  readonly #find;
  readonly #takenBack;

  constructor(database: Database) {
    this.#after = database.prepare<[number, number], RecordRow>(
      `${SELECT_RECORDS} WHERE sequence > ? ORDER BY sequence LIMIT ?`,
    );
    this.#one = database.prepare<[number], RecordRow>(`${SELECT_RECORDS} WHERE sequence = ?`);
    this.#ofSlot = database.prepare<[number], RecordRow>(`${SELECT_RECORDS} WHERE slot = ? ORDER BY sequence`);
    this.#find = database.prepare<[number, string], RecordRow>(`${SELECT_RECORDS} WHERE slot = ? AND id = ?`);
    // By id and not by type: the index alone answers.
    this.#takenBack = database
      .prepare<[number], number>(
        "SELECT 1 FROM events WHERE slot = ? AND id >= 'stream.event.retracted:' AND id < 'stream.event.retracted;' LIMIT 1",
      )
      .pluck();
  }

  after(sequence: number, limit: number, expected: Expected): ReadResult {
    const from = Math.max(sequence, expected.first - 1);
    if (from >= expected.last) return { events: [], damaged: [], through: Math.max(sequence, expected.last) };
    const rows = attempt(() => this.#after.all(from, limit));
    if (rows !== null && isExact(rows, from, limit, expected)) {
      const through = rows.length < limit ? expected.last : (rows.at(-1) as RecordRow).sequence;
      return { events: rows, damaged: [], through };
    }
    return this.#oneByOne(from, Math.min(expected.last, from + limit), expected);
  }

  /** The whole events of a slot. */
  ofSlot(slot: number): readonly StoredEvent[] {
    return this.#ofSlot.all(slot).filter(isWhole);
  }

  /** The whole event of this identity; null when there is none. */
  find(slot: number, id: string): StoredEvent | null {
    const row = this.#find.get(slot, id);
    return row !== undefined && isWhole(row) ? row : null;
  }

  /** Whether any event of the slot was taken back. */
  isTakenBack(slot: number): boolean {
    return this.#takenBack.get(slot) !== undefined;
  }

  #oneByOne(from: number, through: number, expected: Expected): ReadResult {
    const events: StoredEvent[] = [];
    const damaged: DamagedRecord[] = [];
    for (let sequence = from + 1; sequence <= through; sequence++) {
      if (expected.isSetAside(sequence)) continue;
      const row = attempt(() => this.#one.get(sequence)) ?? null;
      if (row === null) damaged.push({ sequence, reason: 'unreadable', record: '' });
      else if (isWhole(row)) events.push(row);
      else damaged.push({ sequence, reason: 'checksum', record: JSON.stringify(row) });
    }
    return { events, damaged, through };
  }
}

/** Whether the rows are whole, in order, and leave out nothing that must be there. */
function isExact(rows: readonly RecordRow[], from: number, limit: number, expected: Expected): boolean {
  let next = from + 1;
  for (const row of rows) {
    while (next < row.sequence && expected.isSetAside(next)) next++;
    if (row.sequence !== next || next > expected.last || !isWhole(row)) return false;
    next++;
  }
  if (rows.length === limit) return true;
  while (next <= expected.last && expected.isSetAside(next)) next++;
  return next > expected.last;
}

/** Null when the page under it is broken. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!isDamage(sqliteCode(error))) throw error;
    return null;
  }
}
