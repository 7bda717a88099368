import { removableThrough } from '../../../../src/output/outbox/retention.ts';

const options = { keepSizeBytes: 1_000, keepAgeMs: 10_000, overlapSlots: 10 };
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

  test('keeps them whatever their age: an engine that was down for days decides about them at its next start', () => {
    const late = { ...state, usedBytes: 2_000, nowMs: 30 * 86_400_000 };
    expect(removableThrough(oldest(10), { ...late, cursor: 113 }, options)).toBe(4);
    expect(removableThrough(oldest(10), { ...late, cursor: 50 }, options)).toBe(0);
    expect(removableThrough(oldest(10), { ...late, cursor: null }, options)).toBe(0);
  });

  test('a slot number no chain has reached does not keep everything after it', () => {
    const records = [{ sequence: 1, slot: 2 ** 40, createdMs: 0 }, ...oldest(5).slice(1)];
    expect(removableThrough(records, { ...state, usedBytes: 2_000 }, options)).toBe(5);
  });
});
