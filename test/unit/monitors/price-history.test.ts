import { PriceHistory } from '../../../src/monitors/price-history.ts';

const MINUTE = 60_000;

describe('the price history of a token', () => {
  test('compares with the last price that is old enough', () => {
    const history = new PriceHistory();
    history.record(0, 1, 10);
    history.record(3 * MINUTE, 2, 10);
    history.record(8 * MINUTE, 3, 10);
    expect(history.change(8 * MINUTE, 1)).toBeCloseTo(0.5);
    expect(history.change(8 * MINUTE, 5)).toBeCloseTo(0.5);
    expect(history.change(8 * MINUTE, 6)).toBeCloseTo(2);
    expect(history.change(8 * MINUTE, 60)).toBeNull();
  });

  test('counts volume and trades of the last hour only', () => {
    const history = new PriceHistory();
    for (let minute = 0; minute < 200; minute++) {
      history.record(minute * MINUTE, 1, 2);
      history.record(minute * MINUTE + 1, 1, 2);
    }
    expect(history.trades(199 * MINUTE)).toBe(120);
    expect(history.volume(199 * MINUTE)).toBe(240);
  });

  test('keeps one price older than an hour to compare with, and lets what comes late set no price', () => {
    const history = new PriceHistory();
    history.record(0, 4, 1);
    history.record(100 * MINUTE, 8, 1);
    history.record(99 * MINUTE, 6, 1);
    expect(history.change(100 * MINUTE, 60)).toBeCloseTo(1);
    expect(history.trades(100 * MINUTE)).toBe(2);
  });
});
