import { createRequire } from 'node:module';
import * as triton from '@triton-one/yellowstone-grpc';
import { encodeBase58 } from '../../src/lib/base58.ts';
import { anAccountWrite, aTransaction, startSimulator, type TestSimulator, uniqueBytes } from '../support/simulator.ts';

// The package's types describe its CommonJS build, whose default export is one level deeper than at run time.
const Client = triton.default as unknown as typeof triton.default.default;
const { CommitmentLevel } = triton;
type SubscribeRequest = triton.SubscribeRequest;
type SubscribeUpdate = triton.SubscribeUpdate;

const laserstream = createRequire(import.meta.url)('helius-laserstream') as typeof import('helius-laserstream');

const empty = {
  accounts: {},
  slots: {},
  transactions: {},
  transactionsStatus: {},
  blocks: {},
  blocksMeta: {},
  entry: {},
  accountsDataSlice: [],
};
const program = uniqueBytes(32);
const filter = { accountInclude: [encodeBase58(program)], accountExclude: [], accountRequired: [] };
const TOKEN = 'a-token-of-the-test';

interface Inbox<T> {
  readonly updates: T[];
  add(update: T): void;
  until(predicate: (updates: readonly T[]) => boolean): Promise<void>;
}

function inbox<T>(): Inbox<T> {
  const updates: T[] = [];
  const checks = new Set<() => void>();
  return {
    updates,
    add: (update) => {
      updates.push(update);
      for (const check of [...checks]) check();
    },
    until: (predicate) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!predicate(updates)) return;
          checks.delete(check);
          resolve();
        };
        checks.add(check);
        check();
      }),
  };
}

/** Publishes three slots, each with one transaction of the program between two others; returns the signatures that match. */
function publishThreeSlots(simulator: TestSimulator): { readonly slots: number[]; readonly signatures: string[] } {
  const slots: number[] = [];
  const signatures: string[] = [];
  for (let i = 0; i < 3; i++) {
    const wanted = aTransaction({ keys: [uniqueBytes(32), program] });
    slots.push(simulator.publishSlot({ transactions: [aTransaction({}), wanted, aTransaction({})] }));
    signatures.push(encodeBase58(wanted.signature));
  }
  return { slots, signatures };
}

describe('@triton-one/yellowstone-grpc against the simulator', () => {
  let simulator: TestSimulator;
  beforeEach(async () => {
    simulator = await startSimulator({ source: null, options: { token: TOKEN } });
  });
  afterEach(() => simulator.close());

  async function open(request: SubscribeRequest) {
    const client = new Client(simulator.url, TOKEN, undefined);
    await client.connect();
    const stream = await client.subscribe(request);
    const received = inbox<SubscribeUpdate>();
    stream.on('data', (update: SubscribeUpdate) => received.add(update));
    stream.on('error', () => undefined);
    return { client, stream, received };
  }

  test('receives exactly the transactions of the program and every slot', async () => {
    const { stream, received } = await open({
      ...empty,
      transactions: { ours: filter },
      slots: { all: {} },
      commitment: CommitmentLevel.PROCESSED,
    } as unknown as SubscribeRequest);
    await stream.write({ ...empty, ping: { id: 7 } } as unknown as SubscribeRequest);
    await received.until((updates) => updates.some((update) => update.pong?.id === 7));
    const { slots, signatures } = publishThreeSlots(simulator);
    await received.until((updates) =>
      updates.some((update) => update.slot?.slot === String(slots[2]) && update.slot.status === 0),
    );
    const transactions = received.updates.filter((update) => update.transaction !== undefined);
    expect(
      transactions.map((update) => encodeBase58(update.transaction?.transaction?.signature as Uint8Array)),
    ).toEqual(signatures);
    expect(transactions.map((update) => update.transaction?.slot)).toEqual(slots.map(String));
    expect(transactions.map((update) => update.transaction?.transaction?.index)).toEqual(['1', '1', '1']);
    expect(transactions.every((update) => update.filters.join() === 'ours')).toBe(true);
    expect(transactions.every((update) => update.createdAt instanceof Date)).toBe(true);
    const processed = received.updates.filter((update) => update.slot?.status === 0);
    expect(processed.map((update) => update.slot?.slot)).toEqual(slots.map(String));
    stream.destroy();
  });

  test('gets a replay from a slot and then what follows, without a hole', async () => {
    const before = publishThreeSlots(simulator);
    const { stream, received } = await open({
      ...empty,
      transactions: { ours: filter },
      fromSlot: String(before.slots[1]),
    } as unknown as SubscribeRequest);
    await received.until((updates) => updates.filter((update) => update.transaction !== undefined).length === 2);
    const after = publishThreeSlots(simulator);
    await received.until((updates) => updates.filter((update) => update.transaction !== undefined).length === 5);
    const got = received.updates
      .filter((update) => update.transaction !== undefined)
      .map((update) => encodeBase58(update.transaction?.transaction?.signature as Uint8Array));
    expect(got).toEqual([...before.signatures.slice(1), ...after.signatures]);
    stream.destroy();
  });

  test('follows accounts and transactions by its compressed key sets', async () => {
    const keys = Array.from({ length: 500 }, () => uniqueBytes(32));
    const set = new triton.CompressedAccountFilterSet(keys.length);
    for (const key of keys) set.insert(encodeBase58(key));
    const request = { ...empty, slots: { all: {} }, accounts: {}, transactions: {} } as unknown as SubscribeRequest;
    set.insertIntoSubscribeRequest(request, 'accounts');
    set.insertIntoTransactionSubscribeRequest(request, 'transactions');
    const { stream, received } = await open(request);
    await stream.write({ ...empty, ping: { id: 7 } } as unknown as SubscribeRequest);
    await received.until((updates) => updates.some((update) => update.pong?.id === 7));
    const slot = simulator.publishSlot({
      transactions: keys.slice(0, 100).map((key) => aTransaction({ keys: [key] })),
      accounts: keys.slice(100).map((address) => anAccountWrite({ address })),
    });
    await received.until((updates) => updates.some((update) => update.slot?.slot === String(slot)));
    expect(received.updates.filter((update) => update.transaction !== undefined)).toHaveLength(100);
    expect(received.updates.filter((update) => update.account !== undefined)).toHaveLength(400);
    stream.destroy();
  });

  test('is answered by every unary method', async () => {
    const { slots } = publishThreeSlots(simulator);
    const client = new Client(simulator.url, TOKEN, undefined);
    await client.connect();
    expect(await client.ping(3)).toEqual({ count: 3 });
    expect(JSON.parse((await client.getVersion()).version)).toHaveProperty('version.package');
    expect(await client.getSlot(CommitmentLevel.PROCESSED)).toEqual({ slot: String(slots[2]) });
    expect(await client.getSlot(CommitmentLevel.CONFIRMED)).toEqual({ slot: String(slots[1]) });
    const { blockhash, lastValidBlockHeight, slot } = await client.getLatestBlockhash(CommitmentLevel.PROCESSED);
    const { blockHeight } = await client.getBlockHeight(CommitmentLevel.PROCESSED);
    expect({ slot, ahead: Number(lastValidBlockHeight) - Number(blockHeight) }).toEqual({
      slot: String(slots[2]),
      ahead: 150,
    });
    expect(await client.isBlockhashValid(blockhash, CommitmentLevel.PROCESSED)).toMatchObject({ valid: true });
    expect(await client.isBlockhashValid(encodeBase58(uniqueBytes(32)), CommitmentLevel.PROCESSED)).toMatchObject({
      valid: false,
    });
    expect(await client.subscribeReplayInfo()).toEqual({ firstAvailable: String(slots[0]) });
  });

  test('is refused with a wrong token', async () => {
    const client = new Client(simulator.url, 'wrong', undefined);
    await client.connect();
    await expect(client.getSlot(CommitmentLevel.PROCESSED)).rejects.toThrow();
  });
});

describe('helius-laserstream against the simulator', () => {
  let simulator: TestSimulator;
  beforeEach(async () => {
    simulator = await startSimulator({ source: null, options: { token: TOKEN } });
  });
  afterEach(async () => {
    laserstream.shutdownAllStreams();
    await simulator.close();
  });

  test('receives exactly the transactions of the program, replayed and live, and every slot', async () => {
    const before = publishThreeSlots(simulator);
    const received = inbox<import('helius-laserstream').SubscribeUpdate>();
    const stream = await laserstream.subscribe(
      { apiKey: TOKEN, endpoint: simulator.url, maxReconnectAttempts: 0, replay: true },
      {
        ...empty,
        transactions: { ours: filter },
        slots: { all: {} },
        fromSlot: before.slots[1] as number,
      } as unknown as import('helius-laserstream').SubscribeRequest,
      (update) => received.add(update),
    );
    const transactions = () => received.updates.filter((update) => update.transaction);
    await received.until(() => transactions().length === 2);
    const after = publishThreeSlots(simulator);
    await received.until((updates) => updates.some((update) => String(update.slot?.slot) === String(after.slots[2])));
    const got = transactions().map((update) => encodeBase58(update.transaction?.transaction?.signature as Uint8Array));
    expect(got).toEqual([...before.signatures.slice(1), ...after.signatures]);
    expect(transactions().map((update) => String(update.transaction?.slot))).toEqual(
      [...before.slots.slice(1), ...after.slots].map(String),
    );
    const seen = new Set(received.updates.map((update) => update.slot && String(update.slot.slot)));
    expect([...before.slots.slice(1), ...after.slots].every((slot) => seen.has(String(slot)))).toBe(true);
    stream.cancel();
  });
});
