import type { SourceItem } from '../../src/domain/update.ts';
import { ALL_GROUPS, testManager, until } from '../support/grpc-settings.ts';
import { type RawCall, slotUpdate, startRawGeyserServer, transactionUpdate } from '../support/raw-geyser-server.ts';

/** Reads a manager in the background until it is stopped. */
function read(manager: ReturnType<typeof testManager>['manager'], from: { slot: number } | null = null) {
  const stop = new AbortController();
  const items: SourceItem[] = [];
  let error: unknown = null;
  const done = (async () => {
    try {
      for await (const batch of manager.updates(from, stop.signal)) items.push(...batch);
    } catch (thrown) {
      error = thrown;
    }
  })();
  return {
    items,
    error: () => error,
    done,
    stop: async () => {
      stop.abort();
      await done;
    },
  };
}

/** Slots every 20 ms and one transaction per slot and filter, from slot 100. */
function feed(call: RawCall, filters: () => readonly string[], slots = { next: 100 }): () => void {
  const timer = setInterval(() => {
    const slot = slots.next++;
    filters().forEach((filter, index) => {
      call.write(transactionUpdate(slot, slot * 10 + index, filter));
    });
    call.write(slotUpdate(slot));
  }, 20);
  const stop = () => clearInterval(timer);
  call.on('close', stop);
  call.on('cancelled', stop);
  return stop;
}

test('spreads the groups over two streams, the important one alone, and yields marks and raw updates in line', async () => {
  const server = await startRawGeyserServer({
    onRequest: (request, call) => {
      if (request.ping === undefined) feed(call, () => Object.keys(request.transactions));
    },
  });
  const { manager } = testManager({ url: server.url });
  const reader = read(manager);
  await until('both live', () => manager.stats().healthy === 2);
  await until(
    'transactions',
    () => reader.items.filter((item) => item.type === 'update' && item.kind === 'transaction').length > 20,
  );
  const stats = manager.stats();
  expect(stats.connections.map((each) => each.groups)).toEqual([['bonding-curve'], ['amm', 'external-amm']]);
  expect(stats.monitorConnections).toEqual({ 'token-lifecycle': 1, 'trading-activity': 2, liquidity: 1 });
  // Of the 100 of the profile this process uses 80.
  expect(stats.rateLimitRemaining).toBe(78);
  for (const id of ['c1', 'c2']) {
    const own = reader.items.filter((item) => item.connection === id);
    expect(own[0]).toMatchObject({ type: 'opened', fromSlot: null });
  }
  await reader.stop();
  await until('no stream left', () => server.open() === 0);
  await server.close();
});

test('a pool of one carries every group on one stream', async () => {
  const server = await startRawGeyserServer({
    onRequest: (request, call) => {
      if (request.ping === undefined) feed(call, () => Object.keys(request.transactions));
    },
  });
  const { manager } = testManager({ url: server.url, useSmartStreaming: false });
  const reader = read(manager);
  await until('live', () => manager.stats().healthy === 1);
  expect(Object.keys(server.requests[0]?.transactions ?? {})).toEqual(ALL_GROUPS);
  expect(manager.stats().total).toBe(1);
  await reader.stop();
  await server.close();
});

test('after a clean end it asks again from where the output stands, and says what closed and opened', async () => {
  let cursor: number | null = null;
  const server = await startRawGeyserServer({
    onRequest: (request, call, number) => {
      if (request.ping !== undefined) return;
      feed(call, () => Object.keys(request.transactions), { next: Number(request.fromSlot ?? 100) });
      if (number === 1) setTimeout(() => call.end(), 300);
    },
  });
  const { manager, events } = testManager(
    { url: server.url, useSmartStreaming: false },
    { resumeFrom: () => (cursor === null ? null : { slot: cursor }) },
  );
  const reader = read(manager);
  await until('first data', () => reader.items.length > 5);
  cursor = 103;
  await until('second stream', () => server.calls.length === 2 && manager.stats().healthy === 1);
  const asked = server.requests.filter((request) => request.ping === undefined).map((request) => request.fromSlot);
  expect(asked).toEqual([undefined, '103']);
  const marks = reader.items.filter((item) => item.type !== 'update');
  expect(marks).toMatchObject([
    { type: 'opened', fromSlot: null },
    { type: 'closed', handedOver: false, reason: 'ended' },
    { type: 'opened', fromSlot: 103 },
  ]);
  expect(events.find((event) => event.type === 'grpc.stream.ended')).toMatchObject({ reason: 'ended' });
  await reader.stop();
  await server.close();
});

test('pings carry the filters, so a server that reads them as a new request keeps the subscription', async () => {
  const server = await startRawGeyserServer({
    onRequest: (request, call) => {
      if (request.ping === undefined) {
        feed(call, () => Object.keys(request.transactions));
        call.write(new Uint8Array([0x32, 0x00]));
      }
    },
  });
  const { manager } = testManager({ url: server.url, useSmartStreaming: false });
  const reader = read(manager, { slot: 7 });
  await until('a ping', () => server.requests.some((request) => request.ping !== undefined));
  const [first, ping] = [server.requests[0], server.requests.find((request) => request.ping !== undefined)];
  expect(ping?.transactions).toEqual(first?.transactions);
  expect(first?.fromSlot).toBe('7');
  expect(ping?.fromSlot).toBeUndefined();
  await reader.stop();
  await server.close();
});

test('a refused token stops the stream with one sentence that never contains it', async () => {
  const server = await startRawGeyserServer({
    onCall: (call) => call.emit('error', { code: 16, details: 'token secret-token is not known' }),
  });
  const { manager, events } = testManager({ url: server.url, token: 'secret-token' });
  const reader = read(manager);
  await reader.done;
  expect(reader.error()).toMatchObject({ code: 'GRPC_AUTH' });
  expect(String((reader.error() as Error).message)).toContain('X_TOKEN');
  expect(JSON.stringify(events)).not.toContain('secret-token');
  await server.close();
});

test('adding a monitor rewrites the open stream instead of opening one', async () => {
  const server = await startRawGeyserServer({
    onRequest: (request, call, number) => {
      if (request.ping === undefined && server.requests.filter((each) => each.ping === undefined).length <= number) {
        feed(call, () => ['bonding-curve']);
      }
    },
  });
  const { manager } = testManager(
    { url: server.url, useSmartStreaming: false },
    { monitors: [{ monitor: 'token-lifecycle', interest: { groups: ['bonding-curve'] } }] },
  );
  const reader = read(manager);
  await until('live', () => manager.stats().healthy === 1);
  manager.setMonitor('liquidity', { groups: ['amm'] });
  await until('mark', () => reader.items.some((item) => item.type === 'opened' && item.groups.includes('amm')));
  expect(server.calls.length).toBe(1);
  manager.removeMonitor('liquidity');
  await until('closed mark', () => reader.items.some((item) => item.type === 'closed' && item.groups.includes('amm')));
  await until('narrowed', () => Object.keys(server.requests.at(-1)?.transactions ?? {}).join() === 'bonding-curve');
  await reader.stop();
  await server.close();
});

describe('a replay that never comes', () => {
  const FROM = 7;
  const OLDEST = 150;

  /** What is asked for a slot the server has not got is answered as `refuse` says; everything else is fed. */
  async function withoutSlot(firstAvailable: number | null, refuse: (call: RawCall) => void) {
    const server = await startRawGeyserServer({
      ...(firstAvailable === null ? {} : { firstAvailable: String(firstAvailable) }),
      onRequest: (request, call) => {
        if (request.ping !== undefined) return;
        const from = Number(request.fromSlot ?? OLDEST);
        if (from < OLDEST) refuse(call);
        else feed(call, () => Object.keys(request.transactions), { next: from });
      },
    });
    const { manager } = testManager({
      url: server.url,
      useSmartStreaming: false,
      firstMessageTimeoutMs: 300,
      breakerFailures: 100,
    });
    const reader = read(manager, { slot: FROM });
    await until('data', () => reader.items.length > 5, 30_000);
    const asked = server.requests.filter((request) => request.ping === undefined).map((request) => request.fromSlot);
    const mark = reader.items.find((item) => item.type === 'opened');
    await reader.stop();
    await server.close();
    return { asked, mark };
  }

  const silent = () => {};
  const unheardOf = (call: RawCall) => void call.emit('error', { code: 13, details: 'slot 7 cannot be served' });

  test.each([
    ['is accepted in silence', silent],
    ['is refused in words nobody knows', unheardOf],
  ])(
    '%s: the stream goes on at the oldest slot the server has',
    async (_how, refuse) => {
      const { asked, mark } = await withoutSlot(OLDEST, refuse);
      expect(asked).toEqual([...Array.from({ length: 3 }, () => String(FROM)), String(OLDEST)]);
      expect(mark).toMatchObject({ fromSlot: OLDEST });
    },
    45_000,
  );

  test('and at the tip where it does not tell: what lies between is no replay, and so a gap', async () => {
    const { asked, mark } = await withoutSlot(null, silent);
    expect(asked).toEqual([...Array.from({ length: 6 }, () => String(FROM)), undefined]);
    expect(mark).toMatchObject({ fromSlot: null });
  }, 45_000);
});
