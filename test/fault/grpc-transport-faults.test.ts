import type { ProviderProfile } from '../../src/grpc/endpoint/provider-profiles.ts';
import { startBlackHoleProxy } from '../support/black-hole-proxy.ts';
import { PROFILES, testManager, until } from '../support/grpc-settings.ts';
import { StreamReader } from '../support/grpc-traffic.ts';
import { type RawCall, slotUpdate, startRawGeyserServer, transactionUpdate } from '../support/raw-geyser-server.ts';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A profile that limits nothing: here the transport is looked at, not the limiter. */
const UNLIMITED = new Map([
  ['generic', { ...(PROFILES.get('generic') as ProviderProfile), openings: [], rewriteCountsAsSubscription: false }],
]);

function slots(call: RawCall, everyMs: number): void {
  let slot = 100;
  const timer = setInterval(() => call.write(slotUpdate(slot++)), everyMs);
  call.on('close', () => clearInterval(timer));
  call.on('cancelled', () => clearInterval(timer));
}

const TRANSPORTS = ['grpc-js', 'http2'] as const;

test.each(TRANSPORTS)('%s: a TCP connection that swallows everything is found by the keepalive', async (transport) => {
  const server = await startRawGeyserServer({ onCall: (call) => slots(call, 20) });
  const proxy = await startBlackHoleProxy(Number(new URL(server.url).port));
  closers.push(server.close, proxy.close);
  const { manager, events } = testManager(
    {
      url: proxy.url,
      useSmartStreaming: false,
      transport,
      keepaliveMs: 300,
      keepaliveTimeoutMs: 300,
      idleTimeoutMs: 60_000,
      slotTimeoutMs: 60_000,
    },
    { profiles: UNLIMITED },
  );
  const reader = new StreamReader(manager);
  closers.push(() => reader.stop());
  await until('live', () => reader.updates > 3);
  proxy.swallow();
  await until('noticed', () => events.some((event) => event.type === 'grpc.stream.ended'), 5000);
  expect(events.find((event) => event.type === 'grpc.stream.ended')).toMatchObject({ reason: 'unreachable' });
  await until('back', () => manager.stats().healthy === 1);
});

test.each(TRANSPORTS)(
  '%s: a reader that does not read makes the server’s writes block, and gets everything when it reads',
  async (transport) => {
    let sent = 0;
    let isBlocked = false;
    const server = await startRawGeyserServer({
      onCall: (call) => {
        // The slot first: the stream lives, then as much as the socket takes.
        const blast = () => {
          isBlocked = false;
          while (!call.cancelled && sent < 60_000) {
            if (call.write(transactionUpdate(100, ++sent, 'amm', 1500))) continue;
            isBlocked = true;
            call.once('drain', blast);
            return;
          }
        };
        call.write(slotUpdate(100));
        blast();
      },
    });
    closers.push(server.close);
    const { manager } = testManager(
      {
        url: server.url,
        useSmartStreaming: false,
        transport,
        laneUpdates: 2000,
        flowWindowBytes: 1_048_576,
        slotTimeoutMs: 60_000,
      },
      { profiles: UNLIMITED },
    );
    const mayRead = Promise.withResolvers<void>();
    const reader = new StreamReader(manager, null, () => mayRead.promise);
    closers.push(() => reader.stop());
    await until('paused', () => manager.stats().connections[0]?.paused === true);
    await until('blocked', () => isBlocked);
    const atPause = sent;
    const heap = process.memoryUsage().rss;
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    // One window, the buffers of the two sockets and of Node: then nothing more leaves.
    expect(sent - atPause).toBeLessThan(6000);
    expect(sent).toBeLessThan(20_000);
    expect(process.memoryUsage().rss - heap).toBeLessThan(40 * 1024 * 1024);
    mayRead.resolve();
    await until('everything', () => (reader.arrived.get('amm')?.size ?? 0) === 60_000, 30_000);
    expect(reader.duplicates).toBe(0);
  },
  60_000,
);

test.each(TRANSPORTS)(
  '%s: 200 reconnects leave one stream, no socket, no timer and no listener behind',
  async (transport) => {
    let open = 0;
    let most = 0;
    const server = await startRawGeyserServer({
      onCall: (call, number) => {
        most = Math.max(most, ++open);
        call.on('close', () => open--);
        call.write(slotUpdate(100 + number));
        if (number <= 200) setImmediate(() => call.emit('error', { code: 13, details: 'lagged to send an update' }));
      },
    });
    closers.push(server.close);
    const warnings: Error[] = [];
    const warn = (warning: Error) => warnings.push(warning);
    process.on('warning', warn);
    const { manager } = testManager(
      {
        url: server.url,
        useSmartStreaming: false,
        transport,
        backoffInitialMs: 1,
        backoffMaxMs: 2,
        attemptsPerMinute: 100_000,
      },
      { profiles: UNLIMITED },
    );
    const before = resources();
    const reader = new StreamReader(manager);
    await until('200 reconnects', () => server.calls.length === 201, 30_000);
    await until('one stream', () => open === 1);
    expect(most).toBeLessThanOrEqual(2);
    expect(resources().sockets - before.sockets).toBeLessThanOrEqual(4);
    await reader.stop();
    await until('nothing open', () => open === 0 && resources().sockets <= before.sockets);
    expect(resources().timers).toBeLessThanOrEqual(before.timers + 1);
    process.off('warning', warn);
    expect(warnings).toEqual([]);
  },
  60_000,
);

function resources(): { readonly sockets: number; readonly timers: number } {
  const active = process.getActiveResourcesInfo();
  return {
    sockets: active.filter((name) => name.startsWith('TCPSocket')).length,
    timers: active.filter((name) => name === 'Timeout').length,
  };
}
