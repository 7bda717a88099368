import { describe, expect, test } from '@jest/globals';
import { AlertBook } from '../../../../src/recovery/alerts/alert-book.ts';

describe('alert book', () => {
  test('an alert is told once, counted when it repeats, told again when it gets worse', () => {
    const book = new AlertBook();
    expect(book.raise('broker', 'warning', 'away', 1)).toMatchObject([{ what: 'raised' }]);
    expect(book.raise('broker', 'warning', 'still away', 2)).toEqual([]);
    expect(book.raise('broker', 'critical', 'away for long', 3)).toMatchObject([
      { alert: { severity: 'critical', count: 3, sinceMs: 1 } },
    ]);
    expect(book.raise('broker', 'info', 'a bit away', 4)).toEqual([]);
    expect(book.list()).toMatchObject([{ severity: 'critical', message: 'a bit away', count: 4, lastMs: 4 }]);
  });

  test('what is over is told once, kept to be looked at, and can come back as a new alert', () => {
    const book = new AlertBook();
    book.raise('broker', 'warning', 'away', 1);
    expect(book.clear('broker', 5)).toMatchObject({ what: 'cleared', alert: { sinceMs: 1, clearedMs: 5 } });
    expect(book.clear('broker', 6)).toBeNull();
    book.raise('broker', 'warning', 'away', 7);
    expect(book.list().map(({ sinceMs, clearedMs }) => [sinceMs, clearedMs])).toEqual([
      [7, null],
      [1, 5],
    ]);
  });

  test('alerts have a limit, active and past', () => {
    const book = new AlertBook();
    for (let i = 0; i < 2_000; i++) book.raise(`a${i}`, 'info', '', i);
    expect(book.activeCount()).toBe(500);
    for (let i = 0; i < 2_000; i++) book.clear(`a${i}`, i);
    expect(book.list()).toHaveLength(200);
  });

  test('when it is full a worse alert takes the place of the least severe that is oldest; what is no worse is refused', () => {
    const book = new AlertBook();
    for (let i = 0; i < 498; i++) book.raise(`w${i}`, 'warning', '', i);
    book.raise('older', 'info', '', 1);
    book.raise('newer', 'info', '', 2);
    expect(book.raise('disk', 'critical', 'full', 500)).toMatchObject([
      { what: 'evicted', alert: { key: 'older' } },
      { what: 'raised', alert: { key: 'disk' } },
    ]);
    expect(book.raise('again', 'info', '', 501)).toMatchObject([{ what: 'refused', alert: { key: 'again' } }]);
    expect(['disk', 'newer', 'older', 'again'].map((key) => book.has(key))).toEqual([true, true, false, false]);
    expect(book.activeCount()).toBe(500);
  });
});
