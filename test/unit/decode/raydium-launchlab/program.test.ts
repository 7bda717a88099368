import { raydiumLaunchlab } from '../../../../src/decode/raydium-launchlab/program.ts';
import { decodeMadeUp, programCall, selfEvent, transfer } from '../../../support/program-calls.ts';
import { keyNamed } from '../../../support/raw-transaction.ts';

const trade = {
  pool_state: 'pool_state',
  total_base_sell: 1000n,
  virtual_base: 1500n,
  virtual_quote: 300n,
  protocol_fee: 1n,
  platform_fee: 2n,
  creator_fee: 3n,
  share_fee: 4n,
};

describe('Raydium LaunchLab', () => {
  test('a buy holds its fees, and the curve is told as it stands after', () => {
    const values = { ...trade, amount_in: 110n, amount_out: 50n, real_quote_after: 100n, real_base_after: 50n };
    const call = programCall(raydiumLaunchlab, 'buy_exact_in', { minimum_amount_out: 40n }, [
      selfEvent(raydiumLaunchlab, 'TradeEvent', values),
    ]);
    const { events } = decodeMadeUp(raydiumLaunchlab, { calls: [call] });
    expect(events).toMatchObject([
      {
        kind: 'trade',
        side: 'buy',
        baseAmount: 50n,
        quoteAmount: 110n,
        feesIncluded: true,
        fees: [{ kind: 'protocol' }, { kind: 'platform' }, { kind: 'creator' }, { kind: 'referral' }],
        baseReserve: 950n,
        quoteReserve: 100n,
        virtualBase: 1450n,
        virtualQuote: 400n,
        limit: { what: 'min-out', amount: 40n },
      },
    ]);
  });

  test('a seller gets what the curve lost less the fees', () => {
    const values = { ...trade, amount_in: 50n, amount_out: 90n, real_quote_before: 100n, trade_direction: 'Sell' };
    const call = programCall(raydiumLaunchlab, 'sell_exact_out', { maximum_amount_in: 60n }, [
      selfEvent(raydiumLaunchlab, 'TradeEvent', values),
    ]);
    const { events } = decodeMadeUp(raydiumLaunchlab, { calls: [call] });
    expect(events).toMatchObject([
      { side: 'sell', baseAmount: 50n, quoteAmount: 90n, feesIncluded: false, limit: { what: 'max-in', amount: 60n } },
    ]);
  });

  test('the trade that fills a curve completes it', () => {
    const values = { ...trade, amount_in: 110n, pool_status: 'Migrate' };
    const call = programCall(raydiumLaunchlab, 'buy_exact_out', {}, [
      selfEvent(raydiumLaunchlab, 'TradeEvent', values),
    ]);
    const { events } = decodeMadeUp(raydiumLaunchlab, { calls: [call] });
    expect(events).toMatchObject([
      { kind: 'trade' },
      {
        kind: 'curve-completed',
        mint: keyNamed('base_token_mint'),
        curve: keyNamed('pool_state'),
        by: keyNamed('payer'),
      },
    ]);
  });

  test.each([
    ['migrate_to_amm', 'raydium-amm-v4', 'amm_pool'],
    ['migrate_to_cpswap', 'raydium-cpmm', 'cpswap_pool'],
  ])('%s tells where the curve went and with what', (name, destination, pool) => {
    const inner = [transfer('base_vault', 'new base vault', 20n), transfer('quote_vault', 'new quote vault', 80n)];
    const { events } = decodeMadeUp(raydiumLaunchlab, { calls: [programCall(raydiumLaunchlab, name, {}, inner)] });
    expect(events).toMatchObject([
      {
        kind: 'curve-graduated',
        mint: keyNamed('base_mint'),
        curve: keyNamed('pool_state'),
        pool: keyNamed(pool),
        destination,
        baseAmount: 20n,
        quoteAmount: 80n,
      },
    ]);
  });

  test.each(['initialize', 'initialize_v2', 'initialize_with_token_2022'])(
    '%s creates a token, with or without its event',
    (name) => {
      const mint = { decimals: 6, name: 'A token', symbol: 'AT', uri: 'https://example.com' };
      const values = { base_mint_param: mint, curve_param: { variant: 'Linear', supply: 77n } };
      const call = programCall(raydiumLaunchlab, name, values);
      const created = {
        kind: 'token-created',
        mint: keyNamed('base_mint'),
        name: 'A token',
        symbol: 'AT',
        supply: 77n,
        decimals: 6,
      };
      expect(decodeMadeUp(raydiumLaunchlab, { calls: [call] }).events).toMatchObject([
        { ...created, strategy: 'instruction' },
      ]);
      const inner = [selfEvent(raydiumLaunchlab, 'PoolCreateEvent', values)];
      const { events } = decodeMadeUp(raydiumLaunchlab, { calls: [{ ...call, inner }] });
      expect(events).toMatchObject([{ ...created, strategy: 'self-cpi' }]);
    },
  );

  test.each([
    ['claim_platform_fee', 'platform', 'quote_vault'],
    ['claim_platform_fee_from_vault', 'platform', 'platform_fee_vault'],
    ['claim_creator_fee', 'creator', 'creator_fee_vault'],
    ['collect_fee', 'protocol', 'quote_vault'],
    ['collect_migrate_fee', 'migrate', 'quote_vault'],
  ])('%s is what left the %s', (name, feeKind, vault) => {
    const inner = [transfer(vault, 'recipient_token_account', 9n)];
    const { events } = decodeMadeUp(raydiumLaunchlab, { calls: [programCall(raydiumLaunchlab, name, {}, inner)] });
    expect(events).toMatchObject([
      { kind: 'fees-collected', feeKind, amounts: [{ mint: keyNamed('quote_mint'), amount: 9n }] },
    ]);
  });
});
