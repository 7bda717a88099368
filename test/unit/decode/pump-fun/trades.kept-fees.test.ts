import { pumpFun } from '../../../../src/decode/pump-fun/program.ts';
import { WRAPPED_SOL } from '../../../../src/decode/token-move.ts';
import type { Trade } from '../../../../src/domain/protocol-event.ts';
import { decodeMadeUp, programCall, selfEvent, transfer } from '../../../support/program-calls.ts';
import { type Call, keyNamed, type MadeUp } from '../../../support/raw-transaction.ts';

const NOBODY = '11111111111111111111111111111111';
const USDC = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';

/** A trade of 500 coins for 1000, of whose fees 55 + 30 wait on the curve and 40 are paid at once. */
const traded = {
  mint: 'base_mint',
  user: 'user',
  token_amount: 500n,
  sol_amount: 1000n,
  fee_recipient: NOBODY,
  fee: 95n,
  buyback_fee: 40n,
  creator_fee: 30n,
  creator_fee_unclaimed: 30n,
  virtual_sol_reserves: 31_000n,
  virtual_token_reserves: 900n,
  real_token_reserves: 700n,
  quote_mint: NOBODY,
};
const coinsOut = transfer('associated_base_bonding_curve', 'associated_base_user', 500n);
const coinsIn = transfer('associated_base_user', 'associated_base_bonding_curve', 500n);

function lamports(from: string, to: string, amount: bigint): Call {
  const data = Buffer.alloc(12);
  data[0] = 2;
  data.writeBigUInt64LE(amount, 4);
  return { program: NOBODY, accounts: [from, to], data };
}

function tradeOf(madeUp: MadeUp): Trade {
  const [event] = decodeMadeUp(pumpFun, madeUp).events;
  if (event?.kind !== 'trade') throw new Error('no trade');
  return event;
}

describe('a trade that leaves its fees on the curve', () => {
  test.each([
    ['buy_v3', { amount: 500n, max_sol_cost: 1200n }, { what: 'max-in', amount: 1200n }],
    ['buy_exact_quote_in_v3', { spendable_quote_in: 1200n, min_tokens_out: 400n }, { what: 'min-out', amount: 400n }],
  ])('%s is a buy whose curve took in the kept fees too', (name, args, limit) => {
    const event = selfEvent(pumpFun, 'TradeEvent', { ...traded, is_buy: true });
    const inner = [coinsOut, lamports('user', 'bonding_curve', 1085n), lamports('user', 'buyback', 40n), event];
    const trade = tradeOf({ calls: [programCall(pumpFun, name, args, inner)] });
    expect(trade).toMatchObject({
      pool: keyNamed('bonding_curve'),
      quoteMint: WRAPPED_SOL,
      quoteAmount: 1000n,
      feesKept: 85n,
      limit,
      vaults: { base: keyNamed('associated_base_bonding_curve'), quote: keyNamed('bonding_curve') },
      audit: { verdict: 'matched' },
    });
  });

  test('sell_v3: what is kept did not leave the curve with the rest', () => {
    const event = selfEvent(pumpFun, 'TradeEvent', { ...traded, is_buy: false });
    const trade = tradeOf({
      calls: [programCall(pumpFun, 'sell_v3', { amount: 500n, min_sol_output: 800n }, [coinsIn, event])],
      lamports: { bonding_curve: [5000, 4085] },
    });
    expect(trade).toMatchObject({ side: 'sell', feesKept: 85n, audit: { verdict: 'matched' } });
  });

  test('a curve that has to grow for them is paid its new bytes by the trader, beside the trade', () => {
    const growth = 6_960n * 49n;
    const grow = lamports('user', 'bonding_curve', growth);
    const buy = selfEvent(pumpFun, 'TradeEvent', { ...traded, is_buy: true });
    const bought = [grow, coinsOut, lamports('user', 'bonding_curve', 1085n), buy];
    const sell = selfEvent(pumpFun, 'TradeEvent', { ...traded, is_buy: false });
    const verdict = (name: string, inner: readonly Call[], change: bigint) =>
      tradeOf({
        calls: [programCall(pumpFun, name, {}, inner)],
        lamports: { bonding_curve: [5_000_000, 5_000_000 + Number(change)] },
      }).audit?.verdict;
    expect(verdict('buy_v3', bought, growth + 1085n)).toBe('matched');
    expect(verdict('sell_v3', [grow, coinsIn, sell], growth - 915n)).toBe('matched');
    // What is no price of bytes, or came in no transfer of its own, is held against the trade.
    expect(verdict('sell_v3', [lamports('user', 'bonding_curve', 7_000n), coinsIn, sell], 7_000n - 915n)).toBe(
      'mismatched',
    );
    expect(verdict('sell_v3', [coinsIn, sell], growth - 915n)).toBe('mismatched');
  });

  test('on a curve quoted in a token the kept fees lie in its token account', () => {
    const values = { ...traded, is_buy: true, sol_amount: 0n, quote_mint: USDC, quote_amount: 1000n };
    const inner = [
      coinsOut,
      transfer('associated_quote_user', 'associated_quote_bonding_curve', 1085n),
      selfEvent(pumpFun, 'TradeEvent', values),
    ];
    const trade = tradeOf({ calls: [programCall(pumpFun, 'buy_v3', {}, inner)] });
    expect(trade).toMatchObject({ quoteMint: USDC, feesKept: 85n, audit: { verdict: 'matched' } });
  });

  test('a kept fee that is not there is found', () => {
    const event = selfEvent(pumpFun, 'TradeEvent', { ...traded, is_buy: true });
    const inner = [coinsOut, lamports('user', 'bonding_curve', 1000n), event];
    const madeUp: MadeUp = {
      calls: [programCall(pumpFun, 'buy_v3', {}, inner)],
      lamports: { bonding_curve: [0, 1000] },
    };
    expect(tradeOf(madeUp).audit).toMatchObject({ verdict: 'mismatched' });
  });

  test('a trade that pays its fees at once keeps none', () => {
    const values = { ...traded, is_buy: true, fee_recipient: 'treasury' };
    const trade = tradeOf({ calls: [programCall(pumpFun, 'buy_v2', {}, [selfEvent(pumpFun, 'TradeEvent', values)])] });
    expect(trade.feesKept).toBeUndefined();
  });

  test('without its event it is told by what moved', () => {
    const inner = [coinsOut, lamports('user', 'bonding_curve', 1085n), lamports('user', 'buyback_fee_recipient', 40n)];
    const call = programCall(pumpFun, 'buy_v3', { amount: 500n }, inner, { quote_mint: WRAPPED_SOL });
    expect(tradeOf({ calls: [call] })).toMatchObject({
      strategy: 'instruction',
      baseAmount: 500n,
      quoteAmount: 1085n,
      fees: [{ kind: 'buyback', amount: 40n }],
    });
  });
});

describe('sweeping what waits on a curve', () => {
  const swept = { mint: 'base_mint', bonding_curve: 'bonding_curve', quote_mint: USDC, recipient: 'recipient' };

  test.each([
    ['sweep_protocol_fee', 0, 'protocol'],
    ['sweep_creator_fee', 1, 'creator'],
    ['sweep_creator_fee', 2, 'bucket-2'],
  ])('%s of bucket %d collects the fee "%s"', (name, bucket, feeKind) => {
    const event = selfEvent(pumpFun, 'SweepBondingCurveFeeEvent', { ...swept, amount: 85n, bucket });
    const inner = [transfer('associated_quote_bonding_curve', 'associated_quote_recipient', 85n), event];
    expect(decodeMadeUp(pumpFun, { calls: [programCall(pumpFun, name, {}, inner)] })).toMatchObject({
      events: [
        {
          kind: 'fees-collected',
          pool: keyNamed('bonding_curve'),
          feeKind,
          collector: keyNamed('recipient'),
          amounts: [{ mint: USDC, amount: 85n }],
        },
      ],
      undecoded: [],
    });
  });

  test.each([
    ['that its account lost', [200, 115], { verdict: 'matched' }],
    ['that its account did not lose', [200, 116], { verdict: 'unauditable' }],
  ] as const)('SOL %s is proved or left open', (_what, held, audit) => {
    const event = selfEvent(pumpFun, 'SweepBondingCurveFeeEvent', { ...swept, quote_mint: NOBODY, amount: 85n });
    const calls = [programCall(pumpFun, 'sweep_protocol_fee', {}, [event])];
    expect(decodeMadeUp(pumpFun, { calls, lamports: { bonding_curve: held } }).events).toMatchObject([{ audit }]);
  });

  test('where nothing waited nobody is told', () => {
    const inner = [selfEvent(pumpFun, 'SweepBondingCurveFeeEvent', { ...swept, amount: 0n })];
    const decoded = decodeMadeUp(pumpFun, { calls: [programCall(pumpFun, 'sweep_creator_fee', {}, inner)] });
    expect(decoded).toMatchObject({ events: [{ kind: 'other' }], undecoded: [] });
  });
});
