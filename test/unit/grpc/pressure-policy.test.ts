import fc from 'fast-check';
import { PressurePolicy } from '../../../src/grpc/pressure-policy.ts';

const OPTIONS = { delayAt: 0.5, shedAt: 0.9, shedAfterMs: 5000, restoreAt: 0.2, restoreAfterMs: 10_000 };

test('less important lanes wait as soon as a more important one fills', () => {
  const policy = new PressurePolicy(OPTIONS);
  expect(policy.judge([0.6, 0, 0], 0)).toEqual({ delayFrom: 1, shedFrom: 3 });
  expect(policy.judge([0.1, 0.6, 0], 1)).toEqual({ delayFrom: 2, shedFrom: 3 });
  expect(policy.judge([0.1, 0.1, 1], 2)).toEqual({ delayFrom: 3, shedFrom: 3 });
});

test('what does not give way in time is shed, the least important first, and comes back when it has been calm', () => {
  const policy = new PressurePolicy(OPTIONS);
  policy.judge([1, 0, 0], 0);
  expect(policy.judge([1, 0, 0], 4999).shedFrom).toBe(3);
  expect(policy.judge([1, 0, 0], 5000).shedFrom).toBe(2);
  expect(policy.judge([1, 0, 0], 10_000).shedFrom).toBe(1);
  expect(policy.judge([1, 0, 0], 60_000).shedFrom).toBe(1);
  policy.judge([0.1, 0, 0], 61_000);
  expect(policy.judge([0.1, 0, 0], 71_000).shedFrom).toBe(2);
  expect(policy.judge([0.1, 0, 0], 81_000).shedFrom).toBe(3);
});

test('high is never delayed and never shed, whatever happens', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.double({ min: 0, max: 3, noNaN: true }),
          fc.double({ min: 0, max: 3, noNaN: true }),
          fc.double({ min: 0, max: 3, noNaN: true }),
          fc.nat(20_000),
        ),
      ),
      (looks) => {
        const policy = new PressurePolicy(OPTIONS);
        let now = 0;
        for (const [high, medium, low, after] of looks) {
          now += after;
          const verdict = policy.judge([high, medium, low], now);
          expect(verdict.delayFrom).toBeGreaterThanOrEqual(1);
          expect(verdict.shedFrom).toBeGreaterThanOrEqual(1);
        }
      },
    ),
  );
});
