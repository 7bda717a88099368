import { auditTransaction } from '../../../../src/decode/audit/audit.ts';
import { pumpSwap } from '../../../../src/decode/pump-swap/program.ts';
import { createDecoder } from '../../../../src/decode/registry.ts';
import { splToken } from '../../../../src/decode/spl-token/program.ts';
import { decodeMadeUp, programCall, selfEvent, transfer } from '../../../support/program-calls.ts';
import { keyNamed, madeUpTransaction } from '../../../support/raw-transaction.ts';

const NOBODY = '11111111111111111111111111111111';
const vaults = { base: keyNamed('pool_base_token_account'), quote: keyNamed('pool_quote_token_account') };

/** A buy of 100 for 1000; of its fees 20 are the providers', 10 − 4 and 5 wait in the pool, 4 are paid at once. */
const bought = {
  pool: 'pool',
  user: 'user',
  base_amount_out: 100n,
  max_quote_amount_in: 2000n,
  min_base_amount_out: 90n,
  pool_base_token_reserves: 10_000n,
  pool_quote_token_reserves: 50_000n,
  quote_amount_in: 1000n,
  quote_amount_in_with_lp_fee: 1020n,
  lp_fee: 20n,
  protocol_fee: 10n,
  buyback_fee: 4n,
  coin_creator_fee: 5n,
  protocol_fee_recipient: NOBODY,
  virtual_quote_reserves: -111n,
};

describe('a trade that leaves its fees in the pool', () => {
  test('the first one of a pool has kept what counts no more for the price', () => {
    const inner = [selfEvent(pumpSwap, 'BuyEvent', { ...bought, virtual_quote_reserves: 0n })];
    const [trade] = decodeMadeUp(pumpSwap, { calls: [programCall(pumpSwap, 'buy_v2', {}, inner)] }).events;
    expect(trade).toMatchObject({ quoteReserve: 51_031n, virtualQuote: 51_020n });
  });

  // Amounts of a trade of October 2026.
  test('a sale is priced on what counted before it', () => {
    const values = {
      base_amount_in: 3_143_049_857n,
      pool_base_token_reserves: 74_473_392_242_842n,
      pool_quote_token_reserves: 218_834_620_214n,
      quote_amount_out: 9_977_328n,
      quote_amount_out_without_lp_fee: 9_957_373n,
      lp_fee: 19_955n,
      protocol_fee: 4_989n,
      buyback_fee: 2_494n,
      coin_creator_fee: 84_808n,
      protocol_fee_recipient: NOBODY,
      virtual_quote_reserves: 17_584_418_739n,
    };
    const inner = [selfEvent(pumpSwap, 'SellEvent', values)];
    const [trade] = decodeMadeUp(pumpSwap, { calls: [programCall(pumpSwap, 'sell_v2', {}, inner)] }).events;
    expect(trade).toMatchObject({ quoteAmount: 9_977_328n, feesKept: 87_303n, quoteReserve: 218_824_750_144n });
    const effective = values.pool_quote_token_reserves + values.virtual_quote_reserves;
    const base = values.pool_base_token_reserves + values.base_amount_in;
    expect((effective * values.base_amount_in) / base).toBe(values.quote_amount_out);
    // Before the trade it stood at what was counted, after it lower by what left the pool and by what waits there.
    expect(trade).toMatchObject({ virtualQuote: effective - 9_977_328n + 19_955n });
  });

  test.each([
    ['buy_v2', { what: 'max-in', amount: 2000n }],
    ['buy_exact_quote_in_v2', { what: 'min-out', amount: 90n }],
  ])('%s: the vault holds more than counts for the price', (name, limit) => {
    const inner = [
      transfer('pool_base_token_account', 'user_base_token_account', 100n),
      transfer('user_quote_token_account', 'pool_quote_token_account', 1031n),
      transfer('user_quote_token_account', 'buyback_fee_recipient', 4n),
      selfEvent(pumpSwap, 'BuyEvent', { ...bought, ix_name: name }),
    ];
    const [trade] = decodeMadeUp(pumpSwap, { calls: [programCall(pumpSwap, name, {}, inner)] }).events;
    expect(trade).toMatchObject({
      kind: 'trade',
      baseMint: keyNamed('base_mint'),
      quoteMint: keyNamed('quote_mint'),
      feesKept: 11n,
      quoteReserve: 51_031n,
      virtualBase: null,
      virtualQuote: 50_909n,
      limit,
      vaults,
      audit: { verdict: 'matched' },
    });
  });

  test('sell_v2: what is kept did not leave the vault', () => {
    const values = {
      ...bought,
      base_amount_in: 100n,
      min_quote_amount_out: 900n,
      quote_amount_out: 1000n,
      quote_amount_out_without_lp_fee: 980n,
    };
    const inner = [
      transfer('user_base_token_account', 'pool_base_token_account', 100n),
      transfer('pool_quote_token_account', 'user_quote_token_account', 965n),
      transfer('pool_quote_token_account', 'buyback_fee_recipient', 4n),
      selfEvent(pumpSwap, 'SellEvent', values),
    ];
    const [trade] = decodeMadeUp(pumpSwap, { calls: [programCall(pumpSwap, 'sell_v2', {}, inner)] }).events;
    expect(trade).toMatchObject({
      side: 'sell',
      feesKept: 11n,
      quoteReserve: 49_031n,
      limit: { what: 'min-out', amount: 900n },
      audit: { verdict: 'matched' },
    });
  });

  test('without its event it is told by what moved', () => {
    const inner = [
      transfer('pool_base_token_account', 'user_base_token_account', 100n),
      transfer('user_quote_token_account', 'pool_quote_token_account', 1031n),
      transfer('user_quote_token_account', 'buyback_fee_recipient', 4n),
    ];
    const [trade] = decodeMadeUp(pumpSwap, { calls: [programCall(pumpSwap, 'buy_v2', {}, inner)] }).events;
    expect(trade).toMatchObject({
      strategy: 'instruction',
      quoteAmount: 1031n,
      fees: [{ kind: 'buyback', mint: keyNamed('quote_mint'), amount: 4n }],
    });
  });
});

test('a boost tells one trade without fees and one burn, both borne out by what moved', () => {
  // Amounts of October 2026: the boost's vault pays, and what it buys is burned out of the pool's own account.
  const [quote, base] = [527_535_158n, 166_548_315_802n];
  const pool = {
    pool: 'pool',
    pool_base_token_reserves: 74_639_940_558_644n,
    pool_quote_token_reserves: 218_307_085_056n,
    virtual_quote_reserves: 17_584_418_739n,
    protocol_fee_recipient: NOBODY,
  };
  const paid = { quote_amount_in: quote, quote_amount_in_with_lp_fee: quote, user_quote_amount_in: quote };
  const burned = { mint: 'base_mint', pool: 'pool', quote_amount_in_used: quote, base_amount_burned: base };
  const inner = [
    transfer('boost_vault', 'pool_quote_token_account', quote),
    { ...transfer('pool_base_token_account', 'base_mint', base), data: burnData(base) },
    selfEvent(pumpSwap, 'BuyEvent', { ...pool, ...paid, base_amount_out: base, ix_name: 'buy_exact_quote_in' }),
    selfEvent(pumpSwap, 'BoostBuyAndBurnEvent', burned),
  ];
  const calls = [programCall(pumpSwap, 'boost_buy_and_burn', {}, inner)];
  const decoded = createDecoder([pumpSwap, splToken], null).decode(madeUpTransaction({ calls }));
  auditTransaction(decoded);
  expect(decoded.events.map(({ kind }) => kind)).toEqual(['trade', 'token-burned', 'other']);
  expect(decoded.events[0]).toMatchObject({
    quoteAmount: quote,
    fees: [],
    virtualQuote: pool.pool_quote_token_reserves + quote + pool.virtual_quote_reserves,
    audit: { verdict: 'matched' },
  });
});

function burnData(amount: bigint): Uint8Array {
  const data = Buffer.alloc(9, 8);
  data.writeBigUInt64LE(amount, 1);
  return data;
}

test.each([
  ['sweep_protocol_fee', 0, 'protocol'],
  ['sweep_creator_fee', 1, 'creator'],
])('%s collects what waited in the pool', (name, bucket, feeKind) => {
  const values = { pool: 'pool', base_mint: 'coin', quote_mint: 'money', recipient: 'recipient', amount: 11n, bucket };
  const inner = [
    transfer('pool_quote_token_account', 'recipient_token_account', 11n),
    selfEvent(pumpSwap, 'SweepPoolFeeEvent', values),
  ];
  expect(decodeMadeUp(pumpSwap, { calls: [programCall(pumpSwap, name, {}, inner)] })).toMatchObject({
    events: [
      {
        kind: 'fees-collected',
        pool: keyNamed('pool'),
        feeKind,
        collector: keyNamed('recipient'),
        amounts: [{ mint: keyNamed('money'), amount: 11n }],
      },
    ],
    undecoded: [],
  });
});
