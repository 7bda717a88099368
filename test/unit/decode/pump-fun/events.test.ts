import { pumpFun } from '../../../../src/decode/pump-fun/program.ts';
import { createDecoder } from '../../../../src/decode/registry.ts';
import { WRAPPED_SOL } from '../../../../src/decode/token-move.ts';
import { accountName, callOf, eventOf, eventsOf } from '../../../support/anchor-call.ts';
import { keyNamed, madeUpTransaction } from '../../../support/raw-transaction.ts';

const USDC = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
const SYSTEM = '11111111111111111111111111111111';
const account = (name: string) => keyNamed(accountName(name));

const sol = {
  mint: 'coin',
  user: 'trader',
  token_amount: 500n,
  sol_amount: 1000n,
  fee: 95n,
  buyback_fee: 40n,
  creator_fee: 30n,
  cashback: 7n,
  fee_recipient: 'treasury',
  virtual_sol_reserves: 31_000n,
  virtual_token_reserves: 900n,
  real_sol_reserves: 1000n,
  real_token_reserves: 700n,
  quote_mint: SYSTEM,
  quote_amount: 1000n,
};

describe('trades', () => {
  test('a buy: fees on top, the buyback share told apart from the protocol fee, the limit from the arguments', () => {
    const event = eventOf(pumpFun, 'TradeEvent', { ...sol, is_buy: true });
    const [trade] = eventsOf(pumpFun, [callOf(pumpFun, 'buy', { amount: 500n, max_sol_cost: 1200n }, [event])]);
    expect(trade).toMatchObject({
      kind: 'trade',
      venue: 'pump-fun',
      side: 'buy',
      pool: account('bonding_curve'),
      trader: keyNamed('trader'),
      baseMint: keyNamed('coin'),
      quoteMint: WRAPPED_SOL,
      baseAmount: 500n,
      quoteAmount: 1000n,
      feesIncluded: false,
      baseReserve: 700n,
      quoteReserve: 1000n,
      virtualBase: 900n,
      virtualQuote: 31_000n,
      limit: { what: 'max-in', amount: 1200n },
      vaults: { base: account('associated_bonding_curve'), quote: account('bonding_curve') },
    });
    expect(trade?.kind === 'trade' && trade.fees.map((fee) => [fee.kind, fee.amount])).toEqual([
      ['protocol', 55n],
      ['buyback', 40n],
      ['creator', 30n],
      ['cashback', 7n],
    ]);
  });

  test("where the holders get the creator's fee, it is told once and as theirs", () => {
    const event = eventOf(pumpFun, 'TradeEvent', { ...sol, is_buy: true, creator_fee: 30n, holder_rewards: 30n });
    const [trade] = eventsOf(pumpFun, [callOf(pumpFun, 'buy', {}, [event])]);
    const kinds = trade?.kind === 'trade' ? trade.fees.map((fee) => fee.kind) : [];
    expect(kinds).toEqual(['protocol', 'buyback', 'cashback', 'holder-reward']);
  });

  test('a sell: fees are inside the amount the curve gives', () => {
    const event = eventOf(pumpFun, 'TradeEvent', { ...sol, is_buy: false });
    const [trade] = eventsOf(pumpFun, [callOf(pumpFun, 'sell', { amount: 500n, min_sol_output: 800n }, [event])]);
    expect(trade).toMatchObject({ side: 'sell', feesIncluded: true, limit: { what: 'min-out', amount: 800n } });
  });

  test('a curve quoted in another mint: the quote fields count and the SOL fields are nothing', () => {
    const quoted = { ...sol, is_buy: true, sol_amount: 0n, virtual_sol_reserves: 0n, real_sol_reserves: 0n };
    const values = {
      ...quoted,
      quote_mint: USDC,
      quote_amount: 44n,
      virtual_quote_reserves: 55n,
      real_quote_reserves: 66n,
    };
    const call = callOf(pumpFun, 'buy_exact_quote_in_v2', { spendable_quote_in: 50n, min_tokens_out: 400n }, [
      eventOf(pumpFun, 'TradeEvent', values),
    ]);
    expect(eventsOf(pumpFun, [call])[0]).toMatchObject({
      quoteMint: USDC,
      quoteAmount: 44n,
      virtualQuote: 55n,
      quoteReserve: 66n,
      limit: { what: 'min-out', amount: 400n },
      vaults: { base: account('associated_base_bonding_curve'), quote: account('associated_quote_bonding_curve') },
      fees: expect.arrayContaining([{ kind: 'creator', mint: USDC, amount: 30n }]),
    });
  });

  // Bodies as the program wrote them over the years: each ends before the field that came next.
  test.each([
    ['real_sol_reserves', 105],
    ['fee_recipient', 121],
    ['track_volume', 217],
    ['ix_name', 250],
    ['cashback_fee_basis_points', 258],
    ['buyback_fee_basis_points', 274],
    ['holder_rewards_bps', 350],
    ['creator_fee_unclaimed', 366],
    [undefined, 374],
  ])('a body from before %s (%d bytes) is read to its end', (until, length) => {
    const event = eventOf(pumpFun, 'TradeEvent', { ...sol, is_buy: true, ix_name: 'buy' }, until);
    expect((event.data?.length ?? 0) - 16).toBe(length);
    const [trade] = eventsOf(pumpFun, [callOf(pumpFun, 'buy', {}, [event])]);
    expect(trade).toMatchObject({ kind: 'trade', baseAmount: 500n, quoteAmount: 1000n });
    expect(trade?.unknownTail).toBeUndefined();
  });

  test('a body longer than any interface keeps its last bytes', () => {
    const event = eventOf(
      pumpFun,
      'TradeEvent',
      { ...sol, is_buy: true, ix_name: 'buy' },
      undefined,
      '0807060504030201',
    );
    const [trade] = eventsOf(pumpFun, [callOf(pumpFun, 'buy', {}, [event])]);
    expect(Buffer.from(trade?.unknownTail ?? []).toString('hex')).toBe('0807060504030201');
    expect(trade).toMatchObject({
      kind: 'trade',
      fees: expect.arrayContaining([expect.objectContaining({ amount: 7n })]),
    });
  });
});

describe('the life of a coin', () => {
  const created = {
    name: 'Coin',
    symbol: 'COIN',
    uri: 'https://example.org/coin.json',
    mint: 'coin',
    bonding_curve: 'curve',
    user: 'maker',
    creator: 'artist',
    virtual_token_reserves: 1_073_000_000_000_000n,
    virtual_sol_reserves: 30_000_000_000n,
    token_total_supply: 1_000_000_000_000_000n,
    token_program: 'token-2022',
    is_mayhem_mode: true,
    is_cashback_enabled: true,
    is_holder_reward: true,
    quote_mint: SYSTEM,
  };

  test('creation tells its modes, its token program and what it is quoted in', () => {
    const call = callOf(pumpFun, 'create_v2', {}, [eventOf(pumpFun, 'CreateEvent', created)]);
    expect(eventsOf(pumpFun, [call])[0]).toMatchObject({
      kind: 'token-created',
      mint: keyNamed('coin'),
      creator: keyNamed('artist'),
      curve: keyNamed('curve'),
      quoteMint: WRAPPED_SOL,
      supply: 1_000_000_000_000_000n,
      decimals: 6,
      tokenProgram: keyNamed('token-2022'),
      virtualQuote: 30_000_000_000n,
      modes: ['mayhem', 'cashback', 'holder-reward'],
    });
  });

  test('a creation of 2024 knows less: the maker is the creator, the supply is not told', () => {
    const call = callOf(pumpFun, 'create', {}, [eventOf(pumpFun, 'CreateEvent', created, 'creator')]);
    expect(eventsOf(pumpFun, [call])[0]).toMatchObject({
      creator: keyNamed('maker'),
      supply: null,
      virtualBase: null,
      modes: [],
      tokenProgram: account('token_program'),
    });
  });

  test('a buy can complete the curve: both events stand under it', () => {
    const complete = { user: 'trader', mint: 'coin', bonding_curve: 'curve' };
    const call = callOf(pumpFun, 'buy', {}, [
      eventOf(pumpFun, 'TradeEvent', { ...sol, is_buy: true }),
      eventOf(pumpFun, 'CompleteEvent', complete, 'quote_mint'),
    ]);
    expect(eventsOf(pumpFun, [call]).map((event) => [event.kind, event.path.inner])).toEqual([
      ['trade', -1],
      ['curve-completed', -1],
    ]);
  });

  test('graduation names the pool, the amounts and the fee', () => {
    const values = {
      mint: 'coin',
      bonding_curve: 'curve',
      pool: 'pool',
      mint_amount: 9n,
      sol_amount: 8n,
      pool_migration_fee: 7n,
    };
    const call = callOf(pumpFun, 'migrate_v2', {}, [
      eventOf(pumpFun, 'CompletePumpAmmMigrationEvent', { ...values, quote_mint: USDC }),
    ]);
    expect(eventsOf(pumpFun, [call])[0]).toMatchObject({
      kind: 'curve-graduated',
      pool: keyNamed('pool'),
      destination: 'pump-swap',
      quoteMint: USDC,
      baseAmount: 9n,
      quoteAmount: 8n,
      fee: 7n,
    });
  });

  test('asking to migrate again does nothing, and nothing is missing', () => {
    const { events, undecoded } = createDecoder([pumpFun], null).decode(
      madeUpTransaction({ calls: [callOf(pumpFun, 'migrate', {}, [])] }),
    );
    expect([events, undecoded]).toEqual([[], []]);
  });
});

describe('fees and creators', () => {
  test.each([
    ['collect_creator_fee', 'CollectCreatorFeeEvent', { creator: 'artist', creator_fee: 5n }, 'creator', 'artist'],
    [
      'distribute_creator_fees',
      'DistributeCreatorFeesEvent',
      { sharing_config: 'shares', distributed: 5n },
      'creator',
      'shares',
    ],
    ['distribute_fee_to_holders', 'DistributeFeeToHoldersEvent', { mint: 'coin', total: 5n }, 'holder-reward', null],
  ])('%s', (instruction, event, values, feeKind, collector) => {
    const call = callOf(pumpFun, instruction, {}, [eventOf(pumpFun, event, { ...values, quote_mint: USDC })]);
    expect(eventsOf(pumpFun, [call])[0]).toMatchObject({
      kind: 'fees-collected',
      feeKind,
      collector: collector === null ? null : keyNamed(collector),
      amounts: [{ mint: USDC, amount: 5n }],
    });
  });

  test.each([
    ['set_creator', 'SetCreatorEvent', { creator: 'new' }, null],
    ['set_metaplex_creator', 'SetMetaplexCreatorEvent', { creator: 'new' }, null],
    [
      'migrate_bonding_curve_creator',
      'MigrateBondingCurveCreatorEvent',
      { old_creator: 'old', new_creator: 'new' },
      'old',
    ],
    ['admin_set_creator', 'AdminSetCreatorEvent', { old_creator: 'old', new_creator: 'new' }, 'old'],
    ['admin_cto', 'AdminCtoEvent', { old_creator: 'old', new_creator: 'new' }, 'old'],
  ])('%s', (instruction, event, values, from) => {
    const call = callOf(pumpFun, instruction, {}, [eventOf(pumpFun, event, { mint: 'coin', ...values })]);
    expect(eventsOf(pumpFun, [call])[0]).toMatchObject({
      kind: 'creator-changed',
      mint: keyNamed('coin'),
      from: from === null ? null : keyNamed(from),
      to: keyNamed('new'),
    });
  });

  test('events about settings are kept with their fields', () => {
    const call = callOf(pumpFun, 'claim_cashback', {}, [
      eventOf(pumpFun, 'ClaimCashbackEvent', { user: 'trader', amount: 3n }),
    ]);
    expect(eventsOf(pumpFun, [call])[0]).toMatchObject({
      kind: 'other',
      source: 'ClaimCashbackEvent',
      fields: { amount: 3n },
    });
  });
});
