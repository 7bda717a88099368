import type { ProtocolEvent } from '../../../src/domain/protocol-event.ts';
import { LiquidityMonitor } from '../../../src/monitors/liquidity-monitor.ts';
import {
  enriched,
  eventHead,
  key,
  liquidityChanged,
  MINT,
  POOL,
  poolCreated,
  SOL,
  TRADER,
  trade,
} from '../../support/protocol-events.ts';

const monitor = () => new LiquidityMonitor({ groups: ['amm'] });

describe('LiquidityMonitor', () => {
  test('tells a pool with its price and what both sides are worth', () => {
    const [created] = monitor().observe(enriched([poolCreated()], { usd: { [SOL]: 100 } }));
    expect(created).toMatchObject({ type: 'liquidity.pool.created', subject: POOL, data: { price: 2, tvlUsd: 400 } });
  });

  test('takes decimals that the event lacks from what is known of the token', () => {
    const [created] = monitor().observe(enriched([poolCreated({ baseDecimals: null, quoteDecimals: null })]));
    expect(created?.data).toMatchObject({ baseDecimals: 6, quoteDecimals: 9, price: 2, tvlUsd: null });
  });

  test('tells deposits, withdrawals, fees and burns, and leaves trades to others', () => {
    const events: ProtocolEvent[] = [
      trade(),
      liquidityChanged(),
      liquidityChanged({ kind: 'liquidity-removed' }),
      {
        ...eventHead,
        kind: 'fees-collected',
        pool: null,
        feeKind: 'creator',
        collector: TRADER,
        amounts: [{ mint: SOL, amount: 5n }],
      },
      { ...eventHead, kind: 'token-burned', mint: MINT, account: POOL, authority: TRADER, amount: 250n },
    ];
    const told = monitor().observe(enriched(events, { tokens: { [MINT]: { supply: 1_000n } } }));
    expect(told.map((event) => [event.type, event.subject])).toEqual([
      ['liquidity.deposit.executed', POOL],
      ['liquidity.withdrawal.executed', POOL],
      ['liquidity.fees.collected', TRADER],
      ['burn.token.detected', MINT],
    ]);
    expect(told[3]?.data).toMatchObject({ shareOfSupply: 0.25 });
  });

  test('tells liquidity tokens burned for good, known as such by their transaction; from before only beside the token burn', () => {
    const burn = { ...eventHead, mint: MINT, account: POOL, authority: TRADER, amount: 250n };
    const facts = { tokens: { [MINT]: { lpOf: key(7), supply: 1_000n } } };
    const told = monitor().observe(enriched([{ ...burn, kind: 'lp-burned', pool: POOL }], {}));
    expect(told).toMatchObject([
      { type: 'burn.lp.detected', subject: MINT, data: { pool: POOL, shareOfSupply: null } },
    ]);
    const later = monitor().observe(enriched([{ ...burn, kind: 'token-burned' }], facts));
    expect(later).toMatchObject([{ type: 'burn.token.detected', data: { lpOf: key(7), shareOfSupply: 0.25 } }]);
  });
});
