import fc from 'fast-check';
import { feeOf, shareOf } from '../../../../src/simulator/market/curve-arithmetic.ts';
import { poolFees } from '../../../../src/simulator/market/fee-schedule.ts';
import {
  depositFor,
  initialLiquidity,
  type PoolReserves,
  poolBaseForQuote,
  poolMarketCap,
  poolQuoteFromSell,
  poolQuoteToBuy,
  withdrawalFor,
} from '../../../../src/simulator/market/pool-arithmetic.ts';
import { describeWithSamples, sampleEvents } from './sample-events.ts';

const SUPPLY = 1_000_000_000_000_000n;
const pools = fc.record<PoolReserves>({
  base: fc.bigInt(10n ** 9n, 10n ** 15n),
  quote: fc.bigInt(10n ** 6n, 10n ** 13n),
  virtualQuote: fc.bigInt(0n, 10n ** 11n),
  lpSupply: fc.bigInt(10n ** 6n, 10n ** 14n),
});

test('tokens bought for a given quote never cost more than that quote', () => {
  fc.assert(
    fc.property(pools, fc.bigInt(10n, 10n ** 11n), (pool, quote) => {
      const base = poolBaseForQuote(pool, quote);
      fc.pre(base > 0n);
      expect(poolQuoteToBuy(pool, base)).toBeLessThanOrEqual(quote);
    }),
  );
});

test('whoever deposits and withdraws at once loses by rounding at most', () => {
  fc.assert(
    fc.property(pools, fc.bigInt(1n, 10n ** 12n), (pool, lp) => {
      const given = depositFor(pool, lp);
      const grown = {
        ...pool,
        base: pool.base + given.base,
        quote: pool.quote + given.quote,
        lpSupply: pool.lpSupply + lp,
      };
      const taken = withdrawalFor(grown, lp);
      expect(taken.base).toBeLessThanOrEqual(given.base);
      expect(taken.quote).toBeLessThanOrEqual(given.quote);
    }),
  );
});

describeWithSamples('the swaps and pools of real transactions', () => {
  const reserves = (values: Readonly<Record<string, unknown>>): PoolReserves => ({
    base: values['pool_base_token_reserves'] as bigint,
    quote: values['pool_quote_token_reserves'] as bigint,
    virtualQuote: (values['virtual_quote_reserves'] as bigint | undefined) ?? 0n,
    lpSupply: 0n,
  });

  test('follow the arithmetic to the last unit', () => {
    const buys = sampleEvents('BuyEvent');
    const sells = sampleEvents('SellEvent');
    expect(Math.min(buys.length, sells.length)).toBeGreaterThan(1);
    for (const { values } of buys) {
      expect(poolQuoteToBuy(reserves(values), values['base_amount_out'] as bigint)).toBe(values['quote_amount_in']);
    }
    for (const { values } of sells) {
      expect(poolQuoteFromSell(reserves(values), values['base_amount_in'] as bigint)).toBe(values['quote_amount_out']);
    }
  });

  test('pay lp, protocol and creator fees rounded up, and half of the protocol fee into the buyback', () => {
    for (const { values } of [...sampleEvents('BuyEvent'), ...sampleEvents('SellEvent')]) {
      const quote = (values['quote_amount_in'] ?? values['quote_amount_out']) as bigint;
      for (const [rate, fee] of [
        ['lp_fee_basis_points', 'lp_fee'],
        ['protocol_fee_basis_points', 'protocol_fee'],
        ['coin_creator_fee_basis_points', 'coin_creator_fee'],
      ] as const) {
        expect(feeOf(quote, values[rate] as bigint)).toBe(values[fee]);
      }
      const rate = values['buyback_fee_basis_points'];
      if (rate !== undefined)
        expect(shareOf(values['protocol_fee'] as bigint, rate as bigint)).toBe(values['buyback_fee']);
    }
  });

  test('pay the rates of their market cap', () => {
    // Before October 2025 every pool paid the same.
    const tiered = [...sampleEvents('BuyEvent'), ...sampleEvents('SellEvent')].filter(
      ({ bodyLength }) => bodyLength > 352,
    );
    expect(tiered.length).toBeGreaterThan(2);
    for (const { values } of tiered) {
      const rates = poolFees(poolMarketCap(reserves(values), (values['base_supply'] as bigint | undefined) ?? SUPPLY));
      expect(rates).toEqual({
        lp: values['lp_fee_basis_points'],
        protocol: values['protocol_fee_basis_points'],
        creator: values['coin_creator_fee_basis_points'],
      });
    }
  });

  test('start with the square root of what was put in', () => {
    const created = sampleEvents('CreatePoolEvent');
    expect(created.length).toBeGreaterThan(1);
    for (const { values } of created) {
      const liquidity = initialLiquidity(values['pool_base_amount'] as bigint, values['pool_quote_amount'] as bigint);
      expect(liquidity).toBe(values['initial_liquidity']);
    }
  });
});
