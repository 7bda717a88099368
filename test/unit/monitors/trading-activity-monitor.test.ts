import { TradingActivityMonitor } from '../../../src/monitors/trading-activity-monitor.ts';
import { enriched, MINT, POOL, SOL, trade, USDC } from '../../support/protocol-events.ts';

const monitor = (priceIntervalSlots = 5) =>
  new TradingActivityMonitor({ groups: ['amm'], trackedTokensMax: 10, priceIntervalSlots });
const types = (events: readonly { readonly type: string }[]) => events.map((event) => event.type);

describe('TradingActivityMonitor', () => {
  test('tells each trade with prices, value and audit', () => {
    const audited = trade({ audit: { verdict: 'mismatched', note: 'quote: event 100, transferred 99' } });
    const facts = { usd: { [SOL]: 150 }, tokens: { [MINT]: { decimals: 6, symbol: 'SYM' } } };
    const [swap] = monitor().observe(enriched([audited], facts));
    expect(swap).toMatchObject({
      type: 'trade.swap.executed',
      subject: MINT,
      data: {
        side: 'buy',
        symbol: 'SYM',
        quoteAmount: 1_000_000_000n,
        valueUsd: 150,
        audit: { verdict: 'mismatched', note: 'quote: event 100, transferred 99' },
        caller: null,
        strategy: 'self-cpi',
      },
    });
    expect(swap?.data['priceUsd']).toBeCloseTo((swap?.data['price'] as number) * 150, 15);
  });

  test('a trade whose mints nobody knows is about its pool and has no price', () => {
    const told = monitor().observe(enriched([trade({ baseMint: null, quoteMint: null })]));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ subject: POOL, data: { price: null, priceUsd: null, audit: null } });
  });

  test('tells the price of a token at most once per interval of slots', () => {
    const trading = monitor(5);
    const at = (slot: number) => types(trading.observe(enriched([trade()], {}, { slot })));
    expect(at(100)).toEqual(['trade.swap.executed', 'price.token.updated']);
    expect(at(100)).toEqual(['trade.swap.executed']);
    expect(at(104)).toEqual(['trade.swap.executed']);
    expect(at(105)).toEqual(['trade.swap.executed', 'price.token.updated']);
  });

  test('a token keeps the quote its price was first told in, while that still trades', () => {
    const trading = monitor(1);
    trading.observe(enriched([trade()], {}, { slot: 100 }));
    expect(types(trading.observe(enriched([trade({ quoteMint: USDC })], {}, { slot: 200 })))).toEqual([
      'trade.swap.executed',
    ]);
    expect(types(trading.observe(enriched([trade({ quoteMint: USDC })], {}, { slot: 20_000 })))).toEqual([
      'trade.swap.executed',
      'price.token.updated',
    ]);
  });

  test('a trade that the audit proved wrong is told, but no price is made of it', () => {
    const trading = monitor(5);
    const wrong = trade({ quoteAmount: 999_000_000_000n, audit: { verdict: 'mismatched' } });
    expect(types(trading.observe(enriched([wrong], {}, { slot: 100 })))).toEqual(['trade.swap.executed']);
    const told = trading.observe(enriched([trade()], {}, { slot: 101 }));
    expect(told[1]).toMatchObject({ type: 'price.token.updated', data: { trades1h: 1 } });
  });
});
