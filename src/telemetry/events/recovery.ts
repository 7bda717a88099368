import type { BreakerState } from '../../lib/breaker.ts';
import { BREAKER_LEVEL, type Metric, type SpecTable } from '../spec.ts';

export type AlertSeverity = 'info' | 'warning' | 'critical';

/** What the recovery station tells about itself. */
export type RecoveryEvent =
  | {
      readonly type: 'recovery.gap.opened';
      readonly from: number;
      readonly to: number;
      readonly groups: readonly string[];
      readonly reason: string;
    }
  | {
      readonly type: 'recovery.gap.closed';
      readonly from: number;
      readonly to: number;
      readonly groups: readonly string[];
      readonly filledBy: string | null;
      readonly afterMs: number;
    }
  | { readonly type: 'recovery.slot.died'; readonly slot: number }
  | {
      readonly type: 'recovery.checkpoint.measured';
      readonly checkpoint: number;
      readonly head: number;
      readonly openGaps: number;
    }
  | { readonly type: 'recovery.journal.damaged'; readonly lines: number }
  | { readonly type: 'recovery.journal.failed'; readonly reason: string }
  | { readonly type: 'recovery.journal.recovered'; readonly records: number }
  | {
      readonly type: 'recovery.alert.raised';
      readonly key: string;
      readonly severity: AlertSeverity;
      readonly message: string;
    }
  | {
      readonly type: 'recovery.alert.cleared';
      readonly key: string;
      readonly message: string;
      readonly afterMs: number;
    }
  | {
      readonly type: 'recovery.alert.dropped';
      readonly key: string;
      readonly severity: AlertSeverity;
      readonly message: string;
    }
  | { readonly type: 'recovery.webhook.failed'; readonly reason: string }
  | {
      readonly type: 'recovery.breaker.changed';
      readonly part: string;
      readonly kind: BreakerKind;
      readonly state: BreakerState;
    }
  | { readonly type: 'recovery.worker.started'; readonly worker: string }
  | {
      readonly type: 'recovery.worker.restarted';
      readonly worker: string;
      readonly attempt: number;
      readonly waitMs: number;
      readonly reason: string;
    }
  | { readonly type: 'recovery.worker.gaveUp'; readonly worker: string; readonly reason: string }
  | { readonly type: 'recovery.fill.done'; readonly slot: number; readonly transactions: number }
  | { readonly type: 'recovery.fill.failed'; readonly slot: number; readonly reason: string }
  | {
      readonly type: 'recovery.fill.stuck';
      /** How many gaps are stuck by now; the slots are those of one that just got stuck. */
      readonly gaps: number;
      readonly from: number;
      readonly to: number;
      readonly reason: string;
    }
  | { readonly type: 'recovery.fill.resumed' }
  | {
      readonly type: 'recovery.recall.measured';
      readonly slot: number;
      readonly expected: number;
      readonly seen: number;
    }
  | { readonly type: 'recovery.recorder.failed'; readonly reason: string };

export type BreakerKind = 'connection' | 'broker' | 'database' | 'rpc';

const slots = (event: { readonly from: number; readonly to: number }) => event.to - event.from + 1;

const counter = <E>(name: string, help: string, value: (event: E) => number): Metric<E> => ({
  type: 'counter',
  name,
  help,
  value,
});

const stuckGauge = <E>(value: (event: E) => number): Metric<E> => ({
  type: 'gauge',
  name: 'sluice_recovery_fill_stuck_gaps',
  help: 'Gaps of which several tries in a row filled nothing, as of the last that got stuck; 0 when there is none.',
  value,
});

export const recoverySpecs: SpecTable<RecoveryEvent> = {
  'recovery.gap.opened': {
    level: 'warn',
    doc: 'A range of slots could not be proven complete.',
    text: (event) => `gap: slots ${event.from} to ${event.to} of ${event.groups.join(', ')} (${event.reason})`,
    metrics: [
      counter('sluice_recovery_gaps_opened_total', 'Gaps opened.', () => 1),
      counter('sluice_recovery_gap_slots_total', 'Slots that were put into a gap.', slots),
    ],
  },
  'recovery.gap.closed': {
    level: 'info',
    doc: 'Every slot of a gap was filled or proved empty.',
    text: (event) =>
      `gap closed: slots ${event.from} to ${event.to} of ${event.groups.join(', ')}, filled by ${event.filledBy ?? 'proof of emptiness'} after ${Math.round(event.afterMs / 1000)} s`,
    metrics: [counter('sluice_recovery_gaps_closed_total', 'Gaps closed.', () => 1)],
  },
  'recovery.slot.died': {
    level: 'debug',
    doc: 'A slot lost a fork.',
    metrics: [
      counter(
        'sluice_recovery_dead_slots_total',
        'Slots that died on a fork (or were skipped around a restart).',
        () => 1,
      ),
    ],
  },
  'recovery.checkpoint.measured': {
    level: 'debug',
    doc: 'Where the checkpoint stands, at most once a second.',
    metrics: [
      {
        type: 'gauge',
        name: 'sluice_recovery_checkpoint_slot',
        help: 'Highest slot that is complete with all before it.',
        value: (event) => event.checkpoint,
      },
      {
        type: 'gauge',
        name: 'sluice_recovery_checkpoint_lag_slots',
        help: 'Confirmed head minus checkpoint.',
        value: (event) => event.head - event.checkpoint,
      },
      {
        type: 'gauge',
        name: 'sluice_recovery_open_gaps',
        help: 'Gaps that are open.',
        value: (event) => event.openGaps,
      },
    ],
  },
  'recovery.journal.damaged': {
    level: 'error',
    doc: 'Lines of the gap journal could not be read: a gap may be missing from the record. Told at each start until gaps.jsonl.damaged is moved away.',
    text: (event) =>
      `${event.lines} lines of the gap journal are damaged; gaps they named are no longer known (see gaps.jsonl.damaged)`,
    metrics: [
      counter(
        'sluice_recovery_journal_damaged_lines_total',
        'Damaged lines of the gap journal.',
        (event) => event.lines,
      ),
    ],
  },
  'recovery.journal.failed': {
    level: 'error',
    doc: 'A gap could not be written down; the checkpoint waits until it can.',
    text: (event) => `the gap journal cannot be written (${event.reason}); the checkpoint waits`,
  },
  'recovery.journal.recovered': {
    level: 'info',
    doc: 'What could not be written down of gaps is on the disk now; the checkpoint goes on.',
    text: (event) => `the gap journal can be written again; it took the ${event.records} records that waited`,
  },
  'recovery.alert.raised': {
    level: 'warn',
    doc: 'Something needs attention; said once until it clears.',
    text: (event) => `alert (${event.severity}) ${event.key}: ${event.message}`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_recovery_alerts_total',
        help: 'Alerts raised, by severity.',
        labels: ['severity'],
        labelValues: (event) => ({ severity: event.severity }),
        value: () => 1,
      },
    ],
  },
  'recovery.alert.cleared': {
    level: 'info',
    doc: 'What an alert told of is over.',
    text: (event) => `alert over after ${Math.round(event.afterMs / 1000)} s: ${event.message}`,
  },
  'recovery.alert.dropped': {
    level: 'warn',
    doc: 'There are more alerts than can stand at once; the least severe is no longer listed, or a new one is not.',
    text: (event) => `too many alerts, left out (${event.severity}) ${event.key}: ${event.message}`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_recovery_alerts_dropped_total',
        help: 'Alerts left out because there were too many, by severity.',
        labels: ['severity'],
        labelValues: (event) => ({ severity: event.severity }),
        value: () => 1,
      },
    ],
  },
  'recovery.webhook.failed': {
    level: 'warn',
    doc: 'An alert could not be handed to the webhook.',
    text: (event) => `alert webhook: ${event.reason}`,
    metrics: [counter('sluice_recovery_webhook_failures_total', 'Alerts the webhook did not take.', () => 1)],
  },
  'recovery.breaker.changed': {
    // One that opens is an alert, and that is what operators read.
    level: 'debug',
    doc: 'A circuit breaker is there, or changed its state.',
    text: (event) => `breaker of ${event.part}: ${event.state}`,
    metrics: [
      {
        type: 'gauge',
        name: 'sluice_recovery_breaker_state',
        help: 'State of each breaker: 0 closed, 1 half-open, 2 open.',
        // A part is an endpoint or a host of the configuration, or the broker; the board takes a bounded number of them.
        labels: ['kind', 'part'],
        labelValues: (event) => ({ kind: event.kind, part: event.part }),
        value: (event) => BREAKER_LEVEL[event.state],
      },
    ],
  },
  'recovery.worker.started': { level: 'debug', doc: 'A part of the engine was started.' },
  'recovery.worker.restarted': {
    level: 'warn',
    doc: 'A part of the engine ended and is started again.',
    text: (event) =>
      `${event.worker} ended (${event.reason}); start ${event.attempt} in ${(event.waitMs / 1000).toFixed(1)} s`,
    metrics: [
      counter('sluice_recovery_worker_restarts_total', 'Parts of the engine that were started again.', () => 1),
    ],
  },
  'recovery.worker.gaveUp': {
    level: 'error',
    doc: 'A part of the engine is not started again.',
    text: (event) => `${event.worker} stays down: ${event.reason}`,
  },
  'recovery.fill.done': {
    level: 'debug',
    doc: 'A slot of a gap was fetched by RPC.',
    metrics: [
      counter('sluice_recovery_filled_slots_total', 'Slots fetched by RPC to fill gaps.', () => 1),
      counter('sluice_recovery_filled_transactions_total', 'Transactions they brought.', (event) => event.transactions),
    ],
  },
  'recovery.fill.failed': {
    level: 'debug',
    doc: 'A slot of a gap could not be fetched; it stays open.',
    metrics: [counter('sluice_recovery_fill_failures_total', 'Slots RPC could not give.', () => 1)],
  },
  'recovery.fill.stuck': {
    level: 'warn',
    doc: 'RECOVERY_FILL_ATTEMPTS tries in a row filled nothing of a gap; it is tried on, more slowly.',
    text: (event) =>
      `slots ${event.from} to ${event.to} cannot be filled so far (${event.reason}); gaps in this state: ${event.gaps}`,
    metrics: [stuckGauge((event) => event.gaps)],
  },
  'recovery.fill.resumed': {
    level: 'info',
    doc: 'Of every gap that could not be filled something was filled after all, or it was closed.',
    text: () => 'gaps can be filled again',
    metrics: [stuckGauge(() => 0)],
  },
  'recovery.recall.measured': {
    level: 'debug',
    doc: 'A slot called complete was compared with the block from RPC.',
    metrics: [
      counter(
        'sluice_recovery_recall_expected_total',
        'Transactions in the sampled blocks.',
        (event) => event.expected,
      ),
      counter(
        'sluice_recovery_recall_seen_total',
        'Of these, transactions the stream had brought.',
        (event) => event.seen,
      ),
    ],
  },
  'recovery.recorder.failed': {
    level: 'error',
    doc: 'The flight recorder stopped; the engine goes on without it.',
    text: (event) => `flight recorder stopped: ${event.reason}`,
  },
};
