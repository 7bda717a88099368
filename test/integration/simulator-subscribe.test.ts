import { connect } from 'node:http2';
import type { SubscribeUpdate } from '../../src/domain/geyser-messages.ts';
import { encodeBase58 } from '../../src/lib/base58.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { frameMessage } from '../../src/simulator/grpc-framing.ts';
import {
  anAccountWrite,
  aTransaction,
  dataOf,
  type Reader,
  startSimulator,
  subscribe,
  type TestSimulator,
  uniqueBytes,
} from '../support/simulator.ts';

let simulator: TestSimulator;
beforeEach(async () => {
  simulator = await startSimulator({ source: null, options: { replaySlots: 10, finalizeAfter: 3 } });
});
afterEach(() => simulator.close());

async function open(request: object): Promise<Reader> {
  const reader = subscribe(simulator.url, request);
  await reader.opened;
  return reader;
}

let pings = 0;

/** Everything the reader was sent up to now. */
async function received(reader: Reader): Promise<readonly SubscribeUpdate[]> {
  const id = ++pings;
  reader.write({ ping: { id } });
  await reader.until((updates) => updates.some((update) => update.pong?.id === id));
  return dataOf(reader.updates);
}

const story = (updates: readonly SubscribeUpdate[]): readonly string[] =>
  updates.map((update) => {
    if (update.slot) return `${update.slot.slot} status ${update.slot.status}`;
    if (update.transaction) return `${update.transaction.slot} transaction ${update.transaction.transaction?.index}`;
    if (update.account) return `${update.account.slot} account`;
    if (update.blockMeta) return `${update.blockMeta.slot} meta`;
    if (update.block) return `${update.block.slot} block`;
    if (update.entry) return `${update.entry.slot} entry ${update.entry.index}`;
    return update.transactionStatus ? `${update.transactionStatus.slot} status of transaction` : '?';
  });

describe('a subscription', () => {
  test('sees the life of a slot in the order of mainnet', async () => {
    const reader = await open({
      transactions: { all: {} },
      accounts: { all: {} },
      slots: { all: { interslotUpdates: true } },
      blocksMeta: { all: {} },
      entry: { all: {} },
    });
    simulator.publishSlot();
    reader.cancel();
    const next = await open({
      transactions: { all: {} },
      accounts: { all: {} },
      slots: { all: { interslotUpdates: true } },
      blocksMeta: { all: {} },
      entry: { all: {} },
    });
    simulator.publishSlot({
      transactions: [aTransaction({}), aTransaction({})],
      accounts: [anAccountWrite({ transactionIndex: 1 })],
    });
    const seen = story(await received(next));
    expect(seen.filter((line) => line !== '1000 status 1')).toEqual([
      '1001 status 3',
      '1001 status 5',
      '1001 transaction 0',
      '1001 account',
      '1001 transaction 1',
      '1001 entry 0',
      '1001 entry 1',
      '1001 status 4',
      '1001 meta',
      '1001 status 0',
    ]);
    expect(seen.indexOf('1000 status 1')).toBeLessThan(seen.indexOf('1001 status 4'));
    next.cancel();
  });

  test('at a higher commitment gets a slot when it reaches that level, of each account only the last write', async () => {
    const address = uniqueBytes(32);
    const request = { transactions: { all: {} }, accounts: { all: {} }, blocksMeta: { all: {} } };
    const confirmed = await open({ ...request, commitment: 1 });
    const finalized = await open({ ...request, commitment: 2 });
    const writes = [1n, 2n].map((writeVersion) => anAccountWrite({ address, writeVersion }));
    const slot = simulator.publishSlot({ transactions: [aTransaction({})], accounts: writes });
    expect(await received(confirmed)).toEqual([]);
    simulator.publishSlot();
    const seen = await received(confirmed);
    expect(story(seen)).toEqual([`${slot} account`, `${slot} transaction 0`, `${slot} meta`]);
    expect(seen[0]?.account?.account?.writeVersion).toBe('2');
    expect(await received(finalized)).toEqual([]);
    simulator.publishSlot();
    simulator.publishSlot();
    expect(story(await received(finalized))).toEqual([`${slot} account`, `${slot} transaction 0`, `${slot} meta`]);
    confirmed.cancel();
    finalized.cancel();
  });

  test('with filter_by_commitment gets only the status of its own level', async () => {
    const reader = await open({ slots: { own: { filterByCommitment: true } }, commitment: 1 });
    for (let i = 0; i < 3; i++) simulator.publishSlot();
    expect(story(await received(reader))).toEqual(['1000 status 1', '1001 status 1']);
    reader.cancel();
  });

  test('names the filters that matched and prefers none over the other', async () => {
    const key = uniqueBytes(32);
    const accountInclude = [encodeBase58(key)];
    const reader = await open({
      transactions: { a: { accountInclude }, b: { failed: true }, c: { accountInclude, failed: false } },
    });
    simulator.publishSlot({
      transactions: [aTransaction({ keys: [key] }), aTransaction({ keys: [key], failed: true })],
    });
    const names = (await received(reader)).map((update) => [...update.filters].sort().join());
    expect(names).toEqual(['a,c', 'a,b']);
    reader.cancel();
  });

  test('replaces its filters with a later request on the same stream', async () => {
    const reader = await open({ slots: { first: {} } });
    simulator.publishSlot();
    await received(reader);
    reader.write({ blocksMeta: { second: {} } });
    const before = (await received(reader)).length;
    simulator.publishSlot();
    const after = (await received(reader)).slice(before);
    expect(story(after)).toEqual(['1001 meta']);
    expect(after[0]?.filters).toEqual(['second']);
    reader.cancel();
  });

  test('gets transaction statuses with the error and without the transaction', async () => {
    const reader = await open({ transactionsStatus: { all: {} } });
    const transaction = aTransaction({ failed: true });
    simulator.publishSlot({ transactions: [transaction] });
    const [update] = await received(reader);
    expect(update?.transactionStatus).toMatchObject({ slot: '1000', index: '0', isVote: false });
    expect(Buffer.from(update?.transactionStatus?.signature ?? [])).toEqual(Buffer.from(transaction.signature));
    expect(update?.transactionStatus?.err?.err.length).toBeGreaterThan(0);
    reader.cancel();
  });

  test('gets whole blocks with what it asked for in them', async () => {
    const key = uniqueBytes(32);
    const reader = await open({
      blocks: { ours: { accountInclude: [encodeBase58(key)], includeAccounts: true, includeEntries: true } },
    });
    simulator.publishSlot({
      transactions: [aTransaction({}), aTransaction({ keys: [key] })],
      accounts: [anAccountWrite({ address: key }), anAccountWrite({})],
    });
    const [update] = await received(reader);
    expect(update?.block).toMatchObject({ slot: '1000', executedTransactionCount: '2', updatedAccountCount: '2' });
    expect(update?.block?.transactions.map((transaction) => transaction.index)).toEqual(['1']);
    expect(update?.block?.accounts).toHaveLength(1);
    expect(update?.block?.entries).toHaveLength(2);
    reader.cancel();
  });

  test('gets slices of account data', async () => {
    const reader = await open({
      accounts: { all: {} },
      accountsDataSlice: [
        { offset: '1', length: '2' },
        { offset: '6', length: '2' },
        { offset: '7', length: '5' },
      ].slice(0, 2),
    });
    simulator.publishSlot({ accounts: [anAccountWrite({ data: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7) })] });
    const [update] = await received(reader);
    expect([...(update?.account?.account?.data ?? [])]).toEqual([1, 2, 6, 7]);
    expect(update?.account?.account?.owner).toHaveLength(32);
    reader.cancel();
  });

  test('that is no request, or names no key, is refused in the words of the plugin', async () => {
    const wrong = subscribe(simulator.url, { transactions: { all: { accountInclude: ['not-a-key'] } } });
    expect(await wrong.ended).toMatchObject({ code: 3, details: 'failed to create filter: Invalid Base58 string' });
    const long = subscribe(simulator.url, { slots: { ['n'.repeat(129)]: {} } });
    expect(await long.ended).toMatchObject({ code: 3, details: expect.stringContaining('oversized filter name') });
  });

  test('without the token is refused', async () => {
    const guarded = await startSimulator({ source: null, options: { token: 'secret' } });
    expect(await subscribe(guarded.url, {}, 'wrong').ended).toMatchObject({ code: 16 });
    const allowed = subscribe(guarded.url, {}, 'secret');
    await allowed.opened;
    allowed.cancel();
    await guarded.close();
  });

  test.each(['gzip', 'zstd'] as const)(
    'is packed with %s where the client takes it, and else not at all',
    async (encoding) => {
      const packing = await startSimulator({ source: null, options: { encoding } });
      const reader = subscribe(packing.url, { transactions: { all: {} } });
      await reader.opened;
      packing.publishSlot({ transactions: [aTransaction({})] });
      await reader.until((updates) => updates.some((update) => update.transaction !== undefined));
      reader.cancel();
      await packing.close();
    },
  );

  test('leaves nothing behind when it is opened and closed two hundred times', async () => {
    for (let i = 0; i < 200; i++) {
      const reader = await open({ slots: { all: {} } });
      reader.cancel();
      await reader.ended;
    }
    while (simulator.server.subscribers.length + simulator.server.connections > 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(simulator.server.subscribers).toEqual([]);
  });

  test('that is not read is cut with the error of a slow reader, and what was queued still arrives', async () => {
    const slow = await startSimulator({ source: null, options: { queueLimit: 500 } });
    const reader = subscribe(slow.url, { transactions: { all: {} } });
    await reader.opened;
    reader.pause();
    const big = Array.from({ length: 200 }, () =>
      aTransaction({ keys: Array.from({ length: 200 }, () => uniqueBytes(32)) }),
    );
    for (let i = 0; i < 10; i++) slow.publishSlot({ transactions: big });
    reader.resume();
    expect(await reader.ended).toMatchObject({ code: 13, details: 'lagged to send an update' });
    expect(dataOf(reader.updates).length).toBeGreaterThanOrEqual(500);
    await slow.close();
  });
});

describe('from_slot', () => {
  test('brings back the stored slots in order and then goes on live, without a hole or a double', async () => {
    for (let i = 0; i < 4; i++) simulator.publishSlot({ transactions: [aTransaction({})] });
    const reader = subscribe(simulator.url, { transactions: { all: {} }, blocksMeta: { all: {} }, fromSlot: '1002' });
    simulator.publishSlot({ transactions: [aTransaction({})] });
    await reader.until((updates) => updates.some((update) => update.blockMeta?.slot === '1003'));
    simulator.publishSlot({ transactions: [aTransaction({})] });
    await reader.until((updates) => updates.some((update) => update.blockMeta?.slot === '1005'));
    const lines = story(dataOf(reader.updates));
    expect(lines).toEqual([1002, 1003, 1004, 1005].flatMap((slot) => [`${slot} transaction 0`, `${slot} meta`]));
    reader.cancel();
  });

  test('before the ring is out of range, with the oldest slot there is', async () => {
    for (let i = 0; i < 14; i++) simulator.publishSlot();
    const reader = subscribe(simulator.url, { slots: { all: {} }, fromSlot: '1003' });
    const details = 'broadcast from 1003 is not available, last available: 1004';
    expect(await reader.ended).toMatchObject({ code: 11, details });
  });

  test('ahead of the chain cannot be answered', async () => {
    simulator.publishSlot();
    const reader = subscribe(simulator.url, { slots: { all: {} }, fromSlot: '2000' });
    expect(await reader.ended).toMatchObject({ code: 13, details: 'failed to get replay response' });
  });

  test('on a server without a ring is not supported', async () => {
    const plain = await startSimulator({ source: null, options: { replaySlots: 0 } });
    plain.publishSlot();
    const reader = subscribe(plain.url, { slots: { all: {} }, fromSlot: '1000' });
    expect(await reader.ended).toMatchObject({ code: 13, details: 'from_slot is not supported' });
    await plain.close();
  });
});

test('a server survives clients that send any bytes to any method', async () => {
  const methods = ['Subscribe', 'Ping', 'GetSlot', 'IsBlockhashValid', 'GetLatestBlockhash', 'NoSuchMethod'];
  simulator.publishSlot();
  const random = seededRandom(5);
  const session = connect(simulator.url);
  for (let i = 0; i < 300; i++) {
    const length = Math.floor(random() * 40);
    const body = Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
    const path = `/geyser.Geyser/${methods[i % methods.length]}`;
    const call = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });
    call.on('error', () => undefined);
    call.end(i % 2 === 0 ? body : frameMessage(body));
    await new Promise((resolve) => {
      call.once('response', resolve);
      call.once('close', resolve);
    });
    call.close();
  }
  session.destroy();
  const reader = await open({ slots: { all: {} } });
  simulator.publishSlot();
  expect((await received(reader)).length).toBeGreaterThan(0);
  reader.cancel();
});

test('a server that closes tells its subscribers so', async () => {
  const reader = await open({ slots: { all: {} } });
  const closing = simulator.close();
  expect(await reader.ended).toMatchObject({ code: 14, details: 'server is shutting down try again later' });
  await closing;
});
