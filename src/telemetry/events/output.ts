import { counter, type Metric, type SpecTable } from '../spec.ts';
import { type DeliveryEvent, deliverySpecs } from './delivery.ts';

/** Why a record was taken out of the outbox's normal way. */
export type DamageReason = 'checksum' | 'unreadable';

/** What the outbox does in idle time, step by step. */
export type UpkeepStep = 'lease' | 'confirms' | 'removal' | 'file' | 'measurement';

/** What the output station tells about itself. */
export type OutputEvent =
  | DeliveryEvent
  | {
      readonly type: 'output.outbox.opened';
      readonly path: string;
      readonly resumeSlot: number | null;
      readonly pending: number;
      readonly fencing: number;
    }
  | {
      readonly type: 'output.batch.committed';
      readonly events: number;
      readonly duplicates: number;
      readonly durationMs: number;
    }
  | {
      readonly type: 'output.outbox.measured';
      readonly pending: number;
      readonly kept: number;
      readonly sizeBytes: number;
    }
  | { readonly type: 'output.append.held'; readonly reason: string; readonly waiting: number }
  | { readonly type: 'output.append.resumed'; readonly afterMs: number }
  | { readonly type: 'output.upkeep.failed'; readonly steps: readonly UpkeepStep[]; readonly reason: string }
  | { readonly type: 'output.upkeep.recovered' }
  | { readonly type: 'output.record.damaged'; readonly sequence: number; readonly reason: DamageReason }
  | { readonly type: 'output.damage.counted'; readonly events: number; readonly open: number }
  | { readonly type: 'output.quarantine.kept'; readonly entries: number }
  | { readonly type: 'output.quarantine.overflowed'; readonly reason: string }
  | { readonly type: 'output.quarantine.replaced'; readonly path: string; readonly reason: string }
  | { readonly type: 'output.quarantine.failed'; readonly entries: number; readonly reason: string }
  | { readonly type: 'output.events.removed'; readonly events: number }
  | { readonly type: 'output.lease.watched'; readonly holder: string }
  | { readonly type: 'output.lease.lost'; readonly holder: string }
  | { readonly type: 'output.slot.retracted'; readonly slot: number; readonly events: number }
  | { readonly type: 'output.retraction.incomplete'; readonly slot: number; readonly events: number };

const heldGauge = (value: number): Metric<unknown> => ({
  type: 'gauge',
  name: 'sluice_output_append_held',
  help: '1 while appends wait because the outbox cannot grow.',
  value: () => value,
});

const upkeepGauge = <E>(value: (event: E) => number): Metric<E> => ({
  type: 'gauge',
  name: 'sluice_output_upkeep_failing',
  help: 'Steps of the idle-time work of the outbox that fail.',
  value,
});

export const outputSpecs: SpecTable<OutputEvent> = {
  ...deliverySpecs,
  'output.outbox.opened': {
    level: 'info',
    doc: 'The outbox was opened and tells where the stream resumes.',
    text: (event) =>
      `outbox ${event.path}: ${event.resumeSlot === null ? 'no cursor yet' : `resume at slot ${event.resumeSlot}`}, ${event.pending} events not delivered yet`,
  },
  'output.batch.committed': {
    level: 'debug',
    doc: 'Events and cursor became durable together.',
    metrics: [
      counter('sluice_output_events_total', 'Events made durable in the outbox.', (event) => event.events),
      counter(
        'sluice_output_duplicates_total',
        'Events that were in the outbox already (a replay said them again).',
        (event) => event.duplicates,
      ),
      {
        type: 'histogram',
        name: 'sluice_output_commit_duration_ms',
        help: 'Time of one durable commit.',
        value: (event) => event.durationMs,
      },
    ],
  },
  'output.outbox.measured': {
    level: 'debug',
    doc: 'How much the outbox holds.',
    metrics: [
      {
        type: 'gauge',
        name: 'sluice_output_pending_events',
        help: 'Events the broker has not confirmed yet.',
        value: (event) => event.pending,
      },
      {
        type: 'gauge',
        name: 'sluice_output_kept_events',
        help: 'Events kept in the outbox.',
        value: (event) => event.kept,
      },
      {
        type: 'gauge',
        name: 'sluice_output_size_bytes',
        help: 'Bytes the outbox uses on disk.',
        value: (event) => event.sizeBytes,
      },
    ],
  },
  'output.append.held': {
    level: 'error',
    doc: 'The outbox cannot take events (disk full, spill limit reached, locked); the stream is held back until it can.',
    text: (event) => `outbox cannot take events, reading is held back, ${event.waiting} events wait: ${event.reason}`,
    metrics: [heldGauge(1)],
  },
  'output.append.resumed': {
    level: 'info',
    doc: 'The outbox takes events again; those that waited are durable.',
    text: (event) => `outbox takes events again after ${Math.round(event.afterMs / 1000)} s`,
    metrics: [heldGauge(0)],
  },
  'output.upkeep.failed': {
    level: 'warn',
    doc: "A step of the outbox's idle-time work fails; told once until all of them succeed again, or one more fails.",
    text: (event) => `the outbox cannot be kept up (${event.steps.join(', ')}): ${event.reason}`,
    metrics: [upkeepGauge((event) => event.steps.length)],
  },
  'output.upkeep.recovered': {
    level: 'info',
    doc: 'Every step of the idle-time work of the outbox succeeds again.',
    text: () => 'the outbox is kept up again',
    metrics: [upkeepGauge(() => 0)],
  },
  'output.record.damaged': {
    level: 'error',
    doc: 'A record of the outbox was damaged and set aside; the rest is served.',
    text: (event) => `outbox record ${event.sequence} is damaged (${event.reason}) and was set aside`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_output_damaged_total',
        help: 'Damaged records set aside.',
        labels: ['reason'],
        labelValues: (event) => ({ reason: event.reason }),
        value: () => 1,
      },
    ],
  },
  'output.damage.counted': {
    level: 'warn',
    doc: 'How many events of the outbox are damaged or lost and not acknowledged; told at each start and when it changes.',
    text: (event) =>
      event.open === 0
        ? 'the damaged events of the outbox were acknowledged'
        : `${event.open} events of the outbox are damaged or lost; see "sluice outbox damaged"`,
    metrics: [
      {
        type: 'gauge',
        name: 'sluice_output_damaged_open',
        help: 'Damaged or lost events nobody has acknowledged.',
        value: (event) => event.open,
      },
    ],
  },
  'output.events.removed': {
    level: 'debug',
    doc: 'Old events left the outbox.',
    metrics: [counter('sluice_output_removed_total', 'Old events removed from the outbox.', (event) => event.events)],
  },
  'output.lease.watched': {
    level: 'info',
    doc: 'Another process may hold the outbox; its signs of life are waited for.',
    text: (event) => `the outbox was last held by ${event.holder}: watching whether it lives`,
  },
  'output.lease.lost': {
    level: 'error',
    doc: 'Another engine took the outbox over; this one may not write any more.',
    text: (event) => `the outbox was taken over by ${event.holder}`,
  },
  'output.slot.retracted': {
    level: 'warn',
    doc: 'Events of a dead slot were taken back.',
    text: (event) => `slot ${event.slot} died: ${event.events} events taken back`,
    metrics: [
      counter('sluice_output_retracted_total', 'Events taken back because their slot died.', (event) => event.events),
    ],
  },
  'output.retraction.incomplete': {
    level: 'warn',
    doc: 'A slot died whose events may have left the outbox already: stream.slot.retracted says so, not each event can be named.',
    text: (event) =>
      `slot ${event.slot} died after events of its time had left the outbox: ${event.events} could still be named`,
    metrics: [
      counter(
        'sluice_output_retractions_incomplete_total',
        'Slots that died after events of their time had left the outbox.',
        () => 1,
      ),
    ],
  },
  'output.quarantine.kept': {
    level: 'debug',
    doc: 'Raw transactions were kept because something in them could not be decoded or did not pass its audit.',
    metrics: [
      counter('sluice_output_quarantine_kept_total', 'Entries kept raw in the quarantine.', (event) => event.entries),
    ],
  },
  'output.quarantine.overflowed': {
    level: 'debug',
    doc: 'The quarantine had more to keep than its disk could take; the entry was counted, not kept.',
    metrics: [counter('sluice_output_quarantine_overflow_total', 'Entries the quarantine could not take.', () => 1)],
  },
  'output.quarantine.replaced': {
    level: 'error',
    doc: 'The quarantine was damaged; its file was moved aside and a new one begun.',
    text: (event) => `the quarantine is damaged (${event.reason}); it lies in ${event.path}, a new one is begun`,
  },
  'output.quarantine.failed': {
    level: 'warn',
    doc: 'The quarantine could not be written; events go on.',
    text: (event) => `${event.entries} raw transactions could not be kept: ${event.reason}`,
    metrics: [
      counter(
        'sluice_output_quarantine_overflow_total',
        'Entries the quarantine could not take.',
        (event) => event.entries,
      ),
    ],
  },
};
