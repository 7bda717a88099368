import { describe, expect, test } from '@jest/globals';
import { ALERT_RULES, type AlertKind, WATCHED_KINDS } from '../../../../src/recovery/alerts/alert-rules.ts';
import type { PerformanceSample } from '../../../../src/recovery/alerts/degradation.ts';
import { FaultTolerantManager } from '../../../../src/recovery/fault-tolerant-manager.ts';
import type { EngineEvent } from '../../../../src/telemetry/event.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const quiet: PerformanceSample = { parseRate: null, latencyMs: null, lagSlots: null, queueShare: null, memoryMb: null };
const gap = { from: 5, to: 9, groups: ['amm'], reason: 'not-delivered', sinceMs: 0, filledBy: null };
const stream = { connection: 'c1', endpoint: 'host:443', groups: ['amm'] };
const worker = 'pipeline';

/** One event of each type that raises or ends an alert. */
const EVENTS: readonly EngineEvent[] = [
  { type: 'grpc.endpoint.stopped', endpoint: 'host:443', reason: 'auth', detail: 'refused' },
  { type: 'grpc.group.refused', ...stream, detail: 'too wide' },
  { type: 'grpc.stream.opened', ...stream, fromSlot: null },
  { type: 'output.broker.disconnected', broker: 'b', reason: 'gone' },
  { type: 'output.broker.connected', broker: 'b' },
  { type: 'output.broker.blocked', reason: 'memory' },
  { type: 'output.broker.unblocked' },
  { type: 'output.topology.refused', reason: 'another queue' },
  { type: 'output.append.held', reason: 'full', waiting: 1 },
  { type: 'output.append.resumed', afterMs: 1 },
  { type: 'output.record.damaged', sequence: 1, reason: 'checksum' },
  { type: 'output.damage.counted', events: 2, open: 1 },
  { type: 'output.upkeep.failed', steps: ['lease'], reason: 'full' },
  { type: 'output.upkeep.recovered' },
  { type: 'output.read.failed', reason: 'I/O error', retryMs: 250 },
  { type: 'output.read.resumed', afterMs: 1 },
  { type: 'output.quarantine.replaced', path: 'quarantine.damaged.db', reason: 'malformed' },
  { type: 'output.lease.lost', holder: 'another' },
  { type: 'recovery.journal.failed', reason: 'full' },
  { type: 'recovery.journal.recovered', records: 1 },
  { type: 'recovery.journal.damaged', lines: 1 },
  { type: 'recovery.fill.stuck', gaps: 1, from: 5, to: 9, reason: 'x' },
  { type: 'recovery.fill.resumed' },
  { type: 'recovery.worker.started', worker },
  { type: 'recovery.worker.restarted', worker, attempt: 1, waitMs: 1, reason: 'x' },
  { type: 'recovery.worker.gaveUp', worker, reason: 'x' },
  { type: 'pipeline.run.started', fromSlot: null },
];

/** Of a type that does both, by what it says. */
const ENDS: readonly EngineEvent[] = [{ type: 'output.damage.counted', events: 2, open: 0 }];

function eventOf(type: string, events = EVENTS): EngineEvent {
  const found = events.find((event) => event.type === type);
  if (found === undefined) throw new Error(`no example of ${type}`);
  return found;
}

function watch() {
  const world = { sample: quiet, openGaps: [] as (typeof gap)[] };
  const manager = new FaultTolerantManager(
    {
      limits: { parseRateMin: 0.95, latencyMaxMs: 1_000, lagMaxSlots: 100, queueShareMax: 0.9, memoryMaxMb: 500 },
      sampleIntervalMs: 1_000,
    },
    {
      clock: new FakeClock(),
      emit: () => {},
      measure: () => world.sample,
      openGaps: () => world.openGaps,
      slot: () => 1,
      announce: () => {},
      post: () => {},
    },
  );
  return { manager, world };
}

type Watch = ReturnType<typeof watch>;
const standing = ({ manager }: Watch) => manager.alerts().filter(({ clearedMs }) => clearedMs === null);
const kindsOf = (watched: Watch) => standing(watched).map(({ key }) => key);

/** How each kind the manager keeps itself begins and ends. */
const WATCHED: Readonly<
  Record<(typeof WATCHED_KINDS)[number], { readonly begin: (w: Watch) => void; readonly end: (w: Watch) => void }>
> = {
  connection: {
    begin: ({ manager }) =>
      manager.observe({
        type: 'grpc.stream.ended',
        ...stream,
        reason: 'lagged',
        code: 13,
        detail: '',
        advice: '',
        retryMs: 1,
      }),
    end: ({ manager }) => manager.observe({ type: 'grpc.stream.opened', ...stream, fromSlot: null }),
  },
  breaker: {
    begin: ({ manager }) => manager.breaker('rpc', 'host', 'open'),
    end: ({ manager }) => manager.breaker('rpc', 'host', 'closed'),
  },
  performance: {
    begin: ({ manager, world }) => {
      world.sample = { ...quiet, latencyMs: 5_000 };
      manager.sample();
    },
    end: ({ manager, world }) => {
      world.sample = quiet;
      manager.sample();
    },
  },
  gaps: {
    begin: ({ manager, world }) => {
      world.openGaps = [gap];
      manager.observe({ type: 'recovery.gap.opened', ...gap });
    },
    end: ({ manager, world }) => {
      world.openGaps = [];
      manager.observe({ type: 'recovery.gap.closed', ...gap, afterMs: 1 });
    },
  },
};

const rules = Object.entries(ALERT_RULES);
const pairs = rules.flatMap(([kind, { raisedBy, endedBy }]) =>
  Object.keys(raisedBy).flatMap((raise) =>
    endedBy === 'restart' ? [] : Object.keys(endedBy).map((end) => [kind, raise, end] as const),
  ),
);

describe('every alert has both its ends', () => {
  test.each(pairs)('%s is raised by %s and ended by %s', (kind, raise, end) => {
    const watched = watch();
    watched.manager.observe(eventOf(raise));
    expect(kindsOf(watched).some((key) => key === kind || key.startsWith(`${kind}/`))).toBe(true);
    watched.manager.observe(eventOf(end, [...ENDS, ...EVENTS]));
    expect(kindsOf(watched)).toEqual([]);
  });

  test.each(WATCHED_KINDS)('%s is raised and ended by what the manager remembers', (kind) => {
    const watched = watch();
    WATCHED[kind].begin(watched);
    expect(kindsOf(watched)).toEqual([expect.stringMatching(new RegExp(`^${kind}(/|$)`))]);
    WATCHED[kind].end(watched);
    expect(kindsOf(watched)).toEqual([]);
  });

  test('an update that could not be worked with is told once for each reason, and stays', () => {
    const watched = watch();
    const told = (reason: string) =>
      watched.manager.observe({ type: 'pipeline.updates.quarantined', reason, count: 1, note: 'broken' });
    for (const reason of ['malformed-update', 'malformed-update', 'decoder-failed']) told(reason);
    watched.manager.observe({ type: 'pipeline.run.started', fromSlot: null });
    expect(kindsOf(watched)).toEqual(['quarantine/malformed-update', 'quarantine/decoder-failed']);
  });

  test('only what nothing but a new process puts right stays', () => {
    const lasting = rules.filter(([, { endedBy }]) => endedBy === 'restart').map(([kind]) => kind);
    expect(lasting).toEqual([
      'quarantine',
      'quarantine/damage',
      'outbox/lease',
      'journal/damage',
    ] satisfies AlertKind[]);
    const ended = rules.filter(([, { endedBy }]) => endedBy !== 'restart' && Object.keys(endedBy).length === 0);
    expect(ended).toEqual([]);
  });
});
