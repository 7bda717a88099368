import fc from 'fast-check';
import { PressurePolicy } from '../../../../src/grpc/balance/pressure-policy.ts';

const OPTIONS = { delayAt: 0.5, shedAt: 0.9, shedAfterMs: 5000, restoreAt: 0.2, restoreAfterMs: 10_000 };

/** All lanes are at the tip. */
function look(policy: PressurePolicy, fill: readonly number[], nowMs: number) {
  return policy.judge(fill, fill, nowMs);
}

test('less important lanes wait as soon as a more important one fills', () => {
  const policy = new PressurePolicy(OPTIONS);
  expect(look(policy, [0.6, 0, 0], 0)).toEqual({ delayFrom: 1, shedFrom: 3 });
  expect(look(policy, [0.1, 0.6, 0], 1)).toEqual({ delayFrom: 2, shedFrom: 3 });
  expect(look(policy, [0.1, 0.1, 1], 2)).toEqual({ delayFrom: 3, shedFrom: 3 });
});

test('what does not give way in time is shed, the least important first, and comes back when it has been calm', () => {
  const policy = new PressurePolicy(OPTIONS);
  look(policy, [1, 0, 0], 0);
  expect(look(policy, [1, 0, 0], 4999).shedFrom).toBe(3);
  expect(look(policy, [1, 0, 0], 5000).shedFrom).toBe(2);
  expect(look(policy, [1, 0, 0], 10_000).shedFrom).toBe(1);
  expect(look(policy, [1, 0, 0], 60_000).shedFrom).toBe(1);
  look(policy, [0.1, 0, 0], 61_000);
  expect(look(policy, [0.1, 0, 0], 71_000).shedFrom).toBe(2);
  expect(look(policy, [0.1, 0, 0], 81_000).shedFrom).toBe(3);
});

test('a replay that fills its lane is not shed, however long it takes, and holds back what waits to return', () => {
  const policy = new PressurePolicy(OPTIONS);
  look(policy, [0, 1, 0], 0);
  expect(look(policy, [0, 1, 0], 5000).shedFrom).toBe(2);
  for (let now = 6000; now <= 600_000; now += 1000) {
    expect(policy.judge([0.1, 1, 0], [0.1, 0, 0], now)).toEqual({ delayFrom: 2, shedFrom: 2 });
  }
  look(policy, [0.1, 0.1, 0], 601_000);
  expect(look(policy, [0.1, 0.1, 0], 611_000).shedFrom).toBe(3);
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
          const verdict = look(policy, [high, medium, low], now);
          expect(verdict.delayFrom).toBeGreaterThanOrEqual(1);
          expect(verdict.shedFrom).toBeGreaterThanOrEqual(1);
        }
      },
    ),
  );
});
