import { describe, expect, test } from '@jest/globals';
import type { DomainEvent } from '../../../src/domain/domain-event.ts';
import { EVENT_CATALOGUE } from '../../../src/domain/events/catalogue.ts';
import type { Gap } from '../../../src/domain/slot.ts';
import type { AlertNews } from '../../../src/recovery/alerts/alert-book.ts';
import type { PerformanceSample } from '../../../src/recovery/alerts/degradation.ts';
import { FaultTolerantManager } from '../../../src/recovery/fault-tolerant-manager.ts';
import type { EngineEvent } from '../../../src/telemetry/event.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const nothing: PerformanceSample = {
  parseRate: null,
  latencyMs: null,
  lagSlots: null,
  queueShare: null,
  memoryMb: null,
};

function watch() {
  const clock = new FakeClock();
  const emitted: EngineEvent[] = [];
  const announced: DomainEvent[] = [];
  const posted: AlertNews[] = [];
  const sample = { now: nothing };
  const openGaps: Gap[] = [];
  const limits = { parseRateMin: 0.95, latencyMaxMs: 1_000, lagMaxSlots: 100, queueShareMax: 0.9, memoryMaxMb: 500 };
  const manager: FaultTolerantManager = new FaultTolerantManager(
    { limits, sampleIntervalMs: 1_000 },
    {
      clock,
      emit: (event) => {
        emitted.push(event);
        manager.observe(event);
      },
      measure: () => sample.now,
      openGaps: () => openGaps,
      slot: () => 77,
      announce: (events) => announced.push(...events),
      post: (news) => posted.push(news),
    },
  );
  return { clock, emitted, announced, posted, sample, openGaps, manager };
}

type StreamEnded = Extract<EngineEvent, { type: 'grpc.stream.ended' }>;

const ended = (retryMs: number | null = 100, reason = 'lagged'): StreamEnded => ({
  type: 'grpc.stream.ended',
  connection: 'c1',
  endpoint: 'host:443',
  groups: ['amm'],
  reason,
  code: 13,
  detail: 'lagged to send an update',
  advice: 'this reader was too slow',
  retryMs,
});

const opened = (connection: string, groups: readonly string[]): EngineEvent => ({
  type: 'grpc.stream.opened',
  connection,
  endpoint: 'host:443',
  groups,
  fromSlot: 70,
});

describe('fault-tolerant manager', () => {
  test('a failing connection is one failure however often it is tried, and its recovery tells how long it took', async () => {
    const { clock, manager, announced, posted } = watch();
    manager.observe(ended());
    await clock.advance(300);
    manager.observe(ended());
    await clock.advance(700);
    expect(manager.stats().failedConnections).toEqual(['c1']);
    manager.observe(opened('c1', ['amm']));
    expect(announced.map(({ type }) => type)).toEqual(['stream.connection.failed', 'stream.connection.recovered']);
    expect(announced[1]?.data).toMatchObject({ connection: 'c1', downMs: 1_000, resumedFrom: 70 });
    expect(posted.map(({ what }) => what)).toEqual(['raised', 'cleared']);
    for (const event of announced) EVENT_CATALOGUE[event.type].data.parse(event.data);
  });

  test('groups that another connection took over are back too; a stream given back on purpose never failed', () => {
    const { manager, announced } = watch();
    manager.observe(ended(100, 'released'));
    expect(announced).toEqual([]);
    manager.observe(ended());
    manager.observe(opened('c2', ['amm', 'curve']));
    expect(announced.map(({ type }) => type)).toEqual(['stream.connection.failed', 'stream.connection.recovered']);
    expect(manager.stats()).toMatchObject({ failedConnections: [], activeAlerts: 0, recoveries: 1 });
  });

  test('breakers are collected from every station, an open one is an alert', () => {
    const { manager, emitted } = watch();
    manager.observe({ type: 'grpc.breaker.changed', endpoint: 'host:443', state: 'open' });
    manager.observe({ type: 'output.breaker.changed', state: 'half-open' });
    manager.breaker('rpc', 'rpc.host', 'closed');
    manager.breaker('rpc', 'rpc.host', 'closed');
    expect(manager.stats().breakers).toMatchObject([
      { kind: 'connection', part: 'host:443', state: 'open', trips: 1 },
      { kind: 'broker', state: 'half-open' },
      { kind: 'rpc', state: 'closed' },
    ]);
    expect(manager.alerts()).toMatchObject([{ key: 'breaker/connection/host:443', clearedMs: null }]);
    manager.observe({ type: 'grpc.breaker.changed', endpoint: 'host:443', state: 'closed' });
    expect(manager.stats().activeAlerts).toBe(0);
    expect(emitted.filter(({ type }) => type === 'recovery.breaker.changed')).toHaveLength(4);
  });

  test('a degradation is announced when it begins and when it is over', async () => {
    const { clock, manager, sample, announced } = watch();
    manager.start();
    sample.now = { ...nothing, latencyMs: 1_500 };
    await clock.advance(3_500);
    sample.now = { ...nothing, latencyMs: 10 };
    await clock.advance(1_000);
    expect(announced.map(({ data }) => [data['part'], data['cleared']])).toEqual([
      ['latencyMs', false],
      ['latencyMs', true],
    ]);
    expect(manager.alerts()).toMatchObject([{ key: 'performance/latencyMs', count: 3 }]);
    for (const event of announced) EVENT_CATALOGUE[event.type].data.parse(event.data);
    await manager.close();
    expect(clock.pendingTimers).toBe(0);
  });

  const gap = (from: number): Gap => ({
    from,
    to: from + 4,
    groups: ['amm'],
    reason: 'not-delivered',
    sinceMs: 0,
    filledBy: null,
  });
  const gapOpened = (opened: Gap): EngineEvent => ({ type: 'recovery.gap.opened', ...opened });
  const gapClosed = (closed: Gap): EngineEvent => ({ type: 'recovery.gap.closed', ...closed, afterMs: 1 });

  test('open gaps are one alert however many there are, which tells how many and clears with the last', async () => {
    const { clock, manager, openGaps, posted } = watch();
    manager.start();
    for (let i = 0; i < 600; i++) {
      openGaps.push(gap(i * 10));
      manager.observe(gapOpened(gap(i * 10)));
    }
    await clock.advance(1_000);
    expect(manager.alerts()).toMatchObject([{ key: 'gaps', clearedMs: null }]);
    expect(manager.alerts()[0]?.message).toMatch(/^600 gaps are open, 3000 slots/);
    openGaps.splice(1);
    manager.observe(gapClosed(gap(10)));
    await clock.advance(1_000);
    expect(manager.alerts()[0]?.message).toMatch(/^slots 0 to 4 of amm/);
    openGaps.pop();
    manager.observe(gapClosed(gap(0)));
    expect(manager.stats().activeAlerts).toBe(0);
    expect(posted.map(({ what }) => what)).toEqual(['raised', 'cleared']);
    await manager.close();
  });

  test('gaps of the last process are an alert from the start; one that is withdrawn without a word ends it too', async () => {
    const { clock, manager, openGaps } = watch();
    openGaps.push(gap(5));
    manager.start();
    expect(manager.alerts()).toMatchObject([{ key: 'gaps', clearedMs: null, count: 1 }]);
    await clock.advance(3_000);
    expect(manager.alerts()).toMatchObject([{ key: 'gaps', clearedMs: null, count: 1 }]);
    openGaps.pop();
    await clock.advance(1_000);
    expect(manager.stats().activeAlerts).toBe(0);
    await manager.close();
  });

  test('a full book never keeps out what is worse, and what is left out is counted', () => {
    const { manager, emitted, posted } = watch();
    for (let i = 0; i < 501; i++) manager.observe({ ...ended(), connection: `c${i}` });
    manager.observe({ type: 'output.append.held', reason: 'no space left', waiting: 1 });
    expect(manager.stats()).toMatchObject({ activeAlerts: 500, droppedAlerts: 2 });
    expect(manager.alerts()[0]).toMatchObject({ key: 'outbox', severity: 'critical' });
    const dropped = emitted.flatMap((event) => (event.type === 'recovery.alert.dropped' ? [event.key] : []));
    expect(dropped).toEqual(['connection/c500', 'connection/c0']);
    expect(posted.slice(-2).map(({ what, alert }) => `${what} ${alert.key}`)).toEqual([
      'evicted connection/c0',
      'raised outbox',
    ]);
  });

  test('a worker that is started again changes its status', () => {
    const { manager, announced } = watch();
    manager.observe({ type: 'recovery.worker.started', worker: 'pipeline' });
    manager.observe({ type: 'recovery.worker.restarted', worker: 'pipeline', attempt: 1, waitMs: 1, reason: 'x' });
    manager.observe({ type: 'recovery.worker.started', worker: 'pipeline' });
    expect(announced.map(({ data }) => [data['previous'], data['state']])).toEqual([
      [null, 'running'],
      ['running', 'restarting'],
      ['restarting', 'running'],
    ]);
    for (const event of announced) EVENT_CATALOGUE[event.type].data.parse(event.data);
  });
});
