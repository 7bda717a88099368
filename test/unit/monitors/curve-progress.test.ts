import fc from 'fast-check';
import { curveProgress } from '../../../src/monitors/curve-progress.ts';
import { curveBuy, trade } from '../../support/protocol-events.ts';

const FOR_SALE = 793_100_000_000_000n;

describe('progress of a curve', () => {
  test('is known for the standard curve from one trade alone', () => {
    const progress = curveProgress(curveBuy(FOR_SALE / 2n, FOR_SALE / 4n), null);
    expect(progress?.before).toBeCloseTo(0.5, 9);
    expect(progress?.after).toBeCloseTo(0.75, 9);
  });

  test('is unknown for a curve of other size until its creation was seen', () => {
    const odd = trade({
      virtualBase: 500_000n,
      virtualQuote: 1_000n,
      baseReserve: 300_000n,
      baseAmount: 5_000n,
      quoteAmount: 10n,
    });
    expect(curveProgress(odd, null)).toBeNull();
    expect(curveProgress(odd, 700_000n)?.after).toBeCloseTo(0.4, 9);
  });

  test('is unknown where the reserves do not set the price', () => {
    expect(curveProgress(trade({ virtualQuote: 1n }), null)).toBeNull();
    expect(curveProgress(trade({ virtualBase: null }), null)).toBeNull();
  });

  test('stays between 0 and 1 and never falls with a buy', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1_000_000_000n, max: FOR_SALE }),
        fc.integer({ min: 1, max: 1000 }),
        (left, share) => {
          const progress = curveProgress(curveBuy(left, (left * BigInt(share)) / 1000n), null);
          if (progress === null) return;
          expect(progress.before).toBeGreaterThanOrEqual(0);
          expect(progress.after).toBeLessThanOrEqual(1);
          expect(progress.after).toBeGreaterThanOrEqual(progress.before);
        },
      ),
    );
  });
});
