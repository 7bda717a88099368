import { ParseCapacity } from '../../../src/pipeline/parse-capacity.ts';

test('tells what is parsed per second of work, however long the stream was quiet in between', () => {
  const capacity = new ParseCapacity();
  expect(capacity.observe({ in: 1000, busyMs: 200 })).toBe(5000);
  expect(capacity.observe({ in: 1000, busyMs: 200 })).toBeNull();
  expect(capacity.observe({ in: 1001, busyMs: 230 })).toBeNull();
  expect(capacity.observe({ in: 2000, busyMs: 400 })).toBe(5000);
});

test('a pipeline that was restarted counts from zero', () => {
  const capacity = new ParseCapacity();
  expect(capacity.observe({ in: 100_000, busyMs: 20_000 })).toBe(5000);
  expect(capacity.observe({ in: 10, busyMs: 2 })).toBeNull();
  expect(capacity.observe({ in: 1000, busyMs: 250 })).toBe(4000);
});

test('work on batches without a transaction is no capacity of zero', () => {
  const capacity = new ParseCapacity();
  expect(capacity.observe({ in: 0, busyMs: 500 })).toBeNull();
  expect(capacity.observe({ in: 500, busyMs: 600 })).toBeCloseTo(833.3, 1);
});
