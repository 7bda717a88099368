import { describe, expect, test } from '@jest/globals';
import type { Gap } from '../../../../src/domain/slot.ts';
import { OpenGaps } from '../../../../src/recovery/slots/open-gaps.ts';

const MANY = 4_096;

function gap(from: number, to: number, groups: readonly string[] = ['amm'], reason = 'not-delivered'): Gap {
  return { from, to, groups, reason, sinceMs: 0, filledBy: null };
}

describe('open gaps', () => {
  test('nothing fills a gap over two blocks: it stays in sight', () => {
    const gaps = new OpenGaps([gap(10, 20, ['amm'], 'two-blocks')]);
    expect(gaps.fill(10, 20, ['amm'], 'rpc')).toEqual([]);
    gaps.touch(10);
    expect(gaps.recheck(0, 'replay', () => true)).toEqual([]);
    expect([gaps.list().length, gaps.fillable()]).toEqual([1, []]);
  });

  test('a gap covers what it still misses, for its own groups', () => {
    const gaps = new OpenGaps([gap(10, 20, ['amm', 'curve'])]);
    expect(gaps.covers(12, 15, ['amm'])).toBe(true);
    expect(gaps.covers(12, 15, ['amm', 'other'])).toBe(false);
    expect(gaps.covers(18, 21, ['amm'])).toBe(false);
    gaps.fill(13, 13, ['amm', 'curve'], 'rpc');
    expect(gaps.covers(12, 15, ['amm'])).toBe(false);
    expect(gaps.covers(14, 15, ['amm'])).toBe(true);
  });

  test('one more than can be kept joins the newest: no slot is forgotten, and it closes only when all is filled', () => {
    const gaps = new OpenGaps([]);
    for (let index = 0; index < MANY; index++) gaps.open(gap(index * 10, index * 10 + 1));
    const last = gap((MANY - 1) * 10, (MANY - 1) * 10 + 1);
    const joined = gaps.open(gap(50_000, 50_004, ['curve'], 'held-too-long'));
    expect(joined).toEqual({ ...last, to: 50_004, groups: ['amm', 'curve'], reason: 'several' });
    expect(gaps.takeMerged()).toEqual([last]);
    expect(gaps.takeMerged()).toEqual([]);
    expect(gaps.list()).toHaveLength(MANY);
    expect(gaps.at(0)).toHaveLength(1);
    expect(gaps.fillable().at(-1)?.missing).toEqual([
      { from: last.from, to: last.to },
      { from: 50_000, to: 50_004 },
    ]);
    expect(gaps.fill(50_000, 50_004, ['amm', 'curve'], 'rpc')).toEqual([]);
    expect(gaps.fill(last.from, last.to, ['amm', 'curve'], 'rpc')).toEqual([{ ...joined, filledBy: 'rpc' }]);
  });
});
