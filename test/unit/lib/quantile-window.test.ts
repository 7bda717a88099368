import { describe, expect, test } from '@jest/globals';
import { QuantileWindow } from '../../../src/lib/quantile-window.ts';

describe('quantiles over a window', () => {
  test('one slow value in a hundred is no 99th percentile, two are', () => {
    const window = new QuantileWindow({ windowMs: 1_000, valuesMax: 1_000 });
    for (let i = 0; i < 99; i++) window.add(i % 10, 0);
    window.add(5_000, 0);
    expect(window.quantile(0.99, 0)).toBe(9);
    window.add(4_000, 0);
    expect([window.quantile(0.99, 0), window.quantile(0.5, 0)]).toEqual([4_000, 5]);
  });

  test('what is older than the window counts no more', () => {
    const window = new QuantileWindow({ windowMs: 1_000, valuesMax: 10 });
    expect(window.quantile(0.99, 0)).toBeNull();
    window.add(50, 0);
    window.add(3, 600);
    expect([window.quantile(0.99, 999), window.quantile(0.99, 1_000), window.quantile(0.99, 1_600)]).toEqual([
      50,
      3,
      null,
    ]);
  });

  test('keeps so many values and no more', () => {
    const window = new QuantileWindow({ windowMs: 1_000, valuesMax: 3 });
    for (const value of [9, 9, 1, 2, 3]) window.add(value, 0);
    expect([window.quantile(0.99, 0), window.quantile(0.01, 0)]).toEqual([3, 1]);
  });
});
