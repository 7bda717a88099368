import { orcaWhirlpool } from '../../../../src/decode/orca-whirlpool/program.ts';
import { decodeMadeUp, eventBytes, programCall, programLogs, transfer } from '../../../support/program-calls.ts';
import { keyNamed } from '../../../support/raw-transaction.ts';

describe('Orca Whirlpool', () => {
  test('what the trader sent holds the transfer fee of the mint, what the pool got does not', () => {
    const values = {
      whirlpool: 'whirlpool',
      a_to_b: true,
      input_amount: 103n,
      input_transfer_fee: 3n,
      output_amount: 50n,
      lp_fee: 2n,
    };
    const args = { other_amount_threshold: 45n, amount_specified_is_input: true, a_to_b: true };
    const logs = programLogs(orcaWhirlpool, [eventBytes(orcaWhirlpool, 'Traded', values)]);
    const { events } = decodeMadeUp(orcaWhirlpool, { calls: [programCall(orcaWhirlpool, 'swap_v2', args)], logs });
    expect(events).toMatchObject([
      {
        kind: 'trade',
        side: 'sell',
        trader: keyNamed('token_authority'),
        baseAmount: 100n,
        quoteAmount: 50n,
        limit: { what: 'min-out', amount: 45n },
      },
    ]);
  });

  test('before events existed two hops are told by the transfers of two pools', () => {
    const inner = [
      transfer('token_owner_account_one_a', 'token_vault_one_a', 10n),
      transfer('token_vault_one_b', 'token_owner_account_one_b', 20n),
      transfer('token_owner_account_two_a', 'token_vault_two_a', 20n),
      transfer('token_vault_two_b', 'token_owner_account_two_b', 30n),
    ];
    const { events } = decodeMadeUp(orcaWhirlpool, { calls: [programCall(orcaWhirlpool, 'two_hop_swap', {}, inner)] });
    expect(events).toMatchObject([
      { pool: keyNamed('whirlpool_one'), side: 'sell', baseAmount: 10n, quoteAmount: 20n, ordinal: 0 },
      { pool: keyNamed('whirlpool_two'), side: 'sell', baseAmount: 20n, quoteAmount: 30n, ordinal: 1 },
    ]);
  });

  test('where the logs were cut between two hops, the second is told by its transfers', () => {
    const inner = [
      transfer('token_owner_account_one_a', 'token_vault_one_a', 10n),
      transfer('token_vault_one_b', 'token_owner_account_one_b', 20n),
      transfer('token_owner_account_two_a', 'token_vault_two_a', 20n),
      transfer('token_vault_two_b', 'token_owner_account_two_b', 30n),
    ];
    const first = { whirlpool: 'whirlpool_one', a_to_b: true, input_amount: 10n, output_amount: 20n, lp_fee: 1n };
    const [start, data] = programLogs(orcaWhirlpool, [eventBytes(orcaWhirlpool, 'Traded', first)]) as [string, string];
    const { events, undecoded } = decodeMadeUp(orcaWhirlpool, {
      calls: [programCall(orcaWhirlpool, 'two_hop_swap', {}, inner)],
      logs: [start, data, 'Log truncated'],
    });
    expect(events).toMatchObject([
      { pool: keyNamed('whirlpool_one'), strategy: 'log', baseAmount: 10n, quoteAmount: 20n, ordinal: 0 },
      { pool: keyNamed('whirlpool_two'), strategy: 'instruction', baseAmount: 20n, quoteAmount: 30n, ordinal: 1 },
    ]);
    expect(events).toHaveLength(2);
    expect(undecoded).toEqual([]);
  });

  test('the second form of two hops names input, intermediate and output', () => {
    const values = (pool: string, input: bigint, output: bigint, aToB: boolean) =>
      eventBytes(orcaWhirlpool, 'Traded', {
        whirlpool: pool,
        a_to_b: aToB,
        input_amount: input,
        output_amount: output,
      });
    const logs = programLogs(orcaWhirlpool, [
      values('whirlpool_one', 10n, 20n, true),
      values('whirlpool_two', 20n, 30n, false),
    ]);
    const call = programCall(orcaWhirlpool, 'two_hop_swap_v2', { a_to_b_one: true, a_to_b_two: false });
    const { events } = decodeMadeUp(orcaWhirlpool, { calls: [call], logs });
    expect(events).toMatchObject([
      { side: 'sell', baseMint: keyNamed('token_mint_input'), quoteMint: keyNamed('token_mint_intermediate') },
      { side: 'buy', baseMint: keyNamed('token_mint_output'), quoteMint: keyNamed('token_mint_intermediate') },
    ]);
  });

  test.each(['increase_liquidity', 'increase_liquidity_v2', 'increase_liquidity_by_token_amounts_v2'])('%s', (name) => {
    const values = { whirlpool: 'whirlpool', position: 'position', token_a_amount: 11n, token_a_transfer_fee: 1n };
    const logs = programLogs(orcaWhirlpool, [eventBytes(orcaWhirlpool, 'LiquidityIncreased', values)]);
    const { events } = decodeMadeUp(orcaWhirlpool, { calls: [programCall(orcaWhirlpool, name)], logs });
    expect(events).toMatchObject([{ kind: 'liquidity-added', baseAmount: 10n, position: keyNamed('position') }]);
  });

  test.each([
    ['collect_fees', 'lp'],
    ['collect_fees_v2', 'lp'],
    ['collect_protocol_fees', 'protocol'],
  ])('%s writes no event: the transfers tell', (name, feeKind) => {
    const inner = [transfer('token_vault_a', 'owner a', 4n)];
    const { events } = decodeMadeUp(orcaWhirlpool, { calls: [programCall(orcaWhirlpool, name, {}, inner)] });
    expect(events).toMatchObject([{ kind: 'fees-collected', feeKind, amounts: [{ amount: 4n }, { amount: 0n }] }]);
  });

  test('a repositioning takes out and puts in', () => {
    const values = { whirlpool: 'whirlpool', existing_range_token_a_amount: 9n, new_range_token_b_amount: 8n };
    const logs = programLogs(orcaWhirlpool, [eventBytes(orcaWhirlpool, 'LiquidityRepositioned', values)]);
    const { events } = decodeMadeUp(orcaWhirlpool, {
      calls: [programCall(orcaWhirlpool, 'reposition_liquidity_v2')],
      logs,
    });
    expect(events).toMatchObject([
      { kind: 'liquidity-removed', baseAmount: 9n },
      { kind: 'liquidity-added', quoteAmount: 8n },
    ]);
  });
});
