import { PROGRAMS } from '../../../../src/decode/programs.ts';
import { createDecoder } from '../../../../src/decode/registry.ts';
import type { Transaction } from '../../../../src/domain/transaction.ts';
import { MarketModel } from '../../../../src/simulator/market/market-model.ts';
import { MARKET_DEFAULTS } from '../../../../src/simulator/market/market-options.ts';
import { FIRST_SLOT, readPlayed, slotContext } from './play-market.ts';

const options = { ...MARKET_DEFAULTS, seed: 21, wallets: 60, transactionsPerSlot: 20, truthLimit: 100_000 };

function play(model: MarketModel, from: number, count: number) {
  return Array.from({ length: count }, (_, index) => {
    const content = model.nextSlot(slotContext(from + index));
    if (content === null) throw new Error('the market ended');
    return { slot: from + index, content };
  });
}

test('the losing twin of a block shares most of its transactions, misses some and has some of its own', () => {
  const model = new MarketModel(options);
  const [winner] = play(model, FIRST_SLOT, 60).slice(-1);
  if (winner === undefined) throw new Error('no block');
  const fork = model.forkSlot(slotContext(winner.slot), winner.content);
  const signatures = (transactions: readonly { readonly signature: Uint8Array }[]) =>
    new Set(transactions.map(({ signature }) => Buffer.from(signature).toString('hex')));
  const won = signatures(winner.content.transactions);
  const lost = signatures(fork.transactions);
  const shared = [...lost].filter((signature) => won.has(signature));
  expect(shared.length).toBeGreaterThan(0);
  expect(shared.length).toBeLessThan(won.size);
  expect(lost.size).toBeGreaterThan(shared.length);
  for (const { transactionIndex, signature } of fork.accounts) {
    expect(signature).toEqual(fork.transactions[transactionIndex]?.signature);
  }
});

test('a fork leaves no trace: what comes after it is told as if it had never been, and adds up', () => {
  const model = new MarketModel(options);
  play(model, FIRST_SLOT, 60);
  const winner = play(model, FIRST_SLOT + 60, 1)[0];
  if (winner === undefined) throw new Error('no block');
  const before = model.counts();
  const fork = model.forkSlot(slotContext(winner.slot), winner.content);
  expect(model.counts()).toEqual(before);
  expect(fork.transactions.length).toBeGreaterThan(0);
  const after = play(model, FIRST_SLOT + 61, 40);
  expect(reserveJumps([...readPlayed([winner, ...after])])).toEqual([]);
});

/** Trades whose reserves do not follow from the trade before them on the same curve. */
function reserveJumps(transactions: readonly Transaction[]): readonly string[] {
  const { decode } = createDecoder(PROGRAMS, null);
  const reserves = new Map<string, bigint>();
  const jumps: string[] = [];
  for (const transaction of transactions) {
    for (const event of decode(transaction).events) {
      if (event.kind !== 'trade' || event.venue !== 'pump-fun' || event.baseReserve === null) continue;
      const was = reserves.get(event.pool);
      const expected = was === undefined ? null : was + (event.side === 'buy' ? -event.baseAmount : event.baseAmount);
      if (expected !== null && expected !== event.baseReserve) jumps.push(`${transaction.signatureText} ${event.pool}`);
      reserves.set(event.pool, event.baseReserve);
    }
  }
  return jumps;
}
