import { anchorDiscriminator } from '../../../../src/decode/program.ts';
import { raydiumClmm } from '../../../../src/decode/raydium-clmm/program.ts';
import { writeBody } from '../../../support/body-writer.ts';
import { decodeMadeUp, eventBytes, programCall, programLogs, transfer } from '../../../support/program-calls.ts';
import { keyNamed } from '../../../support/raw-transaction.ts';

describe('swaps of Raydium CLMM', () => {
  const fields = {
    pool_state: 'pool',
    sender: 'trader',
    amount_0: 100n,
    transfer_fee_0: 2n,
    amount_1: 60n,
    transfer_fee_1: 3n,
    zero_for_one: true,
    trade_fee_0: 1n,
  };

  test('what left the vault holds the transfer fee of the mint, what reached it does not', () => {
    const call = programCall(raydiumClmm, 'swap_v2', { other_amount_threshold: 55n, is_base_input: true });
    const logs = programLogs(raydiumClmm, [eventBytes(raydiumClmm, 'SwapEvent', fields)]);
    const { events } = decodeMadeUp(raydiumClmm, { calls: [call], logs });
    expect(events).toMatchObject([
      {
        kind: 'trade',
        side: 'sell',
        trader: keyNamed('trader'),
        baseMint: keyNamed('input_vault_mint'),
        baseAmount: 100n,
        quoteAmount: 63n,
        limit: { what: 'min-out', amount: 55n },
      },
    ]);
    const kinds = events[0]?.kind === 'trade' ? events[0].fees.map((fee) => fee.kind) : [];
    expect(kinds).toEqual(['trade', 'transfer', 'transfer']);
  });

  test('bodies from before the trade fees lack them', () => {
    const call = programCall(raydiumClmm, 'swap', {});
    const logs = programLogs(raydiumClmm, [eventBytes(raydiumClmm, 'SwapEvent', fields, 'trade_fee_0')]);
    const { events } = decodeMadeUp(raydiumClmm, { calls: [call], logs });
    expect(events[0]?.fields['trade_fee_0']).toBeUndefined();
    expect(events).toMatchObject([{ kind: 'trade', baseAmount: 100n, quoteAmount: 63n }]);
  });

  test('bodies from before the transfer fees have the amounts side by side', () => {
    const spec = raydiumClmm.events.find((event) => event.name === 'SwapEvent');
    const old = spec?.layout.variants[0]?.fields ?? [];
    const body = writeBody(old, { ...fields, zero_for_one: false });
    expect(body.length).toBe(181);
    const payload = Buffer.concat([Buffer.from(anchorDiscriminator('event', 'SwapEvent'), 'hex'), body]);
    const { events } = decodeMadeUp(raydiumClmm, {
      calls: [programCall(raydiumClmm, 'swap', {})],
      logs: programLogs(raydiumClmm, [payload]),
    });
    expect(events).toMatchObject([{ kind: 'trade', side: 'buy', baseAmount: 100n, quoteAmount: 60n }]);
  });

  test('a route is as many trades as it has hops, told apart by their ordinals', () => {
    const first = eventBytes(raydiumClmm, 'SwapEvent', { ...fields, pool_state: 'pool one' });
    const second = eventBytes(raydiumClmm, 'SwapEvent', { ...fields, pool_state: 'pool two' });
    const { events } = decodeMadeUp(raydiumClmm, {
      calls: [programCall(raydiumClmm, 'swap_router_base_in', { amount_in: 100n })],
      logs: programLogs(raydiumClmm, [first, second]),
    });
    expect(events).toMatchObject([
      { kind: 'trade', pool: keyNamed('pool one'), ordinal: 0 },
      { kind: 'trade', pool: keyNamed('pool two'), ordinal: 1 },
    ]);
  });
});

describe('positions of Raydium CLMM', () => {
  test('a decrease that pays fees is two events, and its transfers are explained by both', () => {
    const inner = [
      transfer('token_vault_0', 'recipient_token_account_0', 107n),
      transfer('token_vault_1', 'recipient_token_account_1', 209n),
    ];
    const call = programCall(raydiumClmm, 'decrease_liquidity_v2', {}, inner);
    const values = { decrease_amount_0: 100n, decrease_amount_1: 200n, fee_amount_0: 7n, fee_amount_1: 9n };
    const logs = programLogs(raydiumClmm, [eventBytes(raydiumClmm, 'DecreaseLiquidityEvent', values)]);
    const { events } = decodeMadeUp(raydiumClmm, { calls: [call], logs });
    expect(events).toMatchObject([
      {
        kind: 'liquidity-removed',
        baseAmount: 100n,
        quoteAmount: 200n,
        position: keyNamed('personal_position'),
        audit: { verdict: 'matched' },
      },
      { kind: 'fees-collected', feeKind: 'lp', amounts: [{ amount: 7n }, { amount: 9n }] },
    ]);
  });

  test('opening with a Token-2022 NFT has its pool one place earlier', () => {
    const call = programCall(raydiumClmm, 'open_position_with_token22_nft', {});
    const values = { pool_state: 'pool_state', nft_owner: 'owner', deposit_amount_0: 5n, deposit_amount_1: 6n };
    const logs = programLogs(raydiumClmm, [eventBytes(raydiumClmm, 'CreatePersonalPositionEvent', values)]);
    const { events } = decodeMadeUp(raydiumClmm, { calls: [call], logs });
    expect(events).toMatchObject([
      {
        kind: 'liquidity-added',
        pool: keyNamed('pool_state'),
        provider: keyNamed('owner'),
        baseMint: keyNamed('vault_0_mint'),
        vaults: { base: keyNamed('token_vault_0'), quote: keyNamed('token_vault_1') },
      },
    ]);
  });

  test.each([
    ['collect_protocol_fee', 'protocol'],
    ['collect_fund_fee', 'fund'],
  ])('%s is told by its instruction: both write the same event', (instruction, feeKind) => {
    const call = programCall(raydiumClmm, instruction, {});
    const values = { pool_state: 'pool_state', amount_0: 1n, amount_1: 2n };
    const logs = programLogs(raydiumClmm, [eventBytes(raydiumClmm, 'CollectProtocolFeeEvent', values)]);
    const { events } = decodeMadeUp(raydiumClmm, { calls: [call], logs });
    expect(events).toMatchObject([{ kind: 'fees-collected', feeKind, amounts: [{ amount: 1n }, { amount: 2n }] }]);
  });
});
