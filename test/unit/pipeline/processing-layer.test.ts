import type { Monitor } from '../../../src/domain/contracts.ts';
import { engineEvent } from '../../../src/domain/events/build.ts';
import type { SlotProgress } from '../../../src/domain/slot.ts';
import type { QuarantinedUpdate } from '../../../src/pipeline/batch.ts';
import { ProcessingLayer } from '../../../src/pipeline/processing-layer.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { enriched, trade } from '../../support/protocol-events.ts';

const told = (subject: string, slot: number) =>
  engineEvent('worker.status.changed', subject, slot, 0, {
    worker: subject,
    state: 'x',
    previous: null,
    reason: null,
    heartbeatMs: 0,
  });
const monitor = (name: string): Monitor => ({
  name,
  interest: { groups: [] },
  observe: ({ transaction }) => [told(name, transaction.slot)],
});
const gap = { from: 7, to: 9, groups: ['amm'], reason: 'lost', sinceMs: 3, filledBy: null };
const progress: SlotProgress = {
  dead: [4],
  confirmed: [],
  finalized: [],
  gapsOpened: [gap],
  gapsClosed: [],
  checkpoint: 6,
};

const QUIET = { promotions: [] };

describe('the processing layer', () => {
  test('shows transactions first, then tells gaps', () => {
    const processing = new ProcessingLayer(QUIET, [monitor('a'), monitor('b')], () => {}, new FakeClock());
    const batch = processing.process({
      transactions: [enriched([trade()], {}, { slot: 5 })],
      receivedAtMs: 1,
      progress,
      updates: 1,
    });
    expect(batch.events.map((event) => [event.subject, event.slot])).toEqual([
      ['a', 5],
      ['b', 5],
      ['7-9/amm', 7],
    ]);
    expect(batch.dead).toEqual([4]);
    expect(batch.checkpoint).toBe(6);
  });

  test('a monitor that throws loses nothing of the others and is kept to be looked at', () => {
    const kept: QuarantinedUpdate[] = [];
    const broken: Monitor = {
      name: 'broken',
      interest: { groups: [] },
      observe: () => {
        throw new Error('oops');
      },
    };
    const processing = new ProcessingLayer(
      QUIET,
      [broken, monitor('a')],
      (update) => kept.push(update),
      new FakeClock(),
    );
    const batch = processing.process({
      transactions: [enriched([trade()])],
      receivedAtMs: 1,
      progress: null,
      updates: 1,
    });
    expect(batch.events.map((event) => event.subject)).toEqual(['a']);
    expect(kept.map(({ reason, note }) => [reason, note])).toEqual([['monitor-failed', 'broken: oops']]);
    expect(processing.errors).toBe(1);
  });

  test('tells slot by slot how the chain grows surer, as far as that is asked for', () => {
    const options = { promotions: ['finalized' as const] };
    const processing = new ProcessingLayer(options, [], () => {}, new FakeClock());
    const surer = { ...progress, gapsOpened: [], confirmed: [8, 9], finalized: [5, 6] };
    const { events } = processing.process({ transactions: [], receivedAtMs: 1, progress: surer, updates: 1 });
    expect(events.map(({ type, slot, data }) => [type, slot, data])).toEqual([
      ['stream.slot.finalized', 5, { slot: 5 }],
      ['stream.slot.finalized', 6, { slot: 6 }],
    ]);
  });
});
