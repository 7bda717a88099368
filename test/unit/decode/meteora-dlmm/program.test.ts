import { meteoraDlmm } from '../../../../src/decode/meteora-dlmm/program.ts';
import { decodeMadeUp, programCall, selfEvent, transfer } from '../../../support/program-calls.ts';
import { keyNamed } from '../../../support/raw-transaction.ts';

const swap = {
  lb_pair: 'lb_pair',
  from: 'user',
  amount_in: 100n,
  amount_out: 40n,
  swap_for_y: true,
  protocol_fee: 1n,
  host_fee: 2n,
};

describe('swaps of Meteora DLMM', () => {
  test('a swap written twice is one trade, told by the fuller event', () => {
    const call = programCall(meteoraDlmm, 'swap2', { min_amount_out: 39n }, [
      selfEvent(meteoraDlmm, 'Swap', { ...swap, fee: 10n }),
      selfEvent(meteoraDlmm, 'Swap2Evt', { ...swap, mm_fee: 7n, fees_on_input: false, fees_on_token_x: false }),
    ]);
    const { events } = decodeMadeUp(meteoraDlmm, { calls: [call] });
    expect(events).toMatchObject([
      {
        source: 'Swap2Evt',
        kind: 'trade',
        side: 'sell',
        baseAmount: 100n,
        quoteAmount: 40n,
        feesIncluded: false,
        fees: [
          { kind: 'lp', mint: keyNamed('token_y_mint'), amount: 7n },
          { kind: 'protocol', amount: 1n },
          { kind: 'referral', amount: 2n },
        ],
        limit: { what: 'min-out', amount: 39n },
      },
    ]);
  });

  test('versions that write it once took the fee from the input', () => {
    const call = programCall(meteoraDlmm, 'swap', {}, [selfEvent(meteoraDlmm, 'Swap', { ...swap, fee: 10n })]);
    const { events } = decodeMadeUp(meteoraDlmm, { calls: [call] });
    expect(events).toMatchObject([
      {
        source: 'Swap',
        feesIncluded: true,
        fees: [{ kind: 'lp', mint: keyNamed('token_x_mint'), amount: 7n }, {}, {}],
      },
    ]);
  });

  test.each(['swap_exact_out', 'swap_exact_out2', 'swap_with_price_impact', 'swap_with_price_impact2'])(
    '%s without its event is told by the reserves',
    (name) => {
      const inner = [transfer('user_token_in', 'reserve_y', 30n), transfer('reserve_x', 'user_token_out', 90n)];
      const { events } = decodeMadeUp(meteoraDlmm, { calls: [programCall(meteoraDlmm, name, {}, inner)] });
      expect(events).toMatchObject([{ strategy: 'instruction', side: 'buy', baseAmount: 90n, quoteAmount: 30n }]);
    },
  );
});

describe('liquidity of Meteora DLMM', () => {
  const moves = { lb_pair: 'lb_pair', position: 'position', from: 'sender', amounts: [5n, 6n] };

  test.each(['add_liquidity', 'add_liquidity2', 'add_liquidity_by_strategy2', 'add_liquidity_by_weight'])(
    '%s',
    (name) => {
      const call = programCall(meteoraDlmm, name, {}, [selfEvent(meteoraDlmm, 'AddLiquidity', moves)]);
      const { events } = decodeMadeUp(meteoraDlmm, { calls: [call] });
      expect(events).toMatchObject([
        {
          kind: 'liquidity-added',
          baseAmount: 5n,
          quoteAmount: 6n,
          position: keyNamed('position'),
          vaults: { base: keyNamed('reserve_x'), quote: keyNamed('reserve_y') },
        },
      ]);
    },
  );

  test('a one-sided deposit knows the mint of the side that moved', () => {
    const values = { ...moves, amounts: [0n, 6n] };
    const call = programCall(meteoraDlmm, 'add_liquidity_one_side', {}, [
      selfEvent(meteoraDlmm, 'AddLiquidity', values),
    ]);
    const { events } = decodeMadeUp(meteoraDlmm, { calls: [call] });
    expect(events).toMatchObject([
      { kind: 'liquidity-added', baseMint: null, quoteMint: keyNamed('token_mint'), baseAmount: 0n, quoteAmount: 6n },
    ]);
  });

  test('a rebalance is what went out, what came back and what was paid, and moves only the difference', () => {
    const values = {
      lb_pair: 'lb_pair',
      x_withdrawn_amount: 100n,
      x_added_amount: 60n,
      y_withdrawn_amount: 10n,
      y_added_amount: 50n,
      x_fee_amount: 3n,
    };
    const inner = [
      transfer('reserve_x', 'user_token_x', 43n),
      transfer('user_token_y', 'reserve_y', 40n),
      selfEvent(meteoraDlmm, 'Rebalancing', values),
    ];
    const { events } = decodeMadeUp(meteoraDlmm, {
      calls: [programCall(meteoraDlmm, 'rebalance_liquidity', {}, inner)],
    });
    expect(events).toMatchObject([
      { kind: 'liquidity-removed', baseAmount: 100n, quoteAmount: 10n },
      { kind: 'liquidity-added', baseAmount: 60n, quoteAmount: 50n },
      { kind: 'fees-collected', feeKind: 'lp', amounts: [{ amount: 3n }, { amount: 0n }] },
    ]);
  });

  test('a claim written twice is one event', () => {
    const values = { lb_pair: 'lb_pair', owner: 'sender', fee_x: 1n, fee_y: 2n };
    const inner = [selfEvent(meteoraDlmm, 'ClaimFee', values), selfEvent(meteoraDlmm, 'ClaimFee2', values)];
    const { events } = decodeMadeUp(meteoraDlmm, { calls: [programCall(meteoraDlmm, 'claim_fee2', {}, inner)] });
    expect(events).toMatchObject([{ kind: 'fees-collected', collector: keyNamed('sender') }]);
    expect(events).toHaveLength(1);
  });
});
