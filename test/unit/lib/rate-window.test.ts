import fc from 'fast-check';
import { RateWindow } from '../../../src/lib/rate-window.ts';

describe('RateWindow', () => {
  test('no interval of the window’s length ever holds more than the limit, and waitMs tells exactly when the next permit is free', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 3 })), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 6 }), (asks, limit) => {
        const window = new RateWindow({ limit, windowMs: 1000 });
        const granted: number[] = [];
        let now = 0;
        for (const [gap, count] of asks) {
          now += gap;
          const wait = window.waitMs(now, count);
          const inWindow = granted.filter((at) => at > now - 1000).length;
          expect(wait === 0).toBe(inWindow + count <= limit);
          if (count > limit) expect(wait).toBe(Number.POSITIVE_INFINITY);
          if (wait > 0 && Number.isFinite(wait)) {
            expect(granted.filter((at) => at > now + wait - 1000).length + count).toBeLessThanOrEqual(limit);
            expect(granted.filter((at) => at > now + wait - 1 - 1000).length + count).toBeGreaterThan(limit);
          }
          expect(window.take(now, count)).toBe(wait === 0);
          if (wait === 0) for (let i = 0; i < count; i++) granted.push(now);
          for (const at of granted)
            expect(granted.filter((other) => other >= at && other < at + 1000).length).toBeLessThanOrEqual(limit);
          expect(window.remaining(now)).toBe(limit - granted.filter((at) => at > now - 1000).length);
        }
      }),
    );
  });
});
