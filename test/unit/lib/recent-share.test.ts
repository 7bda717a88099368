import { describe, expect, test } from '@jest/globals';
import { RecentShare } from '../../../src/lib/recent-share.ts';

describe('the share of recent failures', () => {
  test('is that of what came since the last answer, however much came before', () => {
    const share = new RecentShare(100);
    expect(share.look(10_000_000, 0)).toBe(0);
    expect(share.look(10_001_000, 100)).toBe(0.1);
    expect(share.look(10_002_000, 100)).toBe(0);
  });

  test('a few say nothing: the last answer stands until there are enough, none before the first', () => {
    const share = new RecentShare(100);
    expect(share.look(99, 99)).toBeNull();
    expect(share.look(100, 99)).toBe(0.99);
    expect(share.look(150, 99)).toBe(0.99);
    expect(share.look(200, 99)).toBe(0);
  });

  test('counters that start anew are not taken for ones that went back', () => {
    const share = new RecentShare(100);
    share.look(5_000, 10);
    expect(share.look(50, 0)).toBe(0.002);
    expect(share.look(200, 20)).toBe(0.1);
  });
});
