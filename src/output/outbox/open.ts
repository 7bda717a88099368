import type { Database } from 'better-sqlite3';
import type { Clock } from '../../lib/clock.ts';
import { openDatabase } from './database.ts';
import { holderView, markClosed, markOpen, thisHolder } from './holder.ts';
import { Lease, type LeaseRow } from './lease.ts';
import { OutboxReader } from './reader.ts';
import { toEngineError } from './sqlite-errors.ts';
import { OutboxStore } from './store.ts';

/** The parts of an outbox file that this process holds the lease of. */
export interface OpenedOutbox {
  readonly path: string;
  readonly database: Database;
  readonly store: OutboxStore;
  readonly reader: OutboxReader;
  readonly lease: Lease;
  /** Saves what is only in memory, gives the lease back, closes the file. Never throws: what is lost by it is delivered again. */
  close(): void;
}

/** Opens the outbox of a data folder for writing, or says why it may not. `silent`: a holder that was watched, see lease-watch.ts. */
export function openOutboxFile(folder: string, clock: Clock, silent: LeaseRow | null): OpenedOutbox {
  const { database, path } = openDatabase(folder);
  const holder = thisHolder();
  try {
    const lease = Lease.take(database, holder, clock.wallMs(), holderView, silent);
    markOpen(holder);
    const store = new OutboxStore(database, () => lease.check());
    const close = () => {
      attempt(() => store.saveConfirmed());
      attempt(() => lease.release());
      attempt(() => database.pragma('wal_checkpoint(TRUNCATE)'));
      database.close();
      markClosed(holder);
    };
    return { path, database, store, reader: new OutboxReader(database), lease, close };
  } catch (error) {
    markClosed(holder);
    database.close();
    throw toEngineError(error, path);
  }
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // See close(): nothing that can fail here loses an event.
  }
}
