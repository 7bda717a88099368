import { meteoraDammV2 } from '../../../../src/decode/meteora-damm-v2/program.ts';
import { decodeMadeUp, programCall, selfEvent, transfer } from '../../../support/program-calls.ts';
import { keyNamed } from '../../../support/raw-transaction.ts';

describe('Meteora DAMM v2', () => {
  test('fees lie where the input shrank, else on the output', () => {
    const result = { included_fee_input_amount: 100n, output_amount: 50n, claiming_fee: 4n, compounding_fee: 1n };
    const values = (excluded: bigint) => ({
      pool: 'pool',
      trade_direction: 1,
      collect_fee_mode: 2,
      swap_result: { ...result, excluded_fee_input_amount: excluded },
      included_transfer_fee_amount_in: 103n,
      reserve_a_amount: 900n,
      reserve_b_amount: 800n,
    });
    const [onInput, onOutput] = [95n, 100n].map((excluded) => {
      const inner = [selfEvent(meteoraDammV2, 'EvtSwap2', values(excluded))];
      return decodeMadeUp(meteoraDammV2, { calls: [programCall(meteoraDammV2, 'swap2', {}, inner)] }).events[0];
    });
    const common = {
      kind: 'trade',
      side: 'buy',
      baseAmount: 50n,
      quoteAmount: 100n,
      baseReserve: 900n,
      quoteReserve: 800n,
    };
    expect(onInput).toMatchObject({ ...common, feesIncluded: true });
    expect(onInput).toMatchObject({
      fees: [{ kind: 'lp', mint: keyNamed('token_b_mint') }, { kind: 'compounding' }, { kind: 'transfer', amount: 3n }],
    });
    expect(onOutput).toMatchObject({ ...common, feesIncluded: false });
    expect(onOutput).toMatchObject({ fees: [{ kind: 'lp', mint: keyNamed('token_a_mint') }, {}, {}] });
  });

  test("what stands in the place of the compounding fee is the partner's where a pool does not compound", () => {
    const swap_result = { included_fee_input_amount: 100n, excluded_fee_input_amount: 95n, compounding_fee: 1n };
    const kinds = [0, 1, 2].map((collect_fee_mode) => {
      const inner = [selfEvent(meteoraDammV2, 'EvtSwap2', { collect_fee_mode, swap_result })];
      const [event] = decodeMadeUp(meteoraDammV2, { calls: [programCall(meteoraDammV2, 'swap2', {}, inner)] }).events;
      return event?.kind === 'trade' ? event.fees.map((fee) => fee.kind) : null;
    });
    expect(kinds).toEqual([['partner'], ['partner'], ['compounding']]);
  });

  test('older versions tell a swap in their own words', () => {
    const values = { pool: 'pool', swap_result: { output_amount: 50n, lp_fee: 4n }, actual_amount_in: 100n };
    const call = programCall(meteoraDammV2, 'swap', {}, [selfEvent(meteoraDammV2, 'EvtSwap', values)]);
    const { events } = decodeMadeUp(meteoraDammV2, { calls: [call] });
    expect(events).toMatchObject([
      {
        side: 'sell',
        baseAmount: 100n,
        quoteAmount: 50n,
        fees: [{ kind: 'lp', mint: keyNamed('token_b_mint'), amount: 4n }],
      },
    ]);
  });

  test('liquidity counts what the pool got or lost, whatever the mints withheld', () => {
    const values = {
      pool: 'pool',
      owner: 'owner',
      position: 'position',
      token_a_amount: 90n,
      transfer_fee_included_token_a_amount: 100n,
    };
    const told = (changeType: number, name: string) =>
      decodeMadeUp(meteoraDammV2, {
        calls: [
          programCall(meteoraDammV2, name, {}, [
            selfEvent(meteoraDammV2, 'EvtLiquidityChange', { ...values, change_type: changeType }),
          ]),
        ],
      }).events;
    expect(told(0, 'add_liquidity')).toMatchObject([
      { kind: 'liquidity-added', baseAmount: 90n, provider: keyNamed('owner') },
    ]);
    expect(told(1, 'remove_liquidity')).toMatchObject([{ kind: 'liquidity-removed', baseAmount: 100n }]);
  });

  test.each([
    ['EvtAddLiquidity', 'add_liquidity', 'liquidity-added'],
    ['EvtRemoveLiquidity', 'remove_all_liquidity', 'liquidity-removed'],
  ])('the older %s is read too', (event, name, kind) => {
    const values = { pool: 'pool', token_a_amount: 5n, token_b_amount: 6n };
    const { events } = decodeMadeUp(meteoraDammV2, {
      calls: [programCall(meteoraDammV2, name, {}, [selfEvent(meteoraDammV2, event, values)])],
    });
    expect(events).toMatchObject([{ kind, baseAmount: 5n, quoteAmount: 6n }]);
  });

  test.each([
    ['EvtAddLiquidity', 'add_liquidity', 0],
    ['EvtRemoveLiquidity', 'remove_liquidity', 1],
  ])('one change told as %s and as EvtLiquidityChange is one event', (older, name, change_type) => {
    const newer = { token_a_amount: 5n, transfer_fee_included_token_a_amount: 5n, reserve_a_amount: 70n, change_type };
    const inner = [
      selfEvent(meteoraDammV2, older, { token_a_amount: 5n }),
      selfEvent(meteoraDammV2, 'EvtLiquidityChange', newer),
    ];
    const { events } = decodeMadeUp(meteoraDammV2, { calls: [programCall(meteoraDammV2, name, {}, inner)] });
    expect(events).toMatchObject([{ source: 'EvtLiquidityChange', ordinal: 0, baseAmount: 5n, baseReserve: 70n }]);
    expect(events).toHaveLength(1);
  });

  test('a claim without its event is what left the vaults', () => {
    const inner = [transfer('token_b_vault', 'receiver_token_account', 8n)];
    const call = programCall(meteoraDammV2, 'claim_protocol_fee2', {}, inner);
    const { events } = decodeMadeUp(meteoraDammV2, { calls: [call] });
    expect(events).toMatchObject([
      { kind: 'fees-collected', feeKind: 'protocol', amounts: [{ amount: 0n }, { amount: 8n }] },
    ]);
  });
});
