import Database from 'better-sqlite3';
import type { Clock } from '../../src/lib/clock.ts';
import { createEnvelopeWriter } from '../../src/output/envelope.ts';
import { Lease } from '../../src/output/outbox/lease.ts';
import { Outbox } from '../../src/output/outbox/outbox.ts';
import { OutboxReader } from '../../src/output/outbox/reader.ts';
import { OUTBOX_TABLES } from '../../src/output/outbox/schema.ts';
import { OutboxStore } from '../../src/output/outbox/store.ts';
import type { Emit } from '../../src/telemetry/event.ts';

export interface MemoryOutboxOptions {
  /** Whose opening this is, a number that only rises: an earlier one writes nothing any more. */
  readonly holder: number;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Runs in every writing transaction, before its work; what it throws is what the disk says. */
  readonly beforeCommit: () => void;
}

const OPTIONS = {
  groupCommit: { records: 100, intervalMs: 5, waitingMax: 50_000, retryInitialMs: 50, retryMaxMs: 1_000 },
  maintenance: {
    waitsForBroker: true,
    keepSizeBytes: Number.POSITIVE_INFINITY,
    keepAgeMs: Number.POSITIVE_INFINITY,
    overlapSlots: 500,
    overlapAgeMs: 3_600_000,
    spillSizeBytes: Number.POSITIVE_INFINITY,
    intervalMs: 2_000,
    leaseRenewMs: 2_000,
  },
};

/** The holder before is dead, whatever its number: kill -9 asks nobody. */
const NOBODY = { lives: () => false };

/** A database as the outbox finds it on its first start. */
export function outboxTables(): Database.Database {
  const database = new Database(':memory:');
  database.exec(OUTBOX_TABLES);
  return database;
}

/** The product's outbox on a database that outlives it. */
export function openMemoryOutbox(database: Database.Database, options: MemoryOutboxOptions): Outbox {
  const { holder, clock, emit, beforeCommit } = options;
  const owner = { host: 'memory', pid: holder, instance: `holder ${holder}` };
  const lease = Lease.take(database, owner, clock.wallMs(), NOBODY, null);
  const store = new OutboxStore(database, () => {
    lease.check();
    beforeCommit();
  });
  const close = () => {
    try {
      store.saveConfirmed();
      lease.release();
    } catch {
      // A full disk: what is lost by it is delivered again.
    }
  };
  const opened = { path: 'memory', database, store, reader: new OutboxReader(database), lease, close };
  const writeEnvelope = createEnvelopeWriter({ source: 'memory', commitment: 'processed' });
  return new Outbox(opened, OPTIONS, { clock, emit, writeEnvelope });
}
