import type { Clock } from '../../../src/lib/clock.ts';
import { createEnvelopeWriter } from '../../../src/output/envelope.ts';
import { Lease } from '../../../src/output/outbox/lease.ts';
import { Outbox } from '../../../src/output/outbox/outbox.ts';
import { OutboxReader } from '../../../src/output/outbox/reader.ts';
import { OutboxStore } from '../../../src/output/outbox/store.ts';
import type { Emit } from '../../../src/telemetry/event.ts';
import type { SimulatedDisk } from './simulated-disk.ts';

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

/** The process before is dead, whatever its number: kill -9 asks nobody. */
const NOBODY = { isOpenHere: () => false, isProcessAlive: () => false };

/** The product's outbox on the tables of the simulated disk; a killed process leaves them as they are. */
export function openSimulatedOutbox(disk: SimulatedDisk, holder: number, clock: Clock, emit: Emit): Outbox {
  const { database } = disk;
  const owner = { host: 'simulated', pid: holder, instance: `process ${holder}` };
  const lease = Lease.take(database, owner, clock.wallMs(), 10_000, NOBODY);
  const store = new OutboxStore(database, () => {
    lease.check();
    disk.beforeCommit(holder);
  });
  const close = () => {
    try {
      store.saveConfirmed();
      lease.release();
    } catch {
      // A full disk: what is lost by it is delivered again.
    }
  };
  const opened = { path: 'simulated disk', database, store, reader: new OutboxReader(database), lease, close };
  const writeEnvelope = createEnvelopeWriter({ source: 'simulated', commitment: 'processed' });
  const outbox = new Outbox(opened, OPTIONS, { clock, emit, writeEnvelope });
  outbox.start();
  return outbox;
}
