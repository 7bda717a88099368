import { describe, expect, test } from '@jest/globals';
import { FillPace } from '../../../../src/recovery/gaps/fill-pace.ts';

function pace() {
  return new FillPace({ backoff: { initialMs: 1_000, maxMs: 4_000 }, attemptsMax: 3 }, () => 0.5);
}

/** Tries the gap whenever it is due, once a look; returns when it was. */
function tries(one: FillPace, looks: number, slots: (look: number) => number): readonly number[] {
  const at: number[] = [];
  for (let look = 0; look < looks; look++) {
    one.look([{ key: 'a', slots: slots(look) }], look * 100);
    if (!one.isDue('a', look * 100)) continue;
    one.tried('a');
    at.push(look * 100);
  }
  return at;
}

describe('the pace of filling', () => {
  test('tries that fill something are repeated at each look', () => {
    expect(tries(pace(), 5, (look) => 10 - look)).toEqual([0, 100, 200, 300, 400]);
  });

  test('tries that fill nothing wait longer each time, up to the longest wait, and never end', () => {
    expect(tries(pace(), 100, () => 10)).toEqual([0, 600, 1_700, 3_800, 5_900, 8_000]);
  });

  test('the wait starts anew once something was filled', () => {
    expect(tries(pace(), 12, (look) => (look < 8 ? 10 : 9))).toEqual([0, 600, 800]);
  });

  test('a gap is told to be stuck once, until something of it is filled', () => {
    const one = pace();
    const told = (slots: number, nowMs: number) => {
      const stuck = one.look([{ key: 'a', slots }], nowMs);
      one.tried('a');
      return [...stuck, one.stuck];
    };
    const seen = [10, 10, 10, 10, 10, 9, 9].map((slots, look) => told(slots, look * 10_000));
    expect(seen).toEqual([[0], [0], [0], ['a', 1], [1], [0], [0]]);
  });

  test('a gap that is closed is forgotten', () => {
    const one = pace();
    for (let look = 0; look < 5; look++) {
      one.look([{ key: 'a', slots: 1 }], look);
      one.tried('a');
    }
    expect(one.stuck).toBe(1);
    expect(one.look([], 9)).toEqual([]);
    expect([one.stuck, one.isDue('a', 1e9)]).toEqual([0, false]);
  });
});
