import { USD1, USDC, USDT } from '../../../src/domain/money.ts';
import { UsdPrices } from '../../../src/enrich/price.ts';
import { TokenMetadata } from '../../../src/enrich/token-metadata.ts';
import { MINT, SOL, trade } from '../../support/protocol-events.ts';

const prices = () => new UsdPrices({ samples: 5, tradeMinUsd: 20 });
const solTrade = (usd: number) =>
  trade({ baseMint: SOL, quoteMint: USDC, baseAmount: 1_000_000_000n, quoteAmount: BigInt(usd * 1_000_000) });

describe('USD prices from the stream', () => {
  test('a stable coin is a dollar, anything else unknown until it traded against one', () => {
    const usd = prices();
    expect(usd.table.get(USDC)).toBe(1);
    expect(usd.table.get(SOL)).toBeUndefined();
    usd.learn(solTrade(150));
    expect(usd.table.get(SOL)).toBe(150);
    expect(usd.table.get(MINT)).toBeUndefined();
  });

  test.each([USDC, USDT, USD1])('%s is a dollar, and SOL is priced in it', (mint) => {
    const usd = prices();
    usd.learn(trade({ baseMint: SOL, quoteMint: mint, baseAmount: 1_000_000_000n, quoteAmount: 150_000_000n }));
    expect([usd.table.get(mint), usd.table.get(SOL)]).toEqual([1, 150]);
    expect(new TokenMetadata(1).facts(mint)?.decimals).toBe(6);
  });

  test('reads a pool either way round', () => {
    const usd = prices();
    usd.learn(trade({ baseMint: USDC, quoteMint: SOL, baseAmount: 300_000_000n, quoteAmount: 2_000_000_000n }));
    expect(usd.table.get(SOL)).toBe(150);
  });

  test('one odd pool cannot set the price, and small trades say nothing', () => {
    const usd = prices();
    for (const price of [150, 151, 90_000, 149, 21, 150]) usd.learn(solTrade(price));
    expect(usd.table.get(SOL)).toBe(150);
    for (let count = 0; count < 9; count++) usd.learn(solTrade(1));
    expect(usd.table.get(SOL)).toBe(150);
  });

  test('a table that was handed out never changes', () => {
    const usd = prices();
    usd.learn(solTrade(150));
    const before = usd.table;
    for (const price of [200, 210, 220]) usd.learn(solTrade(price));
    expect(before.get(SOL)).toBe(150);
    expect(usd.table.get(SOL)).toBe(210);
  });
});
