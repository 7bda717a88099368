import type { Database } from 'better-sqlite3';
import { EngineError } from '../../lib/errors.ts';

/** Who wants to hold the outbox. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  /** Random per opening: tells two openings by one process (or one reused pid) apart. */
  readonly instance: string;
}

export interface LeaseRow extends Holder {
  readonly fencing: number;
  readonly acquiredMs: number;
  readonly renewedMs: number;
}

/** What can be known about a holder from here. */
export interface HolderView {
  /** Whether this process has that opening open. */
  isOpenHere(instance: string): boolean;
  isProcessAlive(pid: number): boolean;
}

/**
 * Pure: may `claimant` take the outbox from `current`? A holder on the same host is judged by its process; one elsewhere only by
 * the age of its last sign of life.
 */
export function mayTake(
  current: LeaseRow | null,
  claimant: Holder,
  nowMs: number,
  staleAfterMs: number,
  view: HolderView,
): boolean {
  if (current === null || current.renewedMs === 0) return true;
  if (current.host === claimant.host) {
    if (current.pid === claimant.pid) return !view.isOpenHere(current.instance);
    if (!view.isProcessAlive(current.pid)) return true;
  }
  return nowMs - current.renewedMs > staleAfterMs;
}

/** The lease of one opening: taken once, renewed now and then, checked in every write. Never waits. */
export class Lease {
  readonly fencing: number;
  readonly #holder: Holder;
  readonly #read;
  readonly #renew;
  readonly #release;

  private constructor(database: Database, holder: Holder, fencing: number) {
    this.fencing = fencing;
    this.#holder = holder;
    this.#read = database.prepare<[], LeaseRow>(READ);
    this.#renew = database.prepare('UPDATE lease SET renewed_ms = ? WHERE fencing = ?');
    this.#release = database.prepare('UPDATE lease SET renewed_ms = 0 WHERE fencing = ?');
  }

  static take(database: Database, holder: Holder, nowMs: number, staleAfterMs: number, view: HolderView): Lease {
    const take = database.transaction(() => {
      const current = readLease(database);
      if (!mayTake(current, holder, nowMs, staleAfterMs, view)) throw heldBy(current as LeaseRow);
      const fencing = (current?.fencing ?? 0) + 1;
      database
        .prepare('INSERT OR REPLACE INTO lease VALUES (1, ?, ?, ?, ?, ?, ?)')
        .run(fencing, holder.host, holder.pid, holder.instance, nowMs, nowMs);
      return fencing;
    });
    return new Lease(database, holder, take.immediate());
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

  renew(nowMs: number): void {
    this.#renew.run(nowMs, this.fencing);
  }

  release(): void {
    this.#release.run(this.fencing);
  }
}

/** A holder elsewhere that gave no sign of life for this long is gone. */
export const LEASE_STALE_MS = 10_000;

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
