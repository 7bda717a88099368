import fc from 'fast-check';
import { type ReplayTry, replayStart } from '../../../../src/grpc/connection/replay-policy.ts';

const base: ReplayTry = { cursor: 100, reason: null, failures: 0, unproven: 0, oldest: null, replaySlots: null };

test('asks from the cursor, and from the tip when nothing is durable or nothing is kept', () => {
  expect(replayStart(base)).toBe(100);
  expect(replayStart({ ...base, cursor: null })).toBeNull();
  expect(replayStart({ ...base, replaySlots: 0 })).toBeNull();
  expect(replayStart({ ...base, reason: 'replay-unsupported', failures: 1 })).toBeNull();
});

test('after a lost window it goes on at the oldest slot, a little later each time', () => {
  expect(replayStart({ ...base, reason: 'replay-gone', failures: 1, oldest: 150 })).toBe(150);
  expect(replayStart({ ...base, reason: 'replay-gone', failures: 2, oldest: 150 })).toBe(166);
});

test('a node that could not replay is asked again before anything is given up', () => {
  expect(replayStart({ ...base, reason: 'replay-failed', failures: 2, oldest: 150 })).toBe(100);
  expect(replayStart({ ...base, reason: 'replay-failed', failures: 3, oldest: 150 })).toBe(182);
});

test('a server that names no reason is believed in what it says it keeps, from the third failure on', () => {
  const unknown = { ...base, reason: 'protocol' as const };
  const asked = [1, 2, 3, 4, 5, 6].map((unproven) => replayStart({ ...unknown, unproven, oldest: 150 }));
  expect(asked).toEqual([100, 100, 150, 166, null, null]);
});

test('one that still keeps the slot is asked for no less than all of it', () => {
  const unknown = { ...base, reason: 'protocol' as const };
  const asked = [1, 2, 3, 4, 5, 6].map((unproven) => replayStart({ ...unknown, unproven, oldest: 95 }));
  expect(asked).toEqual([100, 100, 100, 100, 100, null]);
});

test('never asks for less than the cursor, and never for ever', () => {
  fc.assert(
    fc.property(
      fc.nat(1000),
      fc.constantFrom('replay-gone' as const, 'replay-failed' as const, 'lagged' as const),
      fc.nat(20),
      fc.option(fc.nat(2000)),
      (cursor, reason, failures, oldest) => {
        const start = replayStart({ cursor, reason, failures, unproven: 0, oldest, replaySlots: null });
        if (start !== null) expect(start).toBeGreaterThanOrEqual(cursor);
        if (failures >= 6) expect(start).toBeNull();
      },
    ),
  );
});
