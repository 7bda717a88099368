import fc from 'fast-check';
import { BoundedQueue } from '../../../src/lib/bounded-queue.ts';

const never = new AbortController().signal;

describe('BoundedQueue', () => {
  test('hands items over in order and never holds more than its limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer(), { maxLength: 3000 }),
        fc.integer({ min: 1, max: 7 }),
        async (items, limit) => {
          const queue = new BoundedQueue<number>(limit);
          const taken: number[] = [];
          const taker = (async () => {
            for (let item = await queue.take(never); item !== undefined; item = await queue.take(never)) {
              expect(queue.size).toBeLessThanOrEqual(limit);
              taken.push(item);
            }
          })();
          for (const item of items) expect(await queue.push(item, never)).toBe(true);
          queue.close();
          await taker;
          expect(taken).toEqual(items);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('a full queue makes push wait until there is room', async () => {
    const queue = new BoundedQueue<string>(1);
    expect(queue.tryPush('a')).toBe(true);
    expect(queue.tryPush('b')).toBe(false);
    let pushed = false;
    const waiting = queue.push('b', never).then((ok) => {
      pushed = ok;
    });
    await Promise.resolve();
    expect(pushed).toBe(false);
    expect(await queue.take(never)).toBe('a');
    await waiting;
    expect(pushed).toBe(true);
    expect(await queue.take(never)).toBe('b');
  });

  test('several waiting pushers all get their turn', async () => {
    const queue = new BoundedQueue<number>(1);
    const pushes = [1, 2, 3, 4].map((n) => queue.push(n, never));
    const taken = [];
    for (let i = 0; i < 4; i++) taken.push(await queue.take(never));
    expect(taken).toEqual([1, 2, 3, 4]);
    expect(await Promise.all(pushes)).toEqual([true, true, true, true]);
  });

  test('an abort ends both waits without taking the item', async () => {
    const queue = new BoundedQueue<number>(1);
    const abort = new AbortController();
    const take = queue.take(abort.signal);
    abort.abort();
    expect(await take).toBeUndefined();
    queue.tryPush(1);
    expect(await queue.push(2, abort.signal)).toBe(false);
    expect(queue.size).toBe(1);
  });

  test('after close what is queued can still be taken, and nothing more is accepted', async () => {
    const queue = new BoundedQueue<number>(2);
    queue.tryPush(1);
    queue.close();
    expect(await queue.push(2, never)).toBe(false);
    expect(await queue.take(never)).toBe(1);
    expect(await queue.take(never)).toBeUndefined();
  });
});
