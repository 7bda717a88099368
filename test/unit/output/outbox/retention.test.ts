import { removableThrough } from '../../../../src/output/outbox/retention.ts';

const options = { keepSizeBytes: 1_000, keepAgeMs: 10_000, overlapSlots: 10, overlapAgeMs: 60_000 };
const oldest = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ sequence: i + 1, slot: 100 + i, createdMs: i * 1_000 }));
const state = { deliveredThrough: 100, cursor: 1_000, usedBytes: 0, nowMs: 15_000 };

describe('retention', () => {
  test('lets go what is delivered and older than the age', () => {
    expect(removableThrough(oldest(10), state, options)).toBe(5);
  });

  test('lets go anything delivered while the outbox is too big', () => {
    expect(removableThrough(oldest(10), { ...state, usedBytes: 2_000 }, options)).toBe(10);
  });

  test('never lets go what is not delivered', () => {
    expect(removableThrough(oldest(10), { ...state, usedBytes: 2_000, deliveredThrough: 3 }, options)).toBe(3);
  });

  test('keeps the slots a replay would bring again, and all of them while there is no cursor', () => {
    const tooBig = { ...state, usedBytes: 2_000 };
    expect(removableThrough(oldest(10), { ...tooBig, cursor: 113 }, options)).toBe(4);
    expect(removableThrough(oldest(10), { ...tooBig, cursor: null }, options)).toBe(0);
  });

  test('but not for ever: a cursor that stands still does not fill the disk', () => {
    const late = { ...state, usedBytes: 2_000, cursor: null, nowMs: 65_500 };
    expect(removableThrough(oldest(10), late, options)).toBe(6);
  });
});
