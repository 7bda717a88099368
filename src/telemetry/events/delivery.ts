import type { BreakerState } from '../../lib/breaker.ts';
import { BREAKER_LEVEL, counter, type Metric, type SpecTable } from '../spec.ts';

/** What the way from the outbox to the broker tells about itself. */
export type DeliveryEvent =
  | { readonly type: 'output.broker.connected'; readonly broker: string }
  | { readonly type: 'output.broker.disconnected'; readonly broker: string; readonly reason: string }
  | { readonly type: 'output.broker.blocked'; readonly reason: string }
  | { readonly type: 'output.broker.unblocked' }
  | { readonly type: 'output.topology.declared'; readonly created: readonly string[] }
  | { readonly type: 'output.topology.refused'; readonly reason: string }
  | { readonly type: 'output.message.returned'; readonly id: string; readonly reason: string }
  | { readonly type: 'output.batch.confirmed'; readonly events: number; readonly latencyMs: number }
  | { readonly type: 'output.batch.rejected'; readonly events: number; readonly reason: string }
  | { readonly type: 'output.breaker.changed'; readonly state: BreakerState }
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

export const deliverySpecs: SpecTable<DeliveryEvent> = {
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
  'output.breaker.changed': {
    level: 'warn',
    doc: 'The publishing circuit breaker changed its state.',
    text: (event) => `publishing breaker is ${event.state}`,
    metrics: [
      {
        type: 'gauge',
        name: 'sluice_output_breaker_state',
        help: 'Publishing breaker: 0 closed, 1 half-open, 2 open.',
        value: (event) => BREAKER_LEVEL[event.state],
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
};
