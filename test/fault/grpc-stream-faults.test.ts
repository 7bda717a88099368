import { constants } from 'node:http2';
import { messagePrefix } from '../../src/simulator/grpc-framing.ts';
import type { Subscriber } from '../../src/simulator/subscriber.ts';
import { testManager, until } from '../support/grpc-settings.ts';
import { StreamReader, trafficSource } from '../support/grpc-traffic.ts';
import { startSimulator } from '../support/simulator.ts';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A stream under traffic whose output stands a few slots behind what was read. */
async function running(settings: Parameters<typeof testManager>[0] = {}) {
  const traffic = trafficSource(2);
  const simulator = await startSimulator({ source: traffic.source, options: { slotMs: 25 } });
  const stop = new AbortController();
  const playing = simulator.producer.run(stop.signal);
  const resumeFrom = () => {
    const slot = manager.stats().connections[0]?.slot ?? null;
    if (slot !== null) durable = Math.max(durable, slot - 4);
    return durable === 0 ? null : { slot: durable };
  };
  let durable = 0;
  const { manager, events } = testManager(
    {
      url: simulator.url,
      useSmartStreaming: false,
      slotTimeoutMs: 700,
      idleTimeoutMs: 700,
      firstMessageTimeoutMs: 1000,
      ...settings,
    },
    { resumeFrom },
  );
  const tracking = setInterval(resumeFrom, 10);
  const reader = new StreamReader(manager);
  closers.push(async () => {
    clearInterval(tracking);
    await reader.stop();
    stop.abort();
    await playing;
    await simulator.close();
  });
  await until('data', () => reader.arrived.size === 3 && durable > 0);
  return { traffic, simulator, manager, events, reader };
}

type Fault = (subscriber: Subscriber) => void;
const text = (words: string) => Buffer.from(words);

const FAULTS: readonly [string, string, Fault][] = [
  ['a silent stall', 'stalled', (it) => it.mute({ data: true, pings: true })],
  [
    'pings without data',
    'stalled',
    (it) => {
      it.mute({ data: true, pings: false });
      it.pingEvery(50);
    },
  ],
  ['a clean end', 'ended', (it) => it.end({ code: 0, message: '' })],
  ['a lag kill', 'lagged', (it) => it.end({ code: 13, message: 'lagged to send an update' })],
  ['a shutdown', 'shutting-down', (it) => it.end({ code: 14, message: 'server is shutting down try again later' })],
  ['RST_STREAM 2', 'unreachable', (it) => it.call.reset(constants.NGHTTP2_INTERNAL_ERROR)],
  ['RST_STREAM 8', 'ended', (it) => it.call.reset(constants.NGHTTP2_CANCEL)],
  ['GOAWAY', 'unreachable', (it) => it.call.goAway(constants.NGHTTP2_INTERNAL_ERROR, 'broken')],
  ['a cut connection', 'unreachable', (it) => it.call.session?.destroy()],
  ['a text body where frames belong', 'framing', (it) => it.inject(text('HTTP/1.1 403 Forbidden, go away'))],
  ['a truly oversized message', 'oversized', (it) => it.inject(Uint8Array.of(0, 0x05, 0xf5, 0xe1, 0x00))],
];

const CASES = (['grpc-js', 'http2'] as const).flatMap((transport) =>
  FAULTS.map(([name, reason, fault]) => [transport, name, reason, fault] as const),
);

test.each(CASES)('%s: %s is noticed, named %s, and nothing is lost', async (transport, _name, reason, fault) => {
  const run = await running({ transport });
  const first = run.simulator.chain.tip + 1;
  fault(run.simulator.server.subscribers[0] as Subscriber);
  await until('ended', () => run.events.some((event) => event.type === 'grpc.stream.ended'));
  expect(run.events.find((event) => event.type === 'grpc.stream.ended')).toMatchObject({ reason });
  await until('back', () => run.manager.stats().healthy === 1 && run.simulator.server.subscribers.length === 1);
  const last = run.simulator.chain.tip;
  await until('everything', () => run.reader.missing(run.traffic, first, last) === 0);
  const opened = run.reader.marks.filter((mark) => mark.type === 'opened');
  expect(opened.at(-1)?.type === 'opened' && opened.at(-1)?.fromSlot).toEqual(expect.any(Number));
});

test('updates that cannot be read are counted and the stream goes on', async () => {
  const run = await running();
  const broken = Uint8Array.of(0x1a, 0x7f, 0x01);
  for (let i = 0; i < 20; i++) {
    run.simulator.server.subscribers[0]?.inject(
      Buffer.concat([messagePrefix(broken.length, 0).subarray(0, 5), broken]),
    );
  }
  await until('counted', () => run.manager.stats().connections[0]?.malformed === 20);
  await until('handed on to be kept', () => run.reader.unreadable === 20);
  expect(run.manager.stats()).toMatchObject({ healthy: 1 });
  expect(run.events.some((event) => event.type === 'grpc.stream.ended')).toBe(false);
});

test('a replay window that has passed is told once, and the stream goes on at the oldest slot', async () => {
  const traffic = trafficSource(1);
  const simulator = await startSimulator({ source: traffic.source, options: { slotMs: 20, replaySlots: 20 } });
  const stop = new AbortController();
  const playing = simulator.producer.run(stop.signal);
  await until('a full ring', () => simulator.chain.tip > 1060);
  const { manager, events } = testManager({ url: simulator.url, useSmartStreaming: false });
  const reader = new StreamReader(manager, { slot: 1001 });
  closers.push(async () => {
    await reader.stop();
    stop.abort();
    await playing;
    await simulator.close();
  });
  await until('data', () => reader.arrived.size === 3);
  const ends = events.filter((event) => event.type === 'grpc.stream.ended');
  expect(ends.length).toBeLessThanOrEqual(3);
  expect(ends[0]).toMatchObject({ reason: 'replay-gone' });
  const mark = reader.marks.find((each) => each.type === 'opened');
  expect(mark?.type === 'opened' && mark.fromSlot).toBeGreaterThan(1001);
});

test('a provider without replay is used at the tip', async () => {
  const simulator = await startSimulator({ source: trafficSource(1).source, options: { slotMs: 20, replaySlots: 0 } });
  const stop = new AbortController();
  const playing = simulator.producer.run(stop.signal);
  const { manager } = testManager({ url: simulator.url, useSmartStreaming: false });
  const reader = new StreamReader(manager, { slot: 900 });
  closers.push(async () => {
    await reader.stop();
    stop.abort();
    await playing;
    await simulator.close();
  });
  await until('data', () => reader.arrived.size === 3);
  expect(reader.marks[0]).toMatchObject({ type: 'opened', fromSlot: null });
});
