import { raydiumCpmm } from '../../../../src/decode/raydium-cpmm/program.ts';
import { decodeMadeUp, eventBytes, programCall, programLogs, transfer } from '../../../support/program-calls.ts';
import { keyNamed } from '../../../support/raw-transaction.ts';

const TIER = 'D4FPEruKEHrG5TenZ2mpDGEfu1iUvTiqBxvpU8HLBvC2';

/** The call, of a pool of this fee tier. */
function ofTier(call: ReturnType<typeof programCall>, tier: string) {
  return { ...call, accounts: (call.accounts ?? []).map((account) => (account === 'amm_config' ? tier : account)) };
}

describe('Raydium CPMM', () => {
  test('a grown SwapEvent states its fees, an older one only the amounts', () => {
    const fields = {
      pool_id: 'pool_state',
      input_vault_before: 1000n,
      output_vault_before: 500n,
      input_amount: 90n,
      output_amount: 40n,
      input_transfer_fee: 10n,
      input_mint: 'input_token_mint',
      output_mint: 'output_token_mint',
      trade_fee: 2n,
      creator_fee: 1n,
      creator_fee_on_input: false,
    };
    const call = ofTier(programCall(raydiumCpmm, 'swap_base_input', { minimum_amount_out: 30n }), TIER);
    const grown = eventBytes(raydiumCpmm, 'SwapEvent', fields);
    const old = eventBytes(raydiumCpmm, 'SwapEvent', fields, 'input_mint');
    expect([grown.length - 8, old.length - 8]).toEqual([162, 81]);
    const [newer, older] = [grown, old].map(
      (payload) => decodeMadeUp(raydiumCpmm, { calls: [call], logs: programLogs(raydiumCpmm, [payload]) }).events[0],
    );
    // The input mint has the smaller key: it is token 0, the base.
    expect(newer).toMatchObject({
      side: 'sell',
      baseAmount: 90n,
      quoteAmount: 40n,
      baseReserve: 1090n,
      quoteReserve: 459n,
    });
    expect(newer).toMatchObject({
      fees: [
        { kind: 'trade', mint: keyNamed('input_token_mint'), amount: 2n },
        { kind: 'creator', mint: keyNamed('output_token_mint'), amount: 1n },
        { kind: 'transfer', mint: keyNamed('input_token_mint'), amount: 10n },
      ],
    });
    expect(older).toMatchObject({ side: 'sell', baseAmount: 90n, quoteAmount: 40n, fees: [{ kind: 'transfer' }] });
  });

  test('fees that are set aside in the vaults are no reserves', () => {
    const reserves = (creator_fee_on_input: boolean, until?: string, tier = TIER) => {
      const amounts = { input_amount: 100_000n, output_amount: 40_000n, trade_fee: 1_010n, creator_fee: 500n };
      const before = { input_vault_before: 1_000_000n, output_vault_before: 500_000n };
      const mints = { input_mint: 'input_token_mint', output_mint: 'output_token_mint' };
      const payload = eventBytes(
        raydiumCpmm,
        'SwapEvent',
        { ...amounts, ...before, ...mints, creator_fee_on_input },
        until,
      );
      const call = ofTier(programCall(raydiumCpmm, 'swap_base_input'), tier);
      const [event] = decodeMadeUp(raydiumCpmm, { calls: [call], logs: programLogs(raydiumCpmm, [payload]) }).events;
      return event?.kind === 'trade' ? [event.baseReserve, event.quoteReserve] : null;
    };
    // Of the trade fee 121 are the protocol's and 40 the fund's.
    expect(reserves(true)).toEqual([1_099_339n, 460_000n]);
    expect(reserves(false)).toEqual([1_099_839n, 459_500n]);
    expect(reserves(true, 'input_mint')).toEqual([null, 460_000n]);
    // What a tier that nobody has published sets aside is not guessed.
    expect(reserves(true, undefined, 'another-tier')).toEqual([null, 460_000n]);
  });

  test('a withdrawal tells what the owner got: the pool lost the transfer fee too', () => {
    const call = programCall(raydiumCpmm, 'withdraw', { lp_token_amount: 10n });
    const fields = {
      lp_amount_before: 100n,
      token_0_amount: 48n,
      token_0_transfer_fee: 2n,
      token_1_amount: 30n,
      change_type: 1,
    };
    const logs = programLogs(raydiumCpmm, [eventBytes(raydiumCpmm, 'LpChangeEvent', fields)]);
    const { events } = decodeMadeUp(raydiumCpmm, { calls: [call], logs });
    expect(events).toMatchObject([
      { kind: 'liquidity-removed', baseAmount: 50n, quoteAmount: 30n, lpAmount: 10n, lpSupply: 90n },
    ]);
  });

  test.each(['initialize', 'initialize_with_permission'])(
    '%s opens a pool with the amounts of its arguments',
    (name) => {
      const { events } = decodeMadeUp(raydiumCpmm, {
        calls: [programCall(raydiumCpmm, name, { init_amount_0: 5n, init_amount_1: 6n })],
      });
      expect(events).toMatchObject([
        {
          kind: 'pool-created',
          pool: keyNamed('pool_state'),
          creator: keyNamed('creator'),
          baseMint: keyNamed('token_0_mint'),
          baseAmount: 5n,
          quoteAmount: 6n,
          vaults: { base: keyNamed('token_0_vault'), quote: keyNamed('token_1_vault') },
        },
      ]);
    },
  );

  test.each([
    ['collect_protocol_fee', 'protocol'],
    ['collect_fund_fee', 'fund'],
    ['collect_creator_fee', 'creator'],
  ])('%s is what left the vaults', (name, feeKind) => {
    const inner = [transfer('token_1_vault', 'recipient', 8n)];
    const { events } = decodeMadeUp(raydiumCpmm, { calls: [programCall(raydiumCpmm, name, {}, inner)] });
    expect(events).toMatchObject([
      {
        kind: 'fees-collected',
        feeKind,
        amounts: [
          { mint: keyNamed('vault_0_mint'), amount: 0n },
          { mint: keyNamed('vault_1_mint'), amount: 8n },
        ],
      },
    ]);
  });
});
