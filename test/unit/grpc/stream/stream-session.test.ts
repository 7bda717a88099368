import { geyser, type SubscribeRequest } from '../../../../src/domain/geyser-messages.ts';
import { connectionOptions } from '../../../../src/grpc/grpc-settings.ts';
import { type SessionEnd, StreamSession } from '../../../../src/grpc/stream/stream-session.ts';
import { TrafficCounters } from '../../../../src/grpc/stream/traffic-counters.ts';
import type { CallHandlers, GeyserTransport } from '../../../../src/grpc/transport/transport.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { grpcSettings } from '../../../support/grpc-settings.ts';
import { slotUpdate, transactionUpdate, update } from '../../../support/raw-geyser-server.ts';

const REQUEST = geyser.SubscribeRequest.fromPartial({ transactions: { amm: {} }, fromSlot: '100' });
const PING = update({ ping: {} });

/** A session on a fake clock, with a wire that the test plays. */
function open(request: SubscribeRequest = REQUEST, atOnce: (handlers: CallHandlers) => void = () => {}) {
  const clock = new FakeClock();
  const written: SubscribeRequest[] = [];
  const told: string[] = [];
  let end: SessionEnd | null = null;
  let wire: CallHandlers | null = null;
  let cancelled = 0;
  const transport: GeyserTransport = {
    subscribe: (first, handlers) => {
      written.push(first);
      wire = handlers;
      atOnce(handlers);
      return {
        write: (next) => written.push(next),
        pause: () => told.push('wire paused'),
        resume: () => told.push('wire resumed'),
        cancel: () => cancelled++,
      };
    },
    unary: () => Promise.reject(new Error('no unary calls here')),
    close: () => {},
  };
  const session = new StreamSession('c1', request, connectionOptions(grpcSettings({})), clock, new TrafficCounters(), {
    onOpen: () => told.push('open'),
    onFirstMessage: () => told.push('first'),
    onUpdate: ({ kind }) => told.push(kind),
    onProven: () => told.push('proven'),
    onStall: () => told.push('stall'),
    onMalformed: () => told.push('malformed'),
    onEnd: (ended) => {
      end = ended;
    },
  });
  session.open(transport);
  return {
    clock,
    session,
    written,
    told,
    end: () => end,
    cancelled: () => cancelled,
    say: (bytes: Uint8Array) => (wire as CallHandlers).onMessage(bytes),
    finish: (code: number, message: string) => (wire as CallHandlers).onEnd({ code, message }),
  };
}

/** Plays a message every so often until the session ends; returns when it did. */
async function endsAfter(run: ReturnType<typeof open>, everyMs: number, message: () => Uint8Array): Promise<number> {
  const start = run.clock.monotonicMs();
  while (run.end() === null && run.clock.monotonicMs() - start < 120_000) {
    run.say(message());
    await run.clock.advance(everyMs);
  }
  return run.clock.monotonicMs() - start;
}

test('with its default settings silence is noticed within 45 s', async () => {
  const run = open();
  run.say(transactionUpdate(100, 1, 'amm'));
  await run.clock.advance(45_000);
  expect(run.end()).toMatchObject({ reason: 'stalled' });
  expect(run.cancelled()).toBe(1);
  expect(run.clock.pendingTimers).toBe(0);
});

test('pings and transactions of old slots do not hide that no new slot comes: noticed within 10 s', async () => {
  const run = open();
  run.say(slotUpdate(100));
  let number = 0;
  expect(
    await endsAfter(run, 100, () => (number++ % 2 === 0 ? PING : transactionUpdate(100, number, 'amm'))),
  ).toBeLessThanOrEqual(10_000);
  expect(run.end()).toMatchObject({ reason: 'stalled', message: expect.stringContaining('no new slot') });
});

test('a server that only pings from the start is given up too', async () => {
  const run = open();
  expect(await endsAfter(run, 1000, () => PING)).toBeLessThanOrEqual(16_000);
  expect(run.told).not.toContain('first');
});

test('slots that move on keep a session alive for ever', async () => {
  const run = open();
  let slot = 100;
  await endsAfter(run, 400, () => slotUpdate(slot++));
  expect(run.end()).toBeNull();
});

test('a paused session is not silent, and has its full time again when it reads on', async () => {
  const run = open();
  run.say(slotUpdate(100));
  run.session.pause();
  await run.clock.advance(300_000);
  expect(run.end()).toBeNull();
  run.session.resume();
  await run.clock.advance(8000);
  expect(run.end()).toBeNull();
  await run.clock.advance(2000);
  expect(run.end()).toMatchObject({ reason: 'stalled' });
});

test('every ping of the server is answered with the filters, and one is sent every 10 to 15 s', async () => {
  const run = open();
  run.say(PING);
  expect(run.written[1]).toMatchObject({ ping: { id: 1 }, transactions: { amm: {} } });
  expect(run.written[1]?.fromSlot).toBeUndefined();
  const before = run.written.length;
  let slot = 100;
  for (let second = 0; second < 60; second++) {
    run.say(slotUpdate(slot++));
    await run.clock.advance(1000);
  }
  const pings = run.written.length - before;
  expect(pings).toBeGreaterThanOrEqual(4);
  expect(pings).toBeLessThanOrEqual(6);
});

test('a session is proven by a second of data at or past the slot it asked for, not by older data', async () => {
  const run = open();
  run.say(slotUpdate(50));
  await run.clock.advance(5000);
  run.say(slotUpdate(99));
  expect(run.told).not.toContain('proven');
  run.say(transactionUpdate(100, 1, 'amm'));
  await run.clock.advance(999);
  run.say(slotUpdate(101));
  expect(run.told).not.toContain('proven');
  await run.clock.advance(1);
  run.say(slotUpdate(102));
  expect(run.told.filter((each) => each === 'proven').length).toBe(1);
});

test('a rewrite has passed when its own ping is answered, not one before it', () => {
  const run = open();
  run.say(PING);
  let passed = 0;
  run.session.rewrite(
    geyser.SubscribeRequest.fromPartial({ transactions: { other: {} }, fromSlot: '5' }),
    () => passed++,
  );
  const [filters, ping] = run.written.slice(-2);
  expect(filters).toMatchObject({ transactions: { other: {} } });
  expect(filters?.fromSlot).toBeUndefined();
  run.say(update({ pong: { id: (ping?.ping?.id ?? 0) - 1 } }));
  expect(passed).toBe(0);
  run.say(update({ pong: { id: ping?.ping?.id ?? 0 } }));
  expect(passed).toBe(1);
});

test('a server that answers no ping is believed after eight slots and five seconds', async () => {
  const run = open();
  run.say(slotUpdate(100));
  let passed = 0;
  run.session.rewrite(REQUEST, () => passed++);
  for (let slot = 101; slot <= 120; slot++) run.say(slotUpdate(slot));
  expect(passed).toBe(0);
  await run.clock.advance(5000);
  run.say(slotUpdate(121));
  expect(passed).toBe(1);
});

test('unreadable updates are handed on as such; too many in a minute end the session', () => {
  const run = open();
  run.say(slotUpdate(100));
  for (let i = 0; i < 100; i++) run.say(Uint8Array.of(0x1a, 0x7f));
  expect(run.end()).toBeNull();
  expect(run.told.filter((each) => each === 'malformed').length).toBe(100);
  run.say(Uint8Array.of(0xff));
  expect(run.end()).toMatchObject({ reason: 'framing' });
  expect(run.told.filter((each) => each === 'unreadable').length).toBe(101);
});

test('what is newer than this build condemns no stream: neither a status of a slot nor a kind of update', () => {
  const run = open();
  run.say(slotUpdate(100));
  for (let slot = 101; slot < 400; slot++) {
    run.say(slotUpdate(slot, 7));
    run.say(Uint8Array.of(0xf2, 0x01, 0x00));
  }
  expect(run.end()).toBeNull();
  expect(run.told).not.toContain('malformed');
  expect(run.told.filter((each) => each === 'unknown').length).toBe(598);
});

test('tells how far it came: accepted by headers or any message, there with the first data it asked for, then proven', async () => {
  const run = open();
  expect(run.session.progress).toBe('none');
  run.say(PING);
  expect(run.session.progress).toBe('accepted');
  run.say(slotUpdate(99));
  expect(run.session.progress).toBe('accepted');
  run.say(slotUpdate(100));
  expect(run.session.progress).toBe('reached');
  await run.clock.advance(1_000);
  run.say(slotUpdate(101));
  expect(run.session.progress).toBe('proven');
  expect(open(REQUEST, (handlers) => handlers.onOpen()).session.progress).toBe('accepted');
});

test('after its release a session tells nothing more', async () => {
  const run = open();
  let gone = 0;
  run.session.onGone(() => gone++);
  run.session.release();
  run.session.release();
  run.finish(13, 'lagged to send an update');
  await run.clock.advance(120_000);
  expect(run.end()).toBeNull();
  expect(gone).toBeGreaterThanOrEqual(1);
  expect(run.clock.pendingTimers).toBe(0);
});

test.each<[string, (handlers: CallHandlers) => void, string]>([
  [
    'throws',
    () => {
      throw new TypeError('Invalid character in header content ["x-token"]');
    },
    'local',
  ],
  ['ends', (handlers) => handlers.onEnd({ code: 14, message: 'Connection dropped' }), 'unreachable'],
])('a call that %s while it is made ends the session once', async (_what, atOnce, reason) => {
  const run = open(REQUEST, atOnce);
  expect(run.end()).toMatchObject({ reason });
  await run.clock.advance(120_000);
  expect(run.told).toEqual([]);
  expect(run.clock.pendingTimers).toBe(0);
});
