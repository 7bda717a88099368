import fc from 'fast-check';
import { spotPrices, tradeNumbers } from '../../../src/monitors/trade-numbers.ts';
import { curveBuy, SOL, trade } from '../../support/protocol-events.ts';

describe('the numbers of one trade', () => {
  test('price is quote per whole base token, as executed and without fees', () => {
    const numbers = tradeNumbers(trade(), 6, 9);
    expect(numbers.price).toBeCloseTo(1 / 34_612_903.225806, 12);
    expect(numbers.quoteWhole).toBe(1);
    expect(numbers.priceAfter).toBeCloseTo(31 / 1_038_387_096.774194, 12);
  });

  test('nothing is said while decimals or amounts do not tell', () => {
    expect(tradeNumbers(trade(), undefined, 9).price).toBeNull();
    expect(tradeNumbers(trade(), 6, undefined).quoteWhole).toBeNull();
    expect(tradeNumbers(trade({ baseAmount: 0n }), 6, 9)).toEqual({
      price: null,
      priceAfter: null,
      quoteWhole: 1,
      slippageLimitBps: null,
      slippageTakenBps: null,
      priceImpactBps: null,
    });
  });

  test('a buy of 1 SOL on a fresh curve moves the price by 6.78 % and costs 3.33 % plus the fee', () => {
    const numbers = tradeNumbers(trade({ limit: { what: 'max-in', amount: 1_100_000_000n } }), 6, 9);
    expect(numbers.priceImpactBps).toBe(678);
    expect(numbers.slippageTakenBps).toBe(432);
    expect(numbers.slippageLimitBps).toBe(1367);
  });

  test('reserves that do not set the price (concentrated liquidity) are not believed', () => {
    const numbers = tradeNumbers(
      trade({ virtualBase: null, virtualQuote: null, quoteReserve: 900_000_000_000n }),
      6,
      9,
    );
    expect(numbers.priceImpactBps).toBeNull();
    expect(numbers.slippageTakenBps).toBeNull();
    expect(numbers.priceAfter).toBe(numbers.price);
  });

  test('a seller gets the price less the fees that the amount holds', () => {
    const sold = trade({
      side: 'sell',
      baseAmount: 34_612_903_225_806n,
      baseReserve: 793_100_000_000_000n,
      virtualBase: 1_073_000_000_000_000n,
      virtualQuote: 30_000_000_000n,
      fees: [{ kind: 'protocol', mint: SOL, amount: 10_000_000n }],
      feesIncluded: true,
      limit: { what: 'min-out', amount: 900_000_000n },
    });
    const numbers = tradeNumbers(sold, 6, 9);
    expect(numbers.price).toBeCloseTo(1 / 34_612_903.225806, 12);
    expect(numbers.priceImpactBps).toBe(635);
    expect(numbers.slippageTakenBps).toBe(419);
    expect(numbers.slippageLimitBps).toBe(1290);
  });

  test('the fee of the liquidity providers stays in the pool', () => {
    // x·y = 1e12 before; 1,000 in for 999 out, and 2 of fee that the pool keeps.
    const pooled = { virtualBase: null, virtualQuote: null, baseReserve: 999_001n, quoteReserve: 1_001_002n };
    const fees = [{ kind: 'lp', mint: SOL, amount: 2n }];
    const bought = trade({ ...pooled, baseAmount: 999n, quoteAmount: 1_000n, fees });
    expect(spotPrices(bought)?.before).toBe(1);
    expect(spotPrices({ ...bought, quoteAmount: 1_002n, feesIncluded: true })?.before).toBe(1);
  });

  test('on a constant product the slippage taken never passes what the limit allowed', () => {
    const cases = fc.record({
      left: fc.bigInt({ min: 1_000_000_000_000n, max: 793_100_000_000_000n }),
      share: fc.integer({ min: 1, max: 900 }),
      room: fc.bigInt({ min: 0n, max: 10_000_000_000n }),
      fee: fc.bigInt({ min: 0n, max: 1_000_000n }),
      limitsQuote: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, ({ left, share, room, fee, limitsQuote }) => {
        const bought = curveBuy(left, (left * BigInt(share)) / 1000n, {
          fees: [{ kind: 'protocol', mint: SOL, amount: fee }],
        });
        const limit = limitsQuote
          ? { what: 'max-in' as const, amount: bought.quoteAmount + fee + room }
          : { what: 'min-out' as const, amount: bought.baseAmount - (bought.baseAmount * room) / 20_000_000_000n };
        const numbers = tradeNumbers({ ...bought, limit }, 6, 9);
        expect(numbers.slippageTakenBps).not.toBeNull();
        expect(numbers.slippageLimitBps).toBeGreaterThanOrEqual(numbers.slippageTakenBps as number);
      }),
    );
  });
});
