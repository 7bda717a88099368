import { connect } from 'node:http2';
import type { SubscribeUpdate } from '../../src/domain/geyser-messages.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { parseFaultScript } from '../../src/simulator/faults/fault-script.ts';
import { aTransaction, dataOf, startSimulator, subscribe, type TestSimulator } from '../support/simulator.ts';

const EVERYTHING = { transactions: { all: {} }, slots: { all: { interslotUpdates: true } }, blocksMeta: { all: {} } };

const hasStatus = (slot: number, status: number) => (updates: readonly SubscribeUpdate[]) =>
  updates.some((update) => update.slot?.slot === String(slot) && update.slot.status === status);
const PROCESSED = 0;
const FINALIZED = 2;
const DEAD = 6;

let simulator: TestSimulator;
afterEach(() => simulator.close());

async function start(script: object = {}, options: object = {}): Promise<void> {
  simulator = await startSimulator({ source: null, options: { script: parseFaultScript(script), ...options } });
}

/** The error an opened stream ends with when the fault strikes; null for a clean end. */
async function endedBy(kind: string, parameters: object = {}): Promise<{ code: number; details: string } | null> {
  await start();
  const reader = subscribe(simulator.url, EVERYTHING);
  await reader.opened;
  simulator.faults.inject(kind, parameters as Record<string, string>);
  const error = await reader.ended;
  return error === null ? null : { code: error.code, details: error.details };
}

describe('a refused subscription', () => {
  test.each([
    ['subscriptions', 8, 'max subscription limit exceeded'],
    ['rate', 8, 'rate limit exceeded'],
    ['connections', 7, 'Maximum connection count reached'],
  ])('above the quota is told so in the words of "%s"', async (refusal, code, details) => {
    await start({ faults: [{ kind: 'quota', limit: 2, refusal }] });
    const first = subscribe(simulator.url, EVERYTHING);
    const second = subscribe(simulator.url, EVERYTHING);
    await Promise.all([first.opened, second.opened]);
    const third = subscribe(simulator.url, EVERYTHING);
    expect(await third.ended).toMatchObject({ code, details });
    first.cancel();
    second.cancel();
  });

  test('above the cap on streams succeeds once another stream is closed', async () => {
    await start({ faults: [{ kind: 'concurrency', streams: 1 }] });
    const first = subscribe(simulator.url, EVERYTHING);
    await first.opened;
    expect(await subscribe(simulator.url, EVERYTHING).ended).toMatchObject({ code: 7 });
    first.cancel();
    await first.ended;
    for (let streams = 1; streams > 0; streams = simulator.server.subscribers.length) await turn();
    const later = subscribe(simulator.url, EVERYTHING);
    await later.opened;
    later.cancel();
  });

  test('stays refused while a closed stream lingers', async () => {
    await start({ faults: [{ kind: 'concurrency', streams: 1, lingerMs: 600_000 }] });
    const first = subscribe(simulator.url, EVERYTHING);
    await first.opened;
    first.cancel();
    await first.ended;
    for (let streams = 1; streams > 0; streams = simulator.server.subscribers.length) await turn();
    expect(await subscribe(simulator.url, EVERYTHING).ended).toMatchObject({ code: 7 });
  });

  test('with filters too wide names the limit', async () => {
    await start({ faults: [{ kind: 'filter-width', filters: 1, keys: 1 }] });
    const two = subscribe(simulator.url, { slots: { a: {}, b: {} } });
    expect(await two.ended).toMatchObject({ code: 3, details: expect.stringContaining('only 1 allowed') });
    const token = { accountInclude: ['TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'] };
    const refused = subscribe(simulator.url, { transactions: { token } });
    expect(await refused.ended).toMatchObject({
      code: 3,
      details: expect.stringContaining('in filters is not allowed'),
    });
  });

  test('can be any status, or a page from a proxy', async () => {
    await start({ faults: [{ kind: 'refuse', code: 16, message: 'No valid auth token' }] });
    expect(await subscribe(simulator.url, EVERYTHING).ended).toMatchObject({
      code: 16,
      details: 'No valid auth token',
    });
    await simulator.close();
    await start({ faults: [{ kind: 'http-page', httpStatus: 403 }] });
    expect(await subscribe(simulator.url, EVERYTHING).ended).toMatchObject({ code: 7 });
  });
});

describe('an open stream', () => {
  test.each<[string, object, { code: number; details: unknown } | null]>([
    ['clean-end', {}, null],
    ['lag-kill', {}, { code: 13, details: 'lagged to send an update' }],
    ['lag-kill', { wording: 'receive' }, { code: 13, details: 'lagged to receive geyser messages' }],
    ['lag-kill', { wording: 'data-loss' }, { code: 15, details: 'lagged' }],
    ['server-shutdown', {}, { code: 14, details: 'server is shutting down try again later' }],
    ['server-shutdown', { internal: true }, { code: 13, details: 'server is shutting down try again later' }],
    ['end-with', { code: 10, message: 'moved' }, { code: 10, details: 'moved' }],
    ['reset-stream', { code: 1 }, { code: 13, details: expect.stringContaining('RST_STREAM') }],
    ['reset-stream', { code: 2 }, { code: 13, details: expect.stringContaining('RST_STREAM') }],
    ['reset-stream', { code: 8 }, { code: 1, details: expect.anything() }],
    ['go-away', { code: 11, text: 'too_many_pings' }, { code: 8, details: expect.stringContaining('Bandwidth') }],
    ['disconnect', {}, { code: 14, details: expect.anything() }],
    ['garbage-frame', {}, { code: 13, details: expect.anything() }],
    ['bad-length', {}, { code: 8, details: expect.stringContaining('larger than max') }],
    ['oversized-frame', { megabytes: 5 }, { code: 8, details: expect.stringContaining('larger than max') }],
  ])('ended by %s %j shows it', async (kind, parameters, expected) => {
    const seen = await endedBy(kind, parameters);
    if (expected === null) expect(seen).toBeNull();
    else expect(seen).toMatchObject(expected);
  });

  test('of a client that pings its connection too often is ended with too_many_pings', async () => {
    await start({ faults: [{ kind: 'ping-police', minimumMs: 60_000, strikes: 1 }] });
    const session = connect(simulator.url);
    const goodbye = new Promise<[number, string]>((resolve) => {
      session.on('goaway', (code, _last, data) => resolve([code, Buffer.from(data ?? []).toString()]));
    });
    session.on('error', () => undefined);
    session.once('connect', () => {
      for (let i = 0; i < 3; i++) session.ping(() => undefined);
    });
    expect(await goodbye).toEqual([11, 'too_many_pings']);
    session.destroy();
  });

  test('that is asked for while the server hangs is never answered', async () => {
    await start({ faults: [{ kind: 'hang' }] });
    const reader = subscribe(simulator.url, EVERYTHING);
    const other = await startSimulator({ source: null, options: {} });
    const witness = subscribe(other.url, EVERYTHING);
    await witness.opened;
    expect(reader.updates).toEqual([]);
    expect(simulator.server.subscribers).toEqual([]);
    reader.cancel();
    witness.cancel();
    await other.close();
  });

  test('that stalls in silence loses what came meanwhile and tells nothing', async () => {
    await start();
    const reader = subscribe(simulator.url, EVERYTHING);
    await reader.opened;
    const lift = simulator.faults.inject('silent-stall', {});
    simulator.publishSlot({ transactions: [aTransaction({})] });
    simulator.server.subscribers[0]?.ping();
    lift();
    const after = simulator.publishSlot();
    await reader.until(hasStatus(after, PROCESSED));
    expect(reader.updates.filter((update) => update.ping !== undefined)).toHaveLength(1);
    expect(reader.updates.some((update) => update.transaction !== undefined)).toBe(false);
    reader.cancel();
  });

  test('that only gets pings gets no data', async () => {
    await start();
    const reader = subscribe(simulator.url, EVERYTHING);
    await reader.opened;
    simulator.faults.inject('pings-only', {});
    simulator.publishSlot({ transactions: [aTransaction({})] });
    simulator.server.subscribers[0]?.ping();
    await reader.until((updates) => updates.filter((update) => update.ping !== undefined).length === 2);
    expect(dataOf(reader.updates)).toEqual([]);
    reader.cancel();
  });

  test('on a slow link is cut as too slow when its queue is full', async () => {
    await start({ faults: [{ kind: 'slow-link', at: 1, bytesPerSecond: 1000 }] }, { queueLimit: 50 });
    const reader = subscribe(simulator.url, EVERYTHING);
    await reader.opened;
    for (let i = 0; i < 100; i++) simulator.publishSlot({ transactions: [aTransaction({})] });
    const [subscriber] = simulator.server.subscribers;
    expect(subscriber?.backlog).toBeGreaterThanOrEqual(50);
    subscriber?.throttle(Number.POSITIVE_INFINITY);
    expect(await reader.ended).toMatchObject({ code: 13, details: 'lagged to send an update' });
  });

  test('is pinged at the scripted interval, or never', async () => {
    await start({ faults: [{ kind: 'pings', intervalMs: 20 }] }, { pingIntervalMs: 3_600_000 });
    const reader = subscribe(simulator.url, EVERYTHING);
    await reader.until((updates) => updates.filter((update) => update.ping !== undefined).length >= 3);
    reader.cancel();
  });

  test('loses its filters with a ping where the provider takes every request as new filters', async () => {
    await start();
    const reader = subscribe(simulator.url, EVERYTHING);
    await reader.opened;
    simulator.faults.inject('ping-replaces-filters', {});
    reader.write({ ping: { id: 5 } });
    await reader.until((updates) => updates.some((update) => update.pong?.id === 5));
    simulator.publishSlot({ transactions: [aTransaction({})] });
    reader.write({ ...EVERYTHING, ping: { id: 6 } });
    await reader.until((updates) => updates.some((update) => update.pong?.id === 6));
    expect(dataOf(reader.updates)).toEqual([]);
    const slot = simulator.publishSlot();
    await reader.until(hasStatus(slot, PROCESSED));
    reader.cancel();
  });

  test('of a client that says nothing is closed by an idle proxy', async () => {
    await start();
    const reader = subscribe(simulator.url, EVERYTHING);
    await reader.opened;
    simulator.faults.inject('idle-close', { idleMs: 0 });
    simulator.publishSlot();
    expect(await reader.ended).toMatchObject({ code: expect.any(Number) });
  });
});

describe('a replay', () => {
  test.each([
    ['out-of-range', 11, /broadcast from 1000 is not available, last available: 1000/],
    ['internal', 13, /replay from 1000 is not available/],
    ['no-response', 13, /failed to get replay response/],
    ['request-failed', 13, /failed to send from_slot request/],
    ['unsupported', 13, /from_slot is not supported/],
    ['precondition', 9, /slot 1000/],
    ['invalid', 3, /from_slot 1000/],
    ['data-loss', 15, /slot 1000/],
    ['unheard-of', 13, /slot 1000/],
  ])('can be refused as "%s"', async (wording, code, text) => {
    await start({ faults: [{ kind: 'replay-gone', wording }] });
    simulator.publishSlot();
    const reader = subscribe(simulator.url, { ...EVERYTHING, fromSlot: '1000' });
    expect(await reader.ended).toMatchObject({ code, details: expect.stringMatching(text) });
  });

  test('can be ignored without a word', async () => {
    await start({ faults: [{ kind: 'replay-ignored' }] });
    simulator.publishSlot({ transactions: [aTransaction({})] });
    const reader = subscribe(simulator.url, { ...EVERYTHING, fromSlot: '1000' });
    await reader.opened;
    const slot = simulator.publishSlot();
    await reader.until(hasStatus(slot, PROCESSED));
    expect(dataOf(reader.updates).some((update) => update.transaction !== undefined)).toBe(false);
    reader.cancel();
  });
});

describe('a disordered chain', () => {
  async function watch(script: object, slots: number): Promise<readonly SubscribeUpdate[]> {
    await start(script);
    const reader = subscribe(simulator.url, EVERYTHING);
    await reader.opened;
    for (let i = 0; i < slots; i++) simulator.publishSlot({ transactions: [aTransaction({}), aTransaction({})] });
    reader.write({ ping: { id: 1 } });
    await reader.until((updates) => updates.some((update) => update.pong?.id === 1));
    reader.cancel();
    return dataOf(reader.updates);
  }

  test('tells the block meta before the transactions it counts', async () => {
    const updates = await watch({ faults: [{ kind: 'meta-first' }] }, 1);
    const meta = updates.findIndex((update) => update.blockMeta !== undefined);
    expect(updates.findIndex((update) => update.transaction !== undefined)).toBeGreaterThan(meta);
    expect(updates.filter((update) => update.transaction !== undefined)).toHaveLength(2);
  });

  test('sends the same update twice', async () => {
    const updates = await watch({ faults: [{ kind: 'duplicates', share: 1, distance: 1 }] }, 3);
    const signatures = updates.flatMap((update) =>
      update.transaction === undefined
        ? []
        : [Buffer.from(update.transaction.transaction?.signature ?? []).toString('hex')],
    );
    expect(signatures).toHaveLength(12);
    expect(new Set(signatures).size).toBe(6);
  });

  test('shuffles what happens within a few slots, losing nothing, the same way for the same seed', async () => {
    const script = { seed: 3, faults: [{ kind: 'shuffle', depth: 2 }] };
    const story = (updates: readonly SubscribeUpdate[]) =>
      updates.map(
        (update) => `${update.slot?.slot ?? ''} ${update.slot?.status ?? update.blockMeta?.slot ?? 'transaction'}`,
      );
    const first = story(await watch(script, 5));
    await simulator.close();
    expect(story(await watch(script, 5))).toEqual(first);
    await simulator.close();
    const straight = story(await watch({}, 4));
    expect(first).not.toEqual(straight);
    expect([...first].sort()).toEqual([...straight].sort());
  });

  test('drops a status for good', async () => {
    await start({ faults: [{ kind: 'drop-status', status: 'finalized', share: 1 }] }, { finalizeAfter: 1 });
    const reader = subscribe(simulator.url, EVERYTHING);
    await reader.opened;
    for (let i = 0; i < 4; i++) simulator.publishSlot();
    await reader.until(hasStatus(1003, PROCESSED));
    expect(reader.updates.some((update) => update.slot?.status === FINALIZED)).toBe(false);
    reader.cancel();
  });

  test('doubles statuses, first without a parent, or never tells parents', async () => {
    const processed = (updates: readonly SubscribeUpdate[]) =>
      updates.filter((update) => update.slot?.status === PROCESSED).map((update) => update.slot?.parent ?? null);
    expect(processed(await watch({ faults: [{ kind: 'double-slots' }] }, 1))).toEqual([null, '999']);
    await simulator.close();
    expect(processed(await watch({ faults: [{ kind: 'null-parents' }] }, 1))).toEqual([null]);
  });

  test('tells two blocks for one slot', async () => {
    const updates = await watch({ faults: [{ kind: 'equivocation', share: 1 }] }, 1);
    const metas = updates.flatMap((update) => (update.blockMeta === undefined ? [] : [update.blockMeta]));
    expect(metas.map((meta) => meta.slot)).toEqual(['1000', '1000']);
    expect(metas[0]?.blockhash).not.toBe(metas[1]?.blockhash);
  });

  test('skips a slot, processes another one on a fork that dies, and carries its transactions in the block that wins', async () => {
    const updates = await watch({ chain: { fates: { 1: 'skipped', 2: 'orphanDead' } } }, 4);
    const slots = updates
      .filter((update) => update.slot?.status === PROCESSED)
      .map((update) => [update.slot?.slot, update.slot?.parent]);
    expect(slots).toEqual([
      ['1000', '999'],
      ['1002', '1000'],
      ['1003', '1000'],
    ]);
    expect(hasStatus(1002, DEAD)(updates)).toBe(true);
    const carried = (slot: string) =>
      updates
        .filter((update) => update.transaction?.slot === slot)
        .map((update) => Buffer.from(update.transaction?.transaction?.signature ?? []).toString('hex'));
    expect(carried('1002')).toHaveLength(2);
    expect(carried('1003')).toEqual(carried('1002'));
  });
});

function turn(): Promise<void> {
  return systemClock.sleep(1, new AbortController().signal);
}
