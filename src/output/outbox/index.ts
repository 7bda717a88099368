import { MEBIBYTE } from '../../lib/bytes.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Emit } from '../../telemetry/event.ts';
import { createEnvelopeWriter, type EnvelopeOptions } from '../envelope.ts';
import type { LeaseRow } from './lease.ts';
import { openOutboxFile } from './open.ts';
import { Outbox } from './outbox.ts';

export { watchHolder } from './lease-watch.ts';
export { Outbox } from './outbox.ts';

/** The part of the configuration the outbox reads. */
export interface OutboxSettings {
  readonly commitRecords: number;
  readonly commitIntervalMs: number;
  readonly keepSizeMb: number;
  readonly keepAgeMs: number;
  readonly overlapSlots: number;
  readonly spillSizeMb: number;
}

export interface OutboxPlace {
  readonly folder: string;
  readonly envelope: EnvelopeOptions;
  /** Whether events wait for a broker to take them, or leave by size and age alone. */
  readonly waitsForBroker: boolean;
}

/**
 * Opens the outbox of a data folder and starts its idle-time work. Throws an EngineError that says what to do. `silent`: what `watchHolder`
 * answered; without it only an outbox is taken that nobody can hold any more.
 */
export function openOutbox(
  place: OutboxPlace,
  settings: OutboxSettings,
  clock: Clock,
  emit: Emit,
  silent: LeaseRow | null = null,
): Outbox {
  const opened = openOutboxFile(place.folder, clock, silent);
  const options = {
    groupCommit: {
      records: settings.commitRecords,
      intervalMs: settings.commitIntervalMs,
      waitingMax: 50_000,
      retryInitialMs: 250,
      retryMaxMs: 5_000,
    },
    maintenance: {
      waitsForBroker: place.waitsForBroker,
      keepSizeBytes: settings.keepSizeMb * MEBIBYTE,
      keepAgeMs: settings.keepAgeMs,
      overlapSlots: settings.overlapSlots,
      spillSizeBytes: settings.spillSizeMb * MEBIBYTE,
      intervalMs: 250,
      leaseRenewMs: 2_000,
    },
  };
  const outbox = new Outbox(opened, options, { clock, emit, writeEnvelope: createEnvelopeWriter(place.envelope) });
  outbox.start();
  return outbox;
}
