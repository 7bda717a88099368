import { pumpFun } from '../../../../src/decode/pump-fun/program.ts';
import { decodeMadeUp, programCall, selfEvent, transfer } from '../../../support/program-calls.ts';
import { keyNamed } from '../../../support/raw-transaction.ts';

const NOBODY = '11111111111111111111111111111111';
const USDC = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';

/** The last 500 coins of a curve for 1000, and 60 more for 200 from what the pool will open with. */
const lastOfCurve = {
  mint: 'base_mint',
  user: 'user',
  is_buy: true,
  token_amount: 500n,
  quote_mint: USDC,
  quote_amount: 1000n,
  fee_recipient: NOBODY,
  fee: 10n,
  creator_fee: 5n,
  real_token_reserves: 0n,
};
const beyond = {
  user: 'user',
  mint: 'base_mint',
  bonding_curve: 'bonding_curve',
  quote_mint: USDC,
  base_out: 60n,
  quote_in: 200n,
  fee: 4n,
  buyback_fee: 1n,
  creator_fee: 2n,
  pool_base_reserves_before: 1060n,
  pool_quote_reserves_before: 3000n,
  pool_base_reserves_after: 1000n,
  pool_quote_reserves_after: 3200n,
};
const moves = [
  transfer('associated_base_bonding_curve', 'associated_base_user', 500n),
  transfer('associated_quote_user', 'associated_quote_bonding_curve', 1015n),
];
const completed = selfEvent(pumpFun, 'CompleteEvent', { mint: 'base_mint', bonding_curve: 'bonding_curve' });

test('the part of a completing buy beyond its curve is a second trade of the same instruction', () => {
  const inner = [
    ...moves,
    selfEvent(pumpFun, 'TradeEvent', lastOfCurve),
    completed,
    transfer('associated_base_bonding_curve', 'associated_base_user', 60n),
    transfer('associated_quote_user', 'associated_quote_bonding_curve', 205n),
    selfEvent(pumpFun, 'PostCompleteBuyEvent', beyond),
  ];
  const call = programCall(pumpFun, 'buy_v3', { amount: 560n, max_sol_cost: 2000n }, inner);
  const [first, , second] = decodeMadeUp(pumpFun, { calls: [call] }).events;
  expect(second).toMatchObject({
    kind: 'trade',
    ordinal: 1,
    pool: keyNamed('bonding_curve'),
    side: 'buy',
    trader: keyNamed('user'),
    baseAmount: 60n,
    quoteAmount: 200n,
    quoteMint: USDC,
    fees: [
      { kind: 'protocol', amount: 3n },
      { kind: 'buyback', amount: 1n },
      { kind: 'creator', amount: 2n },
    ],
    feesKept: 5n,
    baseReserve: 1000n,
    quoteReserve: 3200n,
    virtualBase: null,
    virtualQuote: null,
    audit: { verdict: 'matched' },
  });
  expect(first).toMatchObject({ baseAmount: 500n, audit: { verdict: 'matched' } });
  // The most to pay counts for both parts together.
  expect([first, second]).toMatchObject([{ limit: null }, { limit: null }]);
});

test('a buy that stops at the end of its curve keeps its limit', () => {
  const call = programCall(pumpFun, 'buy_v3', { amount: 500n, max_sol_cost: 2000n }, [
    ...moves,
    selfEvent(pumpFun, 'TradeEvent', lastOfCurve),
    completed,
  ]);
  expect(decodeMadeUp(pumpFun, { calls: [call] }).events[0]).toMatchObject({
    limit: { what: 'max-in', amount: 2000n },
  });
});

test('its body is as long as the program writes it', () => {
  const event = selfEvent(pumpFun, 'PostCompleteBuyEvent', beyond);
  expect(
    Buffer.from(event.data ?? [])
      .subarray(8, 16)
      .toString('hex'),
  ).toBe('6fb06d8b316cd5fb');
  expect((event.data?.length ?? 0) - 8).toBe(232);
});
