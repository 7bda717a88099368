import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { mergeStreams } from '../../../src/lib/merge-streams.ts';

async function* delayed(name: string, turns: readonly number[], onEnd: () => void = () => {}): AsyncGenerator<string> {
  try {
    for (const [index, turn] of turns.entries()) {
      for (let i = 0; i < turn; i++) await Promise.resolve();
      yield `${name}${index}`;
    }
  } finally {
    onEnd();
  }
}

async function collect(stream: AsyncIterable<string>): Promise<readonly string[]> {
  const items: string[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe('mergeStreams', () => {
  test('yields everything of every stream, each in its own order', async () => {
    const turns = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(turns, turns, async (a, b) => {
        const merged = await collect(mergeStreams([delayed('a', a), delayed('b', b)]));
        expect(merged.filter((item) => item.startsWith('a'))).toEqual(a.map((_, index) => `a${index}`));
        expect(merged.filter((item) => item.startsWith('b'))).toEqual(b.map((_, index) => `b${index}`));
      }),
    );
  });

  test('an error of one ends all', async () => {
    let ended = 0;
    async function* failing(): AsyncGenerator<string> {
      yield 'once';
      throw new Error('cut');
    }
    await expect(collect(mergeStreams([delayed('a', [0, 0, 0, 0, 0, 0], () => ended++), failing()]))).rejects.toThrow(
      'cut',
    );
    await Promise.resolve();
    expect(ended).toBe(1);
  });

  test('a reader that leaves closes every stream', async () => {
    let ended = 0;
    const streams = ['a', 'b'].map((name) => delayed(name, [0, 0, 0, 0], () => ended++));
    for await (const _item of mergeStreams(streams)) break;
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(2);
  });

  test('a stream that is silent keeps nothing of what the others brought', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const seen: WeakRef<object>[] = [];
    async function* silent(): AsyncGenerator<object> {
      await new Promise(() => {});
      yield {};
    }
    async function* busy(): AsyncGenerator<object> {
      for (let index = 0; index < 1_000; index++) {
        const item = { index };
        seen.push(new WeakRef(item));
        yield item;
      }
    }
    const merged = mergeStreams([silent(), busy()]);
    for (let index = 0; index < 1_000; index++) await merged.next();
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    expect(seen.filter((item) => item.deref() !== undefined).length).toBeLessThan(10);
  });
});
