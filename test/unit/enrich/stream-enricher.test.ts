import type { ProtocolEvent } from '../../../src/domain/protocol-event.ts';
import { StreamEnricher } from '../../../src/enrich/stream-enricher.ts';
import {
  eventHead,
  key,
  liquidityChanged,
  MINT,
  POOL,
  poolCreated,
  SOL,
  tokenCreated,
  trade,
  transaction,
  USDC,
} from '../../support/protocol-events.ts';

const options = { tokensMax: 10, poolsMax: 10, priceSamples: 1, priceTradeMinUsd: 0 };
const timed = (...events: ProtocolEvent[]) => ({ transaction: transaction(), events, undecoded: [], timeMs: 5_000 });
const solAt = (usd: number) =>
  trade({
    pool: SOL,
    baseMint: SOL,
    quoteMint: USDC,
    baseAmount: 1_000_000_000n,
    quoteAmount: BigInt(usd) * 1_000_000n,
  });

describe('StreamEnricher', () => {
  test('a transaction sees what it told itself', async () => {
    const [view] = await new StreamEnricher(options).enrich([timed(tokenCreated(), trade())], AbortSignal.any([]));
    expect(view?.token(MINT)).toMatchObject({ symbol: 'SYM', createdAtMs: 5_000 });
  });

  test('a transaction keeps the prices of its turn, however the batch was cut', async () => {
    const batch = [timed(solAt(100)), timed(trade()), timed(solAt(200)), timed(trade())];
    const whole = await new StreamEnricher(options).enrich(batch, AbortSignal.any([]));
    const single = new StreamEnricher(options);
    const cut = [];
    for (const one of batch) cut.push(...(await single.enrich([one], AbortSignal.any([]))));
    expect(whole.map((view) => view.usdPrice(SOL))).toEqual([100, 100, 200, 200]);
    expect(cut.map((view) => view.usdPrice(SOL))).toEqual([100, 100, 200, 200]);
  });

  test('events that lack nothing are handed on as they are', async () => {
    const given = timed(trade());
    const [view] = await new StreamEnricher(options).enrich([given], AbortSignal.any([]));
    expect(view?.events).toBe(given.events);
  });

  test('remembers whose liquidity tokens they are, and how many there were at last', async () => {
    const enricher = new StreamEnricher(options);
    const mint = key(4);
    const facts = async (event: ProtocolEvent) => {
      await enricher.enrich([timed(event)], AbortSignal.any([]));
      return enricher.tokens.facts(mint);
    };
    expect(await facts(poolCreated())).toEqual({ lpOf: POOL, supply: 100n });
    expect(await facts(liquidityChanged())).toEqual({ lpOf: POOL, supply: 110n });
    expect(await facts(liquidityChanged({ lpSupply: null }))).toEqual({ lpOf: POOL });
  });

  test('shows of a token what was known at its turn, not what its batch told later', async () => {
    const burn: ProtocolEvent = {
      ...eventHead,
      kind: 'token-burned',
      mint: key(4),
      account: key(5),
      authority: null,
      amount: 1n,
    };
    const batch = [timed(poolCreated()), timed(burn), timed(liquidityChanged())];
    const views = await new StreamEnricher(options).enrich(batch, AbortSignal.any([]));
    expect(views[1]?.token(key(4))).toEqual({ lpOf: POOL, supply: 100n });
  });

  test('learns nothing from what the audit proved wrong', async () => {
    const audit = { verdict: 'mismatched' as const };
    const vaults = { base: key(11), quote: key(12) };
    const bare = trade({ baseMint: null, quoteMint: null, vaults });
    const enricher = new StreamEnricher(options);
    const wrong = [solAt(90_000), poolCreated({ vaults, baseMint: key(13) }), trade({ vaults }), liquidityChanged()];
    const batch = [timed(...wrong.map((event) => ({ ...event, audit }))), timed(bare)];
    const views = await enricher.enrich(batch, AbortSignal.any([]));
    expect(views[1]?.usdPrice(SOL)).toBeUndefined();
    expect(views[1]?.token(key(13))).toBeUndefined();
    expect(views[1]?.token(key(4))).toBeUndefined();
    expect(views[1]?.events[0]).toBe(bare);
    // What contradicts nothing is believed.
    const [view] = await enricher.enrich(
      [timed({ ...solAt(150), audit: { verdict: 'unauditable' } })],
      AbortSignal.any([]),
    );
    expect(view?.usdPrice(SOL)).toBe(150);
  });
});
