import fc from 'fast-check';
import {
  afterBuy,
  afterSell,
  baseForQuote,
  type CurveReserves,
  curveMarketCap,
  feeOf,
  netOfFees,
  newCurve,
  quoteFromSell,
  quoteToBuy,
  shareOf,
} from '../../../../src/simulator/market/curve-arithmetic.ts';
import { describeWithSamples, sampleEvents } from './sample-events.ts';

const SOL_CURVE = 30_000_000_000n;
/** The agent of mayhem mode trades against reserves of its own. */
const MAYHEM_AGENT = 'BwWK17cbHxwWBKZkUYvzxLcNQ1YVyaFezduWbtm2de6s';

test('a new curve sells all it has for 85 SOL', () => {
  const curve = newCurve(SOL_CURVE);
  expect(quoteToBuy(curve, curve.realBase)).toBe(85_005_359_057n);
  expect(curveMarketCap(curve)).toBe(27_958_993_476n);
});

test('buying and selling back never earns anything', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 793_100_000_000_000n), (base) => {
      const curve = newCurve(SOL_CURVE);
      const cost = quoteToBuy(curve, base);
      const bought = afterBuy(curve, base, cost);
      const back = quoteFromSell(bought, base);
      expect(back).toBeLessThanOrEqual(cost);
      const sold = afterSell(bought, base, back);
      expect(sold.realBase).toBe(curve.realBase);
      expect(sold.virtualBase * sold.virtualQuote).toBeGreaterThanOrEqual(curve.virtualBase * curve.virtualQuote);
    }),
  );
});

test('what is spent covers the trade and its fees, and leaves at most the dust of rounding', () => {
  fc.assert(
    fc.property(fc.bigInt(10_000n, 10n ** 12n), (spendable) => {
      const net = netOfFees(spendable, [95n, 30n]);
      const total = net + feeOf(net, 95n) + feeOf(net, 30n);
      expect(total).toBeLessThanOrEqual(spendable);
      expect(spendable - total).toBeLessThanOrEqual(2n);
    }),
  );
});

describeWithSamples('the trades of real transactions', () => {
  const trades = sampleEvents('TradeEvent').filter(({ values }) => values['user'] !== MAYHEM_AGENT);

  test('cost what the curve asks, to the last unit', () => {
    expect(trades.length).toBeGreaterThan(10);
    for (const { values, signature } of trades) {
      const quote = big(values['quote_amount'] ?? values['sol_amount']);
      const base = big(values['token_amount']);
      const before = reservesBefore(values, base, quote);
      const name = String(values['ix_name'] ?? '');
      // Where the quote is given, the tokens are what the program computed.
      if (name.startsWith('buy_exact')) expect([signature, baseForQuote(before, quote)]).toEqual([signature, base]);
      else if (values['is_buy'] === true) expect([signature, quoteToBuy(before, base)]).toEqual([signature, quote]);
      else expect([signature, quoteFromSell(before, base)]).toEqual([signature, quote]);
    }
  });

  test('pay the fees the rates say', () => {
    for (const { values } of trades) {
      if (values['fee'] === undefined || values['creator_fee'] === undefined) continue;
      const quote = big(values['quote_amount'] ?? values['sol_amount']);
      expect(feeOf(quote, big(values['fee_basis_points']))).toBe(big(values['fee']));
      expect(feeOf(quote, big(values['creator_fee_basis_points']))).toBe(big(values['creator_fee']));
      if (values['buyback_fee'] === undefined) continue;
      expect(shareOf(big(values['fee']), big(values['buyback_fee_basis_points']))).toBe(big(values['buyback_fee']));
    }
  });
});

function reservesBefore(values: Readonly<Record<string, unknown>>, base: bigint, quote: bigint): CurveReserves {
  const after: CurveReserves = {
    virtualBase: big(values['virtual_token_reserves']),
    virtualQuote: big(values['virtual_quote_reserves'] ?? values['virtual_sol_reserves']),
    realBase: big(values['real_token_reserves']),
    realQuote: big(values['real_quote_reserves'] ?? values['real_sol_reserves']),
  };
  return values['is_buy'] === true ? afterSell(after, base, quote) : afterBuy(after, base, quote);
}

function big(value: unknown): bigint {
  if (typeof value !== 'bigint') throw new TypeError(`${String(value)} is no amount`);
  return value;
}
