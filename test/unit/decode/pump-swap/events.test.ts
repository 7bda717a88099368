import { pumpSwap } from '../../../../src/decode/pump-swap/program.ts';
import { accountName, callOf, eventOf, eventsOf } from '../../../support/anchor-call.ts';
import { keyNamed } from '../../../support/raw-transaction.ts';

const account = (name: string) => keyNamed(accountName(name));
const vaults = { base: account('pool_base_token_account'), quote: account('pool_quote_token_account') };

const bought = {
  pool: 'pool',
  user: 'trader',
  base_amount_out: 100n,
  max_quote_amount_in: 2000n,
  min_base_amount_out: 90n,
  pool_base_token_reserves: 10_000n,
  pool_quote_token_reserves: 50_000n,
  quote_amount_in: 1000n,
  lp_fee: 20n,
  protocol_fee: 10n,
  coin_creator_fee: 5n,
  buyback_fee: 4n,
  quote_amount_in_with_lp_fee: 1020n,
  user_quote_amount_in: 1035n,
};

describe('trades', () => {
  test('a buy: the event tells the reserves before it, the trade those after it', () => {
    const call = callOf(pumpSwap, 'buy', {}, [eventOf(pumpSwap, 'BuyEvent', bought)]);
    expect(eventsOf(pumpSwap, [call])[0]).toMatchObject({
      kind: 'trade',
      side: 'buy',
      pool: keyNamed('pool'),
      trader: keyNamed('trader'),
      baseMint: account('base_mint'),
      quoteMint: account('quote_mint'),
      baseAmount: 100n,
      quoteAmount: 1000n,
      feesIncluded: false,
      baseReserve: 9900n,
      quoteReserve: 51_020n,
      virtualQuote: null,
      limit: { what: 'max-in', amount: 2000n },
      vaults,
    });
  });

  test('its fees sum up to what the trader paid beyond the price', () => {
    const [trade] = eventsOf(pumpSwap, [callOf(pumpSwap, 'buy', {}, [eventOf(pumpSwap, 'BuyEvent', bought)])]);
    const fees = trade?.kind === 'trade' ? trade.fees : [];
    expect(fees.map((fee) => fee.kind)).toEqual(['lp', 'protocol', 'buyback', 'creator']);
    expect(fees.reduce((sum, fee) => sum + fee.amount, 0n)).toBe(35n);
  });

  test('an exact-quote buy is limited by what it must get', () => {
    const call = callOf(pumpSwap, 'buy_exact_quote_in', {}, [eventOf(pumpSwap, 'BuyEvent', bought)]);
    expect(eventsOf(pumpSwap, [call])[0]).toMatchObject({ limit: { what: 'min-out', amount: 90n } });
  });

  // Amounts of a trade of October 2026; the vault gained 203,138.
  test('an exact-quote buy states the curve’s part and the trader’s the other way round', () => {
    const stated = {
      quote_amount_in: 204_964n,
      quote_amount_in_with_lp_fee: 203_138n,
      user_quote_amount_in: 202_732n,
      lp_fee: 406n,
      protocol_fee: 102n,
      buyback_fee: 51n,
      coin_creator_fee: 1_724n,
    };
    const call = callOf(pumpSwap, 'buy_exact_quote_in', {}, [eventOf(pumpSwap, 'BuyEvent', { ...bought, ...stated })]);
    const [trade] = eventsOf(pumpSwap, [call]);
    const fees = trade?.kind === 'trade' ? trade.fees : [];
    expect(trade).toMatchObject({ quoteAmount: 202_732n, feesIncluded: false, quoteReserve: 253_138n });
    expect(fees.reduce((sum, fee) => sum + fee.amount, 202_732n)).toBe(204_964n);
  });

  test('a sell in a boosted pool: the virtual quote counts for the price, not for the reserve', () => {
    const values = {
      pool: 'pool',
      user: 'trader',
      base_amount_in: 100n,
      min_quote_amount_out: 900n,
      pool_base_token_reserves: 10_000n,
      pool_quote_token_reserves: 50_000n,
      quote_amount_out: 1000n,
      quote_amount_out_without_lp_fee: 980n,
      lp_fee: 20n,
      virtual_quote_reserves: 7000n,
    };
    const call = callOf(pumpSwap, 'sell', {}, [eventOf(pumpSwap, 'SellEvent', values)]);
    expect(eventsOf(pumpSwap, [call])[0]).toMatchObject({
      side: 'sell',
      feesIncluded: true,
      baseReserve: 10_100n,
      quoteReserve: 49_020n,
      virtualBase: null,
      virtualQuote: 56_020n,
      limit: { what: 'min-out', amount: 900n },
    });
  });

  test.each([
    ['BuyEvent', 'coin_creator', 304],
    ['BuyEvent', 'track_volume', 352],
    ['BuyEvent', 'min_base_amount_out', 385],
    ['BuyEvent', 'virtual_quote_reserves', 432],
    ['BuyEvent', 'holder_rewards_bps', 457],
    ['SellEvent', 'coin_creator', 304],
    ['SellEvent', 'cashback_fee_basis_points', 352],
    ['SellEvent', 'buyback_fee_basis_points', 368],
    ['SellEvent', 'holder_rewards_bps', 409],
    ['BuyEvent', 'creator_fee_unclaimed', 473],
    ['BuyEvent', undefined, 481],
    ['SellEvent', 'creator_fee_unclaimed', 425],
    ['SellEvent', undefined, 433],
  ])('a %s from before %s (%d bytes) is read to its end', (name, until, length) => {
    const event = eventOf(
      pumpSwap,
      name,
      { pool: 'pool', ix_name: 'buy', base_amount_out: 1n, base_amount_in: 1n },
      until,
    );
    expect((event.data?.length ?? 0) - 16).toBe(length);
    const [trade] = eventsOf(pumpSwap, [callOf(pumpSwap, name === 'BuyEvent' ? 'buy' : 'sell', {}, [event])]);
    expect(trade).toMatchObject({ kind: 'trade', baseAmount: 1n });
    expect(trade?.unknownTail).toBeUndefined();
  });
});

describe('liquidity', () => {
  const before = {
    pool: 'pool',
    user: 'provider',
    lp_mint_supply: 1000n,
    pool_base_token_reserves: 500n,
    pool_quote_token_reserves: 700n,
  };

  test('a deposit adds to reserves and supply', () => {
    const values = { ...before, lp_token_amount_out: 10n, base_amount_in: 5n, quote_amount_in: 7n };
    const call = callOf(pumpSwap, 'deposit', {}, [eventOf(pumpSwap, 'DepositEvent', values)]);
    expect(eventsOf(pumpSwap, [call])[0]).toMatchObject({
      kind: 'liquidity-added',
      provider: keyNamed('provider'),
      baseMint: account('base_mint'),
      lpMint: account('lp_mint'),
      lpAmount: 10n,
      lpSupply: 1010n,
      baseReserve: 505n,
      quoteReserve: 707n,
      vaults,
    });
  });

  test('a withdrawal takes from them', () => {
    const values = { ...before, lp_token_amount_in: 10n, base_amount_out: 5n, quote_amount_out: 7n };
    const call = callOf(pumpSwap, 'withdraw', {}, [eventOf(pumpSwap, 'WithdrawEvent', values)]);
    expect(eventsOf(pumpSwap, [call])[0]).toMatchObject({
      kind: 'liquidity-removed',
      lpSupply: 990n,
      baseReserve: 495n,
      quoteReserve: 693n,
    });
  });

  test('a pool is created with its own base and quote', () => {
    const values = {
      pool: 'pool',
      creator: 'maker',
      base_mint: 'coin',
      quote_mint: 'money',
      lp_mint: 'lp',
      pool_base_amount: 3n,
      pool_quote_amount: 4n,
      lp_token_amount_out: 2n,
      base_mint_decimals: 6,
      quote_mint_decimals: 9,
    };
    const call = callOf(pumpSwap, 'create_pool', {}, [eventOf(pumpSwap, 'CreatePoolEvent', values, 'coin_creator')]);
    expect(eventsOf(pumpSwap, [call])[0]).toMatchObject({
      kind: 'pool-created',
      baseMint: keyNamed('coin'),
      quoteMint: keyNamed('money'),
      baseAmount: 3n,
      quoteAmount: 4n,
      lpAmount: 2n,
      baseDecimals: 6,
      quoteDecimals: 9,
      vaults,
    });
  });
});

test('creator fees are collected in the mint of the call', () => {
  const values = { coin_creator: 'artist', coin_creator_fee: 6n };
  const call = callOf(pumpSwap, 'collect_coin_creator_fee', {}, [
    eventOf(pumpSwap, 'CollectCoinCreatorFeeEvent', values),
  ]);
  expect(eventsOf(pumpSwap, [call])[0]).toMatchObject({
    kind: 'fees-collected',
    collector: keyNamed('artist'),
    amounts: [{ mint: account('quote_mint'), amount: 6n }],
  });
});

test('a boost that buys and burns is a burn of the coin', () => {
  const values = { mint: 'coin', authority: 'booster', base_amount_burned: 77n };
  const call = callOf(pumpSwap, 'boost_buy_and_burn', {}, [eventOf(pumpSwap, 'BoostBuyAndBurnEvent', values)]);
  expect(eventsOf(pumpSwap, [call])[0]).toMatchObject({ kind: 'token-burned', mint: keyNamed('coin'), amount: 77n });
});

test.each([
  ['AdminSetCoinCreatorEvent', { old_coin_creator: 'old', new_coin_creator: 'new' }],
  ['AdminCtoPoolEvent', { old_coin_creator: 'old', new_coin_creator: 'new' }],
  ['MigratePoolCoinCreatorEvent', { old_coin_creator: 'old', new_coin_creator: 'new' }],
  ['SetBondingCurveCoinCreatorEvent', { coin_creator: 'new' }],
  ['SetMetaplexCoinCreatorEvent', { coin_creator: 'new' }],
])('%s changes the creator', (name, values) => {
  const call = callOf(pumpSwap, 'set_coin_creator', {}, [
    eventOf(pumpSwap, name, { base_mint: 'coin', pool: 'pool', ...values }),
  ]);
  expect(eventsOf(pumpSwap, [call])[0]).toMatchObject({
    kind: 'creator-changed',
    mint: keyNamed('coin'),
    pool: keyNamed('pool'),
    from: 'old_coin_creator' in values ? keyNamed('old') : null,
    to: keyNamed('new'),
  });
});
