import { PROGRAMS } from '../../../../src/decode/programs.ts';
import { createDecoder } from '../../../../src/decode/registry.ts';
import { MarketModel } from '../../../../src/simulator/market/market-model.ts';
import { MARKET_DEFAULTS } from '../../../../src/simulator/market/market-options.ts';
import { MarketRing } from '../../../../src/simulator/market/market-ring.ts';
import { FIRST_SLOT, type PlayedSlot, readPlayed, slotContext } from './play-market.ts';

test('a ring plays the same market again and again, every lap under signatures of its own', () => {
  const model = new MarketModel({ ...MARKET_DEFAULTS, seed: 4, wallets: 30, transactionsPerSlot: 15 });
  const contexts = [0, 1, 2, 3].map((offset) => slotContext(FIRST_SLOT + offset));
  const ring = new MarketRing(model, contexts);
  const played: PlayedSlot[] = [];
  for (let slot = FIRST_SLOT; slot < FIRST_SLOT + 12; slot++) {
    const content = ring.nextSlot(slotContext(slot));
    if (content !== null) played.push({ slot, content });
  }
  const transactions = [...readPlayed(played)];
  expect(transactions.length).toBe(3 * model.counts().transactions);
  expect(new Set(transactions.map((transaction) => transaction.signatureText)).size).toBe(transactions.length);
  const { decode } = createDecoder(PROGRAMS, null);
  const laps = [0, 1, 2].map((lap) => {
    const own = transactions.filter(({ slot }) => Math.floor((slot - FIRST_SLOT) / contexts.length) === lap);
    return own.flatMap((transaction) => decode(transaction).events.map((event) => event.source));
  });
  expect(laps[1]).toEqual(laps[0]);
  expect(laps[2]).toEqual(laps[0]);
  for (const { content } of played) {
    for (const { bytes, signature } of content.transactions) {
      expect(Buffer.from(bytes.subarray(2, 66)).equals(signature)).toBe(true);
      expect(Buffer.from(bytes).includes(Buffer.from(signature), 66)).toBe(true);
    }
  }
});

test('a ring of nothing has nothing to play', () => {
  const model = new MarketModel({ ...MARKET_DEFAULTS, slots: 0 });
  expect(new MarketRing(model, [slotContext(1)]).nextSlot(slotContext(1))).toBeNull();
});
