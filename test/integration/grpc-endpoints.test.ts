import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ACCEPT, FAITHFUL_POLICY } from '../../src/simulator/server-policy.ts';
import type { SimulatedTransaction, TruthSource } from '../../src/simulator/truth-source.ts';
import { testManager, until } from '../support/grpc-settings.ts';
import { StreamReader, type Traffic, trafficSource } from '../support/grpc-traffic.ts';
import { startSimulator, type TestSimulator } from '../support/simulator.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function play(source: TruthSource, options: object = {}): Promise<TestSimulator> {
  const simulator = await startSimulator({ source, options: { slotMs: 20, ...options } });
  const stop = new AbortController();
  const playing = simulator.producer.run(stop.signal);
  closers.push(async () => {
    stop.abort();
    await playing;
    await simulator.close();
  });
  return simulator;
}

/** Two servers that tell the same chain: what the first made, the second repeats, but for every n-th transaction. */
function twins(traffic: Traffic, skipEvery: number): readonly [TruthSource, TruthSource] {
  const made: (readonly SimulatedTransaction[])[] = [];
  const slotOf = (index: number) => index;
  const told = [0, 0];
  const next = (side: 0 | 1): TruthSource => ({
    name: `twin ${side}`,
    truth: () => [],
    nextSlot: (context) => {
      const index = told[side] as number;
      told[side] = index + 1;
      if (made[slotOf(index)] === undefined) made[index] = traffic.source.nextSlot(context)?.transactions ?? [];
      const all = made[index] as readonly SimulatedTransaction[];
      const transactions = side === 1 && skipEvery > 0 ? all.filter((_, at) => at % skipEvery !== 0) : all;
      return { transactions, accounts: [], slot: null, blockTime: null };
    },
  });
  return [next(0), next(1)];
}

async function readTwins(mode: 'fastest' | 'shadow', skipEvery: number) {
  const [first, second] = twins(trafficSource(3), skipEvery);
  const [a, b] = [await play(first), await play(second)];
  const { manager } = testManager({
    endpoints: [`${a.url}|`, `${b.url}|`],
    endpointMode: mode,
    useSmartStreaming: false,
  });
  const reader = new StreamReader(manager);
  closers.push(() => reader.stop());
  await until('compared', () => (manager.stats().providers[1]?.slotsCompared ?? 0) > 20, 20_000);
  return { manager, reader, a, b };
}

test('fastest: two providers are merged, with what each missed and brought second', async () => {
  const { manager, reader } = await readTwins('fastest', 3);
  const [first, second] = manager.stats().providers;
  expect(first?.missed).toBe(0);
  expect(second?.missed).toBeGreaterThan(0);
  expect((first?.late ?? 0) + (second?.late ?? 0)).toBeGreaterThan(0);
  expect((first?.first ?? 0) + (second?.first ?? 0)).toBeGreaterThan(100);
  expect(reader.duplicates).toBeGreaterThan(0);
  expect(manager.stats().total).toBe(2);
});

test('shadow: a second provider is compared and never used', async () => {
  const { manager, reader } = await readTwins('shadow', 3);
  expect(manager.stats().providers[1]?.missed).toBeGreaterThan(0);
  expect(manager.stats().total).toBe(1);
  expect(reader.duplicates).toBe(0);
  expect(new Set(reader.marks.map((mark) => mark.connection))).toEqual(new Set(['c1']));
});

test('failover: when the preferred endpoint goes away the next one is used', async () => {
  const [first, second] = twins(trafficSource(1), 0);
  const [a, b] = [await play(first), await play(second)];
  const { manager, events } = testManager({ endpoints: [`${a.url}|`, `${b.url}|`], useSmartStreaming: false });
  const reader = new StreamReader(manager);
  closers.push(() => reader.stop());
  await until('live', () => manager.stats().healthy === 1);
  expect(manager.stats().connections[0]?.endpoint).toBe(new URL(a.url).host);
  await a.close();
  await until(
    'on the second',
    () => manager.stats().healthy === 1 && manager.stats().connections[0]?.endpoint === new URL(b.url).host,
  );
  expect(events.some((event) => event.type === 'grpc.stream.ended')).toBe(true);
});

test('when the preferred endpoint is back the stream returns to it, the new one opened first', async () => {
  const [first, second] = twins(trafficSource(1), 0);
  const [a, b] = [await play(first), await play(second)];
  let isDown = true;
  a.server.setPolicy({
    ...FAITHFUL_POLICY,
    admit: () => (isDown ? { type: 'refuse', status: { code: 14, message: 'server is shutting down' } } : ACCEPT),
  });
  const { manager } = testManager({
    endpoints: [`${a.url}|`, `${b.url}|`],
    useSmartStreaming: false,
    failbackAfterMs: 300,
    healthCheckIntervalMs: 100,
    breakerRestMs: 100,
  });
  const reader = new StreamReader(manager);
  closers.push(() => reader.stop());
  const at = (simulator: TestSimulator) => {
    const { connections, healthy } = manager.stats();
    return healthy === 1 && connections.length === 1 && connections[0]?.endpoint === new URL(simulator.url).host;
  };
  await until('on the second', () => at(b));
  isDown = false;
  await until('back on the first', () => at(a));
  expect(manager.stats().migrations.at(-1)).toMatchObject({ completed: true, lost: 0 });
});

test('a refused token at one endpoint stops that endpoint only', async () => {
  const [first, second] = twins(trafficSource(1), 0);
  const [a, b] = [await play(first, { token: 'right' }), await play(second)];
  const { manager, events } = testManager({
    endpoints: [`${a.url}|wrong-token`, `${b.url}|`],
    useSmartStreaming: false,
  });
  const reader = new StreamReader(manager);
  closers.push(() => reader.stop());
  await until(
    'on the second',
    () => manager.stats().connections[0]?.endpoint === new URL(b.url).host && manager.stats().healthy === 1,
  );
  expect(events.filter((event) => event.type === 'grpc.endpoint.stopped')).toMatchObject([{ reason: 'auth' }]);
  expect(JSON.stringify([events, manager.stats()])).not.toContain('wrong-token');
});

test.each(['grpc-js', 'http2'] as const)(
  '%s: an HTTP page that refuses stops an endpoint only when it comes again and again',
  async (transport) => {
    const simulator = await play(trafficSource(1).source);
    let calls = 0;
    let pages = 2;
    simulator.server.setPolicy({
      ...FAITHFUL_POLICY,
      admit: () => (++calls <= pages ? { type: 'page', httpStatus: 403, body: '<html></html>' } : ACCEPT),
    });
    const { manager, events } = testManager({ url: simulator.url, useSmartStreaming: false, transport });
    const reader = new StreamReader(manager);
    closers.push(() => reader.stop());
    const told = (type: string) => events.filter((event) => event.type === type);
    await until('data', () => reader.arrived.size === 3);
    expect(told('grpc.stream.ended')).toMatchObject([{ reason: 'http-refused' }, { reason: 'http-refused' }]);
    expect(told('grpc.endpoint.stopped')).toEqual([]);
    pages = Number.POSITIVE_INFINITY;
    simulator.server.disconnectAll();
    await until('given up', () => reader.error !== null);
    expect(told('grpc.endpoint.stopped')).toMatchObject([{ reason: 'http-refused' }]);
    expect(reader.error).toMatchObject({ code: 'GRPC_AUTH' });
    expect(calls).toBe(6);
  },
);

test('the native transport reads the same stream behind the same port', async () => {
  const simulator = await play(trafficSource(2).source);
  const { manager } = testManager({ url: simulator.url, useSmartStreaming: false, transport: 'triton' });
  const reader = new StreamReader(manager);
  closers.push(() => reader.stop());
  await until('data', () => reader.arrived.size === 3);
  simulator.server.subscribers[0]?.end({ code: 13, message: 'lagged to send an update' });
  await until('again', () => reader.marks.filter((mark) => mark.type === 'opened').length === 2);
  expect(reader.marks.find((mark) => mark.type === 'closed')).toMatchObject({ reason: 'protocol' });
});

test.each(['identity', 'gzip', 'zstd'] as const)(
  'the direct HTTP/2 transport reads what is sent as %s',
  async (encoding) => {
    const simulator = await play(trafficSource(2).source, { encoding });
    const compression = encoding === 'identity' ? 'none' : encoding;
    const { manager } = testManager({ url: simulator.url, transport: 'http2', compression });
    const reader = new StreamReader(manager);
    closers.push(() => reader.stop());
    await until('data', () => reader.arrived.size === 3 && manager.stats().healthy === 2);
    expect(manager.stats().connections.map((each) => each.malformed)).toEqual([0, 0]);
  },
);

test('grpc-js reads a gzip stream', async () => {
  const simulator = await play(trafficSource(2).source, { encoding: 'gzip' });
  const { manager } = testManager({ url: simulator.url });
  const reader = new StreamReader(manager);
  closers.push(() => reader.stop());
  await until('data', () => reader.arrived.size === 3);
});

test('without the native binary everything but what needs it works', () => {
  const script = `
    const { compressAddresses } = await import('./src/grpc/subscription/compressed-addresses.ts');
    const { createStreamManager } = await import('./src/grpc/create-stream-manager.ts');
    const { planCommand } = await import('./src/commands/plan.ts');
    const { TritonTransport } = await import('./src/grpc/transport/triton-transport.ts');
    let refused = '';
    try { new TritonTransport({ name: 'a:1', target: 'a:1', secure: false, token: '' }, {}); } catch (error) { refused = error.message; }
    const lines = [];
    const code = await planCommand({ json: true }, { env: {}, out: (line) => lines.push(line), error: () => {} });
    console.log(JSON.stringify({ code, feasible: JSON.parse(lines.at(-1)).feasible, compressed: compressAddresses(['x']), refused, made: typeof createStreamManager }));
  `;
  const result = spawnSync(
    process.execPath,
    ['--require', join(ROOT, 'test', 'support', 'no-native-binary.cjs'), '--input-type=module', '--eval', script],
    { cwd: ROOT, encoding: 'utf8' },
  );
  expect(result.stderr).toBe('');
  expect(JSON.parse(result.stdout)).toEqual({
    code: 0,
    feasible: true,
    compressed: null,
    refused: expect.stringContaining('Use grpc-js'),
    made: 'function',
  });
});
