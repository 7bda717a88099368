import type { Metric, SpecTable } from '../spec.ts';

/** Where the relay's circuit stands. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** Why a record was taken out of the outbox's normal way. */
export type QuarantineReason = 'checksum' | 'unreadable';

/** What the output station tells about itself. */
export type OutputEvent =
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
  | { readonly type: 'output.record.quarantined'; readonly sequence: number; readonly reason: QuarantineReason }
  | { readonly type: 'output.quarantine.kept'; readonly entries: number }
  | { readonly type: 'output.quarantine.overflowed'; readonly reason: string }
  | { readonly type: 'output.quarantine.failed'; readonly entries: number; readonly reason: string }
  | { readonly type: 'output.events.removed'; readonly events: number }
  | { readonly type: 'output.lease.lost'; readonly holder: string }
  | { readonly type: 'output.slot.retracted'; readonly slot: number; readonly events: number }
  | { readonly type: 'output.broker.connected'; readonly broker: string }
  | { readonly type: 'output.broker.disconnected'; readonly broker: string; readonly reason: string }
  | { readonly type: 'output.broker.blocked'; readonly reason: string }
  | { readonly type: 'output.broker.unblocked' }
  | { readonly type: 'output.topology.declared'; readonly created: readonly string[] }
  | { readonly type: 'output.topology.refused'; readonly reason: string }
  | { readonly type: 'output.message.returned'; readonly id: string; readonly reason: string }
  | { readonly type: 'output.batch.confirmed'; readonly events: number; readonly latencyMs: number }
  | { readonly type: 'output.batch.rejected'; readonly events: number; readonly reason: string }
  | { readonly type: 'output.circuit.changed'; readonly state: CircuitState }
  | { readonly type: 'output.relay.stalled'; readonly inFlight: number; readonly silentMs: number }
  | { readonly type: 'output.relay.drained'; readonly left: number }
  | { readonly type: 'output.read.failed'; readonly reason: string; readonly retryMs: number }
  | { readonly type: 'output.read.resumed'; readonly afterMs: number };

const connectedGauge = (value: number): Metric<unknown> => ({
  type: 'gauge',
  name: 'sluice_output_broker_connected',
  help: '1 while the publishing connection to the broker stands.',
  value: () => value,
});

const blockedGauge = (value: number): Metric<unknown> => ({
  type: 'gauge',
  name: 'sluice_output_broker_blocked',
  help: '1 while the broker refuses to take messages (memory or disk alarm).',
  value: () => value,
});

const heldGauge = (value: number): Metric<unknown> => ({
  type: 'gauge',
  name: 'sluice_output_append_held',
  help: '1 while appends wait because the outbox cannot grow.',
  value: () => value,
});

const counter = <E>(name: string, help: string, value: (event: E) => number): Metric<E> => ({
  type: 'counter',
  name,
  help,
  value,
});

const CIRCUIT_LEVEL: Readonly<Record<CircuitState, number>> = { closed: 0, 'half-open': 1, open: 2 };

export const outputSpecs: SpecTable<OutputEvent> = {
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
  'output.record.quarantined': {
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
  'output.events.removed': {
    level: 'debug',
    doc: 'Old events left the outbox.',
    metrics: [counter('sluice_output_removed_total', 'Old events removed from the outbox.', (event) => event.events)],
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
  'output.broker.connected': {
    level: 'info',
    doc: 'The publishing connection to the broker stands.',
    text: (event) => `publishing to ${event.broker}`,
    metrics: [connectedGauge(1)],
  },
  'output.broker.disconnected': {
    level: 'warn',
    doc: 'The broker is not reachable; events stay in the outbox.',
    text: (event) => `broker ${event.broker} is away (${event.reason}); events stay in the outbox`,
    metrics: [connectedGauge(0)],
  },
  'output.broker.blocked': {
    level: 'warn',
    doc: 'The broker refuses messages (memory or disk alarm); events stay in the outbox.',
    text: (event) => `broker refuses messages (${event.reason}); events stay in the outbox`,
    metrics: [blockedGauge(1)],
  },
  'output.broker.unblocked': {
    level: 'info',
    doc: 'The broker takes messages again.',
    text: () => 'broker takes messages again',
    metrics: [blockedGauge(0)],
  },
  'output.topology.declared': {
    level: 'info',
    doc: 'Exchanges and queues that were missing were declared.',
    text: (event) => `declared on the broker: ${event.created.join(', ')}`,
  },
  'output.topology.refused': {
    level: 'error',
    doc: 'What stands on the broker differs from the configuration; nothing is published.',
    text: (event) => event.reason,
  },
  'output.message.returned': {
    level: 'error',
    doc: 'The broker had no queue for a message; it stays in the outbox and is sent again.',
    text: (event) => `no queue for ${event.id} (${event.reason}); it stays in the outbox`,
    metrics: [counter('sluice_output_returned_total', 'Messages the broker had no queue for.', () => 1)],
  },
  'output.batch.confirmed': {
    level: 'debug',
    doc: 'The broker confirmed a batch.',
    metrics: [
      counter('sluice_output_confirmed_total', 'Events the broker confirmed.', (event) => event.events),
      {
        type: 'histogram',
        name: 'sluice_output_confirm_latency_ms',
        help: 'Time from publishing a batch to its last confirm.',
        value: (event) => event.latencyMs,
      },
    ],
  },
  'output.batch.rejected': {
    level: 'warn',
    doc: 'A batch was not confirmed whole; it stays in the outbox and is sent again.',
    text: (event) => `${event.events} events were not confirmed (${event.reason}); they will be sent again`,
    metrics: [
      counter(
        'sluice_output_rejected_total',
        'Events whose publishing failed and is repeated.',
        (event) => event.events,
      ),
    ],
  },
  'output.circuit.changed': {
    level: 'warn',
    doc: 'The publishing circuit breaker changed its state.',
    text: (event) => `publishing circuit is ${event.state}`,
    metrics: [
      {
        type: 'gauge',
        name: 'sluice_output_circuit_state',
        help: 'Publishing circuit: 0 closed, 1 half-open, 2 open.',
        value: (event) => CIRCUIT_LEVEL[event.state],
      },
    ],
  },
  'output.relay.stalled': {
    level: 'warn',
    doc: 'Connected, but the broker confirms nothing; the connection is made anew.',
    text: (event) =>
      `no confirm for ${Math.round(event.silentMs / 1000)} s with ${event.inFlight} events under way; connecting anew`,
    metrics: [counter('sluice_output_stalls_total', 'Reconnects because the broker confirmed nothing.', () => 1)],
  },
  'output.relay.drained': {
    level: 'info',
    doc: 'Publishing stopped and tells what it left for the next start.',
    text: (event) =>
      event.left === 0 ? 'every event was confirmed' : `${event.left} events stay in the outbox for the next start`,
  },
  'output.read.failed': {
    level: 'error',
    doc: 'The outbox could not be read for the broker; what was not read waits and is read again.',
    text: (event) => `outbox cannot be read (${event.reason}); trying again in ${event.retryMs} ms`,
    metrics: [counter('sluice_output_read_failures_total', 'Times the outbox could not be read.', () => 1)],
  },
  'output.read.resumed': {
    level: 'info',
    doc: 'The outbox can be read again; delivery goes on where it stopped.',
    text: (event) => `outbox can be read again after ${Math.round(event.afterMs / 1000)} s`,
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
