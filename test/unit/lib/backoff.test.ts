import fc from 'fast-check';
import { fullJitterBackoff } from '../../../src/lib/backoff.ts';
import { seededRandom } from '../../../src/lib/random.ts';

describe('fullJitterBackoff', () => {
  test('each delay lies below the doubled ceiling and the maximum, and a seed replays the sequence', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 60_000 }),
        (seed, initialMs, maxMs) => {
          let a = fullJitterBackoff({ initialMs, maxMs }, seededRandom(seed));
          let b = fullJitterBackoff({ initialMs, maxMs }, seededRandom(seed));
          for (let attempt = 0; attempt < 40; attempt++) {
            expect(a.attempt).toBe(attempt);
            expect(a.delayMs).toBeGreaterThanOrEqual(0);
            expect(a.delayMs).toBeLessThan(Math.min(maxMs, initialMs * 2 ** Math.min(attempt, 30)) + 1);
            expect(a.delayMs).toBe(b.delayMs);
            [a, b] = [a.next(), b.next()];
          }
        },
      ),
    );
  });

  test('spreads clients that failed together over the whole interval', () => {
    const random = seededRandom(1);
    const delays = Array.from(
      { length: 1000 },
      () => fullJitterBackoff({ initialMs: 1000, maxMs: 1000 }, random).delayMs,
    );
    for (let tenth = 0; tenth < 10; tenth++) {
      expect(delays.filter((d) => d >= tenth * 100 && d < (tenth + 1) * 100).length).toBeGreaterThan(50);
    }
  });
});
