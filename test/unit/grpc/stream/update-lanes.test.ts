import fc from 'fast-check';
import type { SourceItem } from '../../../../src/domain/update.ts';
import type { Lane } from '../../../../src/grpc/stream/lane.ts';
import { UpdateLanes } from '../../../../src/grpc/stream/update-lanes.ts';
import { seededRandom } from '../../../../src/lib/random.ts';

const OPTIONS = { batchItems: 4, laneBytes: 1000, laneItems: 10 };
const never = new AbortController().signal;
const silent = { onFull: () => {}, onRoom: () => {} };

/** An item that is only a number in disguise. */
const item = (number: number, connection = 'c'): SourceItem => ({
  type: 'update',
  kind: 'transaction',
  bytes: new Uint8Array(0),
  connection,
  receivedAtMs: number,
});
const numbers = (batch: readonly SourceItem[] | null) =>
  (batch ?? []).map((each) => (each.type === 'update' ? each.receivedAtMs : -1));

test('items come in batches, in order, and one read of the socket is one batch', async () => {
  const lanes = new UpdateLanes(OPTIONS);
  const lane = lanes.open(0, silent);
  const first = lanes.take(never);
  for (let i = 0; i < 6; i++) lane.push(item(i), 1);
  expect(numbers(await first)).toEqual([0, 1, 2, 3]);
  expect(numbers(await lanes.take(never))).toEqual([4, 5]);
});

test('a full lane says so, and again when half of it is free; another lane is not touched', async () => {
  const told: string[] = [];
  const lanes = new UpdateLanes(OPTIONS);
  const lane = lanes.open(0, { onFull: () => told.push('full'), onRoom: () => told.push('room') });
  const other = lanes.open(0, { onFull: () => told.push('other'), onRoom: () => told.push('other') });
  for (let i = 0; i < 12; i++) lane.push(item(i), 1);
  other.push(item(99), 1);
  expect(told).toEqual(['full']);
  await lanes.take(never);
  await lanes.take(never);
  expect(told).toEqual(['full', 'room']);
});

test('bytes fill a lane as well as items', () => {
  let isFull = false;
  const lane = new UpdateLanes(OPTIONS).open(0, { onFull: () => (isFull = true), onRoom: () => {} });
  lane.push(item(1), 999);
  expect(isFull).toBe(false);
  lane.push(item(2), 1);
  expect(isFull).toBe(true);
});

test('the important lane goes first, and the others are not forgotten', async () => {
  const lanes = new UpdateLanes({ ...OPTIONS, batchItems: 1, laneItems: 1000 });
  const high = lanes.open(0, silent);
  const low = lanes.open(2, silent);
  for (let i = 0; i < 100; i++) {
    high.push(item(i, 'high'), 1);
    low.push(item(i, 'low'), 1);
  }
  const order: string[] = [];
  for (let i = 0; i < 100; i++) order.push((await lanes.take(never))?.[0]?.connection as string);
  const share = order.filter((name) => name === 'high').length;
  expect(share).toBeGreaterThan(70);
  expect(share).toBeLessThan(100);
});

test('a retired lane is read to its end; a failure comes after what waits; an abort ends a wait', async () => {
  const lanes = new UpdateLanes(OPTIONS);
  const lane = lanes.open(0, silent);
  lane.push(item(1), 1);
  lanes.retire(lane);
  lanes.fail(new Error('over'));
  expect(numbers(await lanes.take(never))).toEqual([1]);
  await expect(lanes.take(never)).rejects.toThrow('over');
  const stop = new AbortController();
  const waiting = new UpdateLanes(OPTIONS).take(stop.signal);
  stop.abort();
  expect(await waiting).toBeNull();
});

test('a lane that follows is read no further than its leader', async () => {
  const lanes = new UpdateLanes(OPTIONS);
  const [leader, follower] = [lanes.open(2, silent), lanes.open(0, silent)];
  leader.isLive = true;
  follower.follow(leader);
  leader.slot = 5;
  follower.slot = 5;
  follower.push(item(500), 1);
  leader.push(item(499), 1);
  expect(numbers(await lanes.take(never))).toEqual([499]);
  expect(follower.isReadable).toBe(false);
  leader.slot = 6;
  expect(numbers(await lanes.take(never))).toEqual([500]);
  follower.slot = 7;
  follower.push(item(700), 1);
  expect(follower.isReadable).toBe(false);
  leader.isLive = false;
  expect(numbers(await lanes.take(never))).toEqual([700]);
  expect(follower.isFollowing).toBe(false);
});

/** One stream of a numbered sequence, ten numbers a slot: where it is, and whether its filter holds the sequence. */
interface Stream {
  readonly lane: Lane;
  at: number;
  carries: boolean;
}

const SLOT = 10;

/** Moves a sequence between two streams that lag behind each other at random; returns how often an earlier number came after a later one. */
async function disorder(seed: number): Promise<number> {
  const random = seededRandom(seed);
  const lanes = new UpdateLanes({ batchItems: 4 + Math.floor(random() * 8), laneBytes: 1e9, laneItems: 1e9 });
  let from: Stream = { lane: lanes.open(0, silent), at: SLOT, carries: true };
  let to: Stream = { lane: lanes.open(random() < 0.5 ? 0 : 2, silent), at: SLOT, carries: false };
  const seen = new Set<number>();
  let highest = 0;
  let wrong = 0;
  const advance = (stream: Stream, steps: number) => {
    for (let i = 0; i < steps; i++) {
      stream.at++;
      stream.lane.isLive = true;
      stream.lane.slot = Math.floor(stream.at / SLOT);
      stream.lane.push(item(stream.carries ? stream.at : -1), 1);
    }
  };
  const read = async () => {
    if (![from, to].some(({ lane }) => lane.isReadable)) return;
    for (const number of numbers(await lanes.take(never))) {
      if (number < 0 || seen.has(number)) continue;
      if (number < highest) wrong++;
      seen.add(number);
      highest = Math.max(highest, number);
    }
  };
  /** Both go on at random, neither more than five slots behind the other, until the condition holds. */
  const until = async (done: () => boolean) => {
    while (!done()) {
      const behind = random() < 0.5 ? from : to;
      const other = behind === from ? to : from;
      if (behind.at < other.at + 5 * SLOT) advance(behind, Math.floor(random() * 12));
      for (let reads = Math.floor(random() * 6); reads > 0; reads--) await read();
    }
  };
  for (let move = 0; move < 6; move++) {
    const settle = from.at + random() * 60;
    await until(() => from.at >= settle && !from.lane.isFollowing && !to.lane.isFollowing);
    to.lane.follow(from.lane);
    const answered = to.at + random() * 30;
    await until(() => to.at >= answered);
    to.carries = true;
    const through = to.lane.slot + 6;
    await until(() => to.lane.slot >= through && from.lane.slot >= through);
    to.lane.followThrough(from.lane.slot);
    const [old, next] = [from, to];
    // The old stream goes on until the server has read that it should not.
    const stops = old.at + random() * 40;
    from = next;
    to = old;
    await until(() => old.at >= stops);
    old.carries = false;
  }
  return wrong;
}

test('a sequence that moves between streams is read in its order, whichever stream is ahead', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), async (seed) => {
      expect(await disorder(seed)).toBe(0);
    }),
    { numRuns: 200 },
  );
}, 60_000);
