import type { Database } from 'better-sqlite3';
import { EngineError } from '../../lib/errors.ts';

/** Who wants to hold the outbox. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  /** Tells two openings by one process (or one reused pid) apart, and where and when that process began: see holder.ts. */
  readonly instance: string;
}

export interface LeaseRow extends Holder {
  readonly fencing: number;
  readonly acquiredMs: number;
  /** Changes with every sign of life; 0 when it was given back. How old it is says nothing: a wall clock may jump. */
  readonly renewedMs: number;
}

/** What can be known about a holder from here: null when nothing can, since it runs elsewhere. */
export interface HolderView {
  lives(holder: Holder): boolean | null;
}

/**
 * Pure: may the outbox be taken from `current`? It may when nobody holds it or the holder is known to be dead. One that may live has to have
 * been watched, and have given no sign of life since it was seen as `silent`.
 */
export function mayTake(current: LeaseRow | null, view: HolderView, silent: LeaseRow | null): boolean {
  if (current === null || current.renewedMs === 0) return true;
  if (view.lives(current) === false) return true;
  return silent !== null && isSame(current, silent);
}

/** No sign of life lies between the two. */
export function isSame(one: LeaseRow, other: LeaseRow): boolean {
  return one.fencing === other.fencing && one.instance === other.instance && one.renewedMs === other.renewedMs;
}

/** The lease of one opening: taken once, renewed now and then, checked in every write. Never waits. */
export class Lease {
  readonly fencing: number;
  readonly #holder: Holder;
  #renewedMs: number;
  readonly #read;
  readonly #renew;
  readonly #release;

  private constructor(database: Database, holder: Holder, fencing: number, nowMs: number) {
    this.fencing = fencing;
    this.#renewedMs = nowMs;
    this.#holder = holder;
    this.#read = database.prepare<[], LeaseRow>(READ);
    this.#renew = database.prepare('UPDATE lease SET renewed_ms = ? WHERE fencing = ?');
    this.#release = database.prepare('UPDATE lease SET renewed_ms = 0 WHERE fencing = ?');
  }

  static take(database: Database, holder: Holder, nowMs: number, view: HolderView, silent: LeaseRow | null): Lease {
    const take = database.transaction(() => {
      const current = readLease(database);
      if (!mayTake(current, view, silent)) throw heldBy(current as LeaseRow);
      const fencing = (current?.fencing ?? 0) + 1;
      database
        .prepare('INSERT OR REPLACE INTO lease VALUES (1, ?, ?, ?, ?, ?, ?)')
        .run(fencing, holder.host, holder.pid, holder.instance, nowMs, nowMs);
      return fencing;
    });
    return new Lease(database, holder, take.immediate(), nowMs);
  }

  /** To be called inside the write's own transaction: a holder that was replaced must not write. */
  check(): void {
    const row = this.#read.get();
    if (row === undefined || row.fencing !== this.fencing || row.instance !== this.#holder.instance) {
      throw new EngineError(
        'OUTPUT_LOCKED',
        `The outbox was taken over by another engine (${row === undefined ? 'its lease is gone' : holderText(row)}); this one stops writing.`,
      );
    }
  }

  /** A sign of life for who watches: never the same as the one before, also where the wall clock stands still. */
  renew(nowMs: number): void {
    this.#renewedMs = nowMs === this.#renewedMs ? nowMs + 1 : nowMs;
    this.#renew.run(this.#renewedMs, this.fencing);
  }

  release(): void {
    this.#release.run(this.fencing);
  }
}

export function readLease(database: Database): LeaseRow | null {
  return database.prepare<[], LeaseRow>(READ).get() ?? null;
}

const READ =
  'SELECT fencing, host, pid, instance, acquired_ms AS acquiredMs, renewed_ms AS renewedMs FROM lease WHERE only = 1';

export function heldBy(row: LeaseRow): EngineError {
  return new EngineError(
    'OUTPUT_LOCKED',
    `Another engine holds the outbox (${holderText(row)}). Stop it first, or set SLUICE_DATA_DIR to another folder.`,
  );
}

function holderText(row: LeaseRow): string {
  return `process ${row.pid} on ${row.host}, since ${new Date(row.acquiredMs).toISOString()}, last seen ${new Date(row.renewedMs).toISOString()}`;
}
