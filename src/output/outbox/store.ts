import type { Database } from 'better-sqlite3';
import { EngineError } from '../../lib/errors.ts';
import { COUNT_UNACKNOWLEDGED } from './damage-file.ts';
import type { Expected } from './reader.ts';
import { progressChecksum, recordChecksum } from './record.ts';
import { isDamage, sqliteCode } from './sqlite-errors.ts';

/** One event on its way into the outbox. */
export interface NewRecord {
  readonly slot: number;
  readonly id: string;
  readonly type: string;
  readonly json: string;
}

export interface CommitResult {
  readonly appended: number;
  readonly duplicates: number;
}

/** What retention needs to know of an event. */
export interface RecordAge {
  readonly sequence: number;
  readonly slot: number;
  readonly createdMs: number;
}

/**
 * `sequence`: the last one given out; `removed`: everything up to it has left; `removedSlot`: the highest slot of what has left;
 * `confirmed`: the broker has everything up to it.
 */
type ProgressName = 'cursor' | 'sequence' | 'removed' | 'removedSlot' | 'confirmed';

/** Before every slot. */
const NONE = -1;

/**
 * The highest slot of what is about to leave. One damaged on its way lies beyond the cursor and says nothing about those before it. The
 * unary plus keeps SQLite off the index by slot: it would look through every later event, a whole backlog of them, for one this early.
 */
export const HIGHEST_SLOT = 'SELECT max(+slot) FROM events WHERE sequence <= ? AND +slot <= ?';

/**
 * The outbox's transactions, synchronous, on an open database. What it remembers in memory changes only after the transaction
 * that made it true. It never waits, retries or reads a clock.
 */
export class OutboxStore {
  readonly #database: Database;
  readonly #guard: () => void;
  readonly #insert;
  readonly #putProgress;
  readonly #countUnacknowledged;
  readonly #setAside: Set<number>;
  #lastSequence: number;
  #removed: number;
  #removedSlot: number;
  #mayReindex = true;
  #cursor: number | null;
  #confirmed: number;
  #savedConfirmed: number;

  /** `guard` runs first in every writing transaction and throws when this process may not write any more. */
  constructor(database: Database, guard: () => void) {
    this.#database = database;
    this.#guard = guard;
    // Only the identity may conflict: a sequence that is taken would mean that the file is not what we think it is.
    this.#insert = database.prepare(
      'INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (slot, id) DO NOTHING',
    );
    this.#putProgress = database.prepare('INSERT OR REPLACE INTO progress VALUES (?, ?, ?)');
    this.#countUnacknowledged = database.prepare<[], number>(COUNT_UNACKNOWLEDGED).pluck();
    const last = this.#progress('sequence');
    if (last === null && database.prepare('SELECT 1 FROM events').get() !== undefined) throw this.#damaged('sequence');
    this.#lastSequence = last ?? 0;
    this.#removed = this.#progress('removed') ?? 0;
    this.#removedSlot = this.#progress('removedSlot') ?? NONE;
    this.#setAside = new Set(database.prepare<[], number>('SELECT sequence FROM quarantine').pluck().all());
    this.#cursor = this.#progress('cursor');
    this.#confirmed = this.#progress('confirmed') ?? 0;
    this.#savedConfirmed = this.#confirmed;
  }

  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** 0 while nothing is kept. */
  get firstSequence(): number {
    return this.#removed < this.#lastSequence ? this.#removed + 1 : 0;
  }

  /** Whether events of the slot may have left already: some of it, or of a later one, have. */
  mayHaveLeft(slot: number): boolean {
    return slot <= this.#removedSlot;
  }

  /** What a reader must find. */
  expected(): Expected {
    const isSetAside = (sequence: number) => this.isSetAside(sequence);
    return { first: this.#removed + 1, last: this.#lastSequence, isSetAside };
  }

  /** The slot the output is complete to; null before the first. */
  get cursor(): number | null {
    return this.#cursor;
  }

  /** Every event up to this sequence was confirmed by the broker. */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** Events and cursor in one transaction; an event that is there already is counted and left as it is. */
  commit(records: readonly NewRecord[], cursor: number | null, createdMs: number): CommitResult {
    let sequence = this.#lastSequence;
    const next = cursor === null || (this.#cursor !== null && cursor <= this.#cursor) ? this.#cursor : cursor;
    this.#write(() => {
      sequence = this.#lastSequence;
      for (const { slot, id, type, json } of records) {
        const candidate = sequence + 1;
        const crc = recordChecksum(candidate, slot, createdMs, id, type, json);
        if (this.#insert.run(candidate, slot, createdMs, crc, id, type, json).changes === 1) sequence = candidate;
      }
      if (sequence !== this.#lastSequence) this.#save('sequence', sequence);
      if (next !== null && next !== this.#cursor) this.#save('cursor', next);
    });
    const appended = sequence - this.#lastSequence;
    this.#lastSequence = sequence;
    this.#cursor = next;
    return { appended, duplicates: records.length - appended };
  }

  /** Remembers what the broker confirmed; saved by the next write. A crash before it delivers again. */
  confirm(through: number): void {
    this.#confirmed = Math.max(this.#confirmed, through);
  }

  /** Confirms that a crash would forget now. */
  get unsavedConfirms(): number {
    return this.#confirmed - this.#savedConfirmed;
  }

  saveConfirmed(): void {
    if (this.#confirmed !== this.#savedConfirmed) this.#writeUnsynced(() => {});
  }

  /** The oldest events kept, for retention. */
  oldest(limit: number): readonly RecordAge[] {
    return this.#database
      .prepare<[number], RecordAge>(
        'SELECT sequence, slot, created_ms AS createdMs FROM events ORDER BY sequence LIMIT ?',
      )
      .all(limit);
  }

  removeThrough(sequence: number): number {
    let removed = 0;
    const slot = this.#database
      .prepare<[number, number], number | null>(HIGHEST_SLOT)
      .pluck()
      .get(sequence, this.#cursor ?? NONE);
    const removedSlot = Math.max(this.#removedSlot, slot ?? NONE);
    this.#writeUnsynced(() => {
      this.#save('removed', sequence);
      if (removedSlot !== this.#removedSlot) this.#save('removedSlot', removedSlot);
      removed = this.#database.prepare('DELETE FROM events WHERE sequence <= ?').run(sequence).changes;
    });
    this.#removed = sequence;
    this.#removedSlot = removedSlot;
    return removed;
  }

  /** Keeps what could be read of a damaged row, then moves it out of the way: the fact stays also where the page can't be written. */
  setAsideRecord(sequence: number, reason: string, record: string, noticedMs: number): void {
    this.#write(() =>
      this.#database
        .prepare('INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?)')
        .run(sequence, noticedMs, reason, record),
    );
    this.#setAside.add(sequence);
    this.#write(() => this.#database.prepare('DELETE FROM events WHERE sequence = ?').run(sequence));
  }

  isSetAside(sequence: number): boolean {
    return this.#setAside.has(sequence);
  }

  /** Rows set aside that nobody has acknowledged; asked of the file, for another process acknowledges. */
  unacknowledged(): number {
    return this.#countUnacknowledged.get() ?? 0;
  }

  get setAside(): number {
    return this.#setAside.size;
  }

  /** Bytes of the pages in use; what lies free in the file is room. */
  usedBytes(): number {
    const pragma = (name: string) => this.#database.pragma(name, { simple: true }) as number;
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  }

  #write(work: () => unknown): void {
    const confirmed = this.#confirmed;
    const transaction = this.#database.transaction(() => {
      this.#guard();
      work();
      if (confirmed !== this.#savedConfirmed) this.#save('confirmed', confirmed);
    });
    try {
      transaction.immediate();
    } catch (error) {
      if (!isDamage(sqliteCode(error)) || !this.#mayReindex) throw error;
      // A damaged index can be made anew from the rows; anything else stays broken and is told. It may take long, so once.
      this.#mayReindex = false;
      this.#database.exec('REINDEX');
      transaction.immediate();
    }
    this.#savedConfirmed = confirmed;
  }

  /**
   * For what may be forgotten: delivered again, removed again. A killed process loses none of it, only a power cut does, back to the last
   * commit of events or of the lease. So nothing waits for the disk, which while a backlog drains is the broker's too.
   */
  #writeUnsynced(work: () => unknown): void {
    this.#database.pragma('synchronous = NORMAL');
    try {
      this.#write(work);
    } finally {
      this.#database.pragma('synchronous = FULL');
    }
  }

  #save(name: ProgressName, value: number): void {
    this.#putProgress.run(name, value, progressChecksum(name, value));
  }

  #progress(name: ProgressName): number | null {
    const row = this.#database
      .prepare<[string], { readonly value: number; readonly crc: number }>(
        'SELECT value, crc FROM progress WHERE name = ?',
      )
      .get(name);
    if (row === undefined) return null;
    if (row.crc !== progressChecksum(name, row.value)) throw this.#damaged(name);
    return row.value;
  }

  #damaged(name: ProgressName): EngineError {
    return new EngineError(
      'OUTPUT_CORRUPT',
      `The ${name} of the outbox ${this.#database.name} is damaged. Rescue what is readable with "sluice outbox rescue", or move the file away: the stream then starts at the tip.`,
    );
  }
}
