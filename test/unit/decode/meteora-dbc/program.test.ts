import { meteoraDbc } from '../../../../src/decode/meteora-dbc/program.ts';
import { decodeMadeUp, programCall, selfEvent, transfer } from '../../../support/program-calls.ts';
import { keyNamed } from '../../../support/raw-transaction.ts';

describe('Meteora DBC', () => {
  test('a buy that fills the curve is a trade and its completion', () => {
    const swap = {
      included_fee_input_amount: 100n,
      excluded_fee_input_amount: 98n,
      output_amount: 30n,
      trading_fee: 2n,
    };
    const call = programCall(meteoraDbc, 'swap2', { params: { amount_1: 29n } }, [
      selfEvent(meteoraDbc, 'EvtSwap', { pool: 'pool', trade_direction: 1, amount_in: 100n }),
      selfEvent(meteoraDbc, 'EvtSwap2', {
        pool: 'pool',
        trade_direction: 1,
        swap_result: swap,
        quote_reserve_amount: 700n,
      }),
      selfEvent(meteoraDbc, 'EvtCurveComplete', { pool: 'pool' }),
    ]);
    const { events } = decodeMadeUp(meteoraDbc, { calls: [call] });
    expect(events).toMatchObject([
      {
        kind: 'trade',
        source: 'EvtSwap2',
        side: 'buy',
        baseMint: keyNamed('base_mint'),
        baseAmount: 30n,
        quoteAmount: 100n,
        quoteReserve: 700n,
        feesIncluded: true,
        fees: [{ kind: 'partner', mint: keyNamed('quote_mint'), amount: 2n }],
      },
      { kind: 'curve-completed', mint: keyNamed('base_mint'), curve: keyNamed('pool'), by: keyNamed('payer') },
    ]);
  });

  test('an older sell has its fee on the output', () => {
    const values = {
      pool: 'pool',
      amount_in: 30n,
      swap_result: { actual_input_amount: 30n, output_amount: 90n, protocol_fee: 1n },
    };
    const call = programCall(meteoraDbc, 'swap', {}, [selfEvent(meteoraDbc, 'EvtSwap', values)]);
    const { events } = decodeMadeUp(meteoraDbc, { calls: [call] });
    expect(events).toMatchObject([
      {
        side: 'sell',
        baseAmount: 30n,
        quoteAmount: 90n,
        feesIncluded: false,
        fees: [{ mint: keyNamed('quote_mint') }],
      },
    ]);
  });

  test.each([
    'initialize_virtual_pool_with_spl_token',
    'initialize_virtual_pool_with_token2022',
    'initialize_virtual_pool_with_token2022_transfer_hook',
  ])('%s creates a token with the text of its arguments', (name) => {
    const args = { params: { name: 'A token', symbol: 'AT', uri: 'https://example.com' } };
    const inner = [
      selfEvent(meteoraDbc, 'EvtInitializePool', { pool: 'pool', creator: 'creator', base_mint: 'base_mint' }),
    ];
    const { events } = decodeMadeUp(meteoraDbc, { calls: [programCall(meteoraDbc, name, args, inner)] });
    expect(events).toMatchObject([
      { kind: 'token-created', mint: keyNamed('base_mint'), name: 'A token', symbol: 'AT', curve: keyNamed('pool') },
    ]);
  });

  test.each([
    ['migrate_meteora_damm', 'meteora-damm-v1'],
    ['migration_damm_v2', 'meteora-damm-v2'],
  ])('%s graduates the curve', (name, destination) => {
    const inner = [transfer('base_vault', 'pool base', 20n), transfer('quote_vault', 'pool quote', 80n)];
    const { events } = decodeMadeUp(meteoraDbc, { calls: [programCall(meteoraDbc, name, {}, inner)] });
    expect(events).toMatchObject([
      {
        kind: 'curve-graduated',
        curve: keyNamed('virtual_pool'),
        pool: keyNamed('pool'),
        destination,
        quoteAmount: 80n,
      },
    ]);
  });

  test('a new creator is told with the old', () => {
    const values = { pool: 'pool', creator: 'old', new_creator: 'new' };
    const call = programCall(meteoraDbc, 'transfer_pool_creator', {}, [
      selfEvent(meteoraDbc, 'EvtUpdatePoolCreator', values),
    ]);
    const { events } = decodeMadeUp(meteoraDbc, { calls: [call] });
    expect(events).toMatchObject([{ kind: 'creator-changed', from: keyNamed('old'), to: keyNamed('new') }]);
  });
});
