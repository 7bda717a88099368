import { type Expected, judgeQueue, type Seen, sumOf } from '../../scripts/fault/checker.ts';

const TRADE = 'trade.swap.executed';
const foretold = (type: string) => type === TRADE;

const expected = (ids: readonly string[], isExcused = false): ReadonlyMap<string, Expected> =>
  new Map(ids.map((id, i) => [id, { type: TRADE, sentAtMs: i * 10, isExcused }]));

/** A queue of trades on which these ids arrived, one every 10 ms from 100 on. */
function queue(...ids: readonly string[]): { readonly seen: Seen; readonly types: ReadonlyMap<string, string> } {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return {
    seen: {
      queue: 'q',
      expects: (type) => type === TRADE,
      counts,
      firstAtMs: new Map([...counts.keys()].map((id, i) => [id, 100 + i * 10])),
    },
    types: new Map([...counts.keys()].map((id) => [id, id.startsWith('price') ? 'price.token.updated' : TRADE])),
  };
}

describe('the checker of the fault suite', () => {
  test('finds nothing wrong where everything came once', () => {
    const { seen, types } = queue('a', 'b');
    const verdict = judgeQueue(seen, expected(['a', 'b']), types, foretold, []);
    expect(verdict).toEqual({ queue: 'q', expected: 2, lost: [], unexpected: [], duplicated: 0, recovered: 0 });
  });

  test('names what is lost, what nobody sent, and counts each delivery beyond the first', () => {
    const { seen, types } = queue('a', 'a', 'a', 'x');
    const verdict = judgeQueue(seen, expected(['a', 'b']), types, foretold, []);
    expect(verdict).toMatchObject({ lost: ['b'], unexpected: ['x'], duplicated: 2 });
  });

  test('takes no event for unexpected that cannot be foretold from the transactions', () => {
    const { seen, types } = queue('a', 'price-1');
    expect(judgeQueue(seen, expected(['a']), types, foretold, []).unexpected).toEqual([]);
  });

  test('excuses what lies in an announced gap when it is missing, and only then', () => {
    const { seen, types } = queue('a');
    const excused = expected(['a', 'b'], true);
    expect(judgeQueue(seen, excused, types, foretold, [])).toMatchObject({ lost: [], unexpected: [], expected: 1 });
  });

  test('counts as recovered what was sent before the end of a fault and came after it', () => {
    const { seen, types } = queue('a', 'b', 'c');
    const sent = expected(['a', 'b', 'c']);
    expect(judgeQueue(seen, sent, types, foretold, [105]).recovered).toBe(2);
    expect(judgeQueue(seen, sent, types, foretold, [5]).recovered).toBe(1);
  });

  test('asks nothing of a queue that the event does not belong on', () => {
    const { seen, types } = queue();
    const elsewhere = new Map([['a', { type: 'burn.lp.detected', sentAtMs: 0, isExcused: false }]]);
    expect(judgeQueue(seen, elsewhere, types, foretold, []).lost).toEqual([]);
  });

  test('adds up over queues: missing on two is lost twice', () => {
    const { seen, types } = queue('a');
    const verdict = judgeQueue(seen, expected(['a', 'b']), types, foretold, []);
    expect(sumOf([verdict, verdict])).toEqual({ lost: 2, unexpected: 0, duplicated: 0, recovered: 0 });
  });
});
