import type { Layout } from '../layout.ts';
import { isFlipped } from '../orientation.ts';
import { anchorDiscriminator } from '../program.ts';
import type { CurveAccount, DecodedAccount, PoolAccount } from './decoded-account.ts';
import * as layouts from './layouts.ts';
import { decodeTokenState } from './token-state.ts';

type Fields = Readonly<Record<string, unknown>>;

interface AccountKind {
  readonly owner: string;
  readonly venue: string;
  /** The 8 bytes in front; empty for Raydium AMM v4, whose pools are told by their size. */
  readonly discriminator: Buffer;
  readonly size: number | null;
  readonly layout: Layout<object>;
  readonly normalise: (fields: Fields, venue: string) => DecodedAccount;
}

const KINDS: readonly AccountKind[] = [
  anchor('6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P', 'pump-fun', 'BondingCurve', layouts.bondingCurve, pumpCurve),
  anchor('pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA', 'pump-swap', 'Pool', layouts.pumpSwapPool, pumpSwapPool),
  {
    owner: '675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8',
    venue: 'raydium-amm-v4',
    discriminator: Buffer.alloc(0),
    size: 752,
    layout: layouts.raydiumAmmV4Pool,
    normalise: poolBy({
      mints: ['coin_mint', 'pc_mint'],
      vaults: ['token_coin', 'token_pc'],
      owed: [['need_take_pnl_coin'], ['need_take_pnl_pc']],
      lp: ['lp_mint', 'lp_amount'],
      creator: null,
    }),
  },
  anchor(
    'CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C',
    'raydium-cpmm',
    'PoolState',
    layouts.raydiumCpmmPool,
    poolBy({
      mints: ['token_0_mint', 'token_1_mint'],
      vaults: ['token_0_vault', 'token_1_vault'],
      owed: [
        ['protocol_fees_token_0', 'fund_fees_token_0', 'creator_fees_token_0'],
        ['protocol_fees_token_1', 'fund_fees_token_1', 'creator_fees_token_1'],
      ],
      lp: ['lp_mint', 'lp_supply'],
      creator: 'pool_creator',
    }),
  ),
  anchor(
    'CAMMCzo5YL8w4VFF8KVHrK22GGUsp5VTaW7grrKgrWqK',
    'raydium-clmm',
    'PoolState',
    layouts.raydiumClmmPool,
    poolBy({
      mints: ['token_mint_0', 'token_mint_1'],
      vaults: ['token_vault_0', 'token_vault_1'],
      owed: [['protocol_fees_token_0'], ['protocol_fees_token_1']],
      lp: null,
      creator: 'owner',
    }),
  ),
  anchor(
    'LanMV9sAd7wArD4vJFi2qDdfnVhFxYSUg6eADduJ3uj',
    'raydium-launchlab',
    'PoolState',
    layouts.raydiumLaunchlabPool,
    launchlabCurve,
  ),
  anchor(
    'LBUZKhRxPF3XUpBCjp4YzTKgLccjZhTSDM9YuVaPwxo',
    'meteora-dlmm',
    'LbPair',
    layouts.meteoraDlmmPool,
    poolBy({
      mints: ['token_x_mint', 'token_y_mint'],
      vaults: ['reserve_x', 'reserve_y'],
      owed: [['protocol_fee_x'], ['protocol_fee_y']],
      lp: null,
      creator: null,
    }),
  ),
  anchor(
    'cpamdpZCGKUy5JxQXB4dcpGPiikHawvSWAd6mEn1sGG',
    'meteora-damm-v2',
    'Pool',
    layouts.meteoraDammV2Pool,
    poolBy({
      mints: ['token_a_mint', 'token_b_mint'],
      vaults: ['token_a_vault', 'token_b_vault'],
      owed: [['protocol_a_fee'], ['protocol_b_fee']],
      lp: null,
      creator: null,
    }),
  ),
  anchor('dbcij3LWUppWqq96dh6gJWwBifmcGfLSB5D4DuSMaqN', 'meteora-dbc', 'VirtualPool', layouts.meteoraDbcPool, dbcCurve),
  anchor(
    'whirLbMiicVdio4qvUfM5KAg6Ct8VwpYzGff3uctyCc',
    'orca-whirlpool',
    'Whirlpool',
    layouts.whirlpool,
    poolBy({
      mints: ['token_mint_a', 'token_mint_b'],
      vaults: ['token_vault_a', 'token_vault_b'],
      owed: [['protocol_fee_owed_a'], ['protocol_fee_owed_b']],
      lp: null,
      creator: null,
    }),
  ),
];

/** What these bytes of this owner (base58) mean; null for accounts of no interest, other kinds, or bytes that are cut off. Never throws. */
export function decodeAccount(owner: string, data: Uint8Array): DecodedAccount | null {
  for (const kind of KINDS) {
    if (kind.owner !== owner || (kind.size !== null && data.length !== kind.size)) continue;
    const start = kind.discriminator.length;
    if (start > 0 && !kind.discriminator.equals(data.subarray(0, start))) continue;
    const reading = kind.layout.read(data, start);
    return reading === null ? null : kind.normalise(reading.fields as Fields, kind.venue);
  }
  return decodeTokenState(owner, data);
}

function anchor(
  owner: string,
  venue: string,
  name: string,
  layout: Layout<object>,
  normalise: AccountKind['normalise'],
): AccountKind {
  const discriminator = Buffer.from(anchorDiscriminator('account', name), 'hex');
  return { owner, venue, discriminator, size: null, layout, normalise };
}

/** Names of the fields that hold each side of a pool, A before B. */
interface PoolNames {
  readonly mints: readonly [string, string];
  readonly vaults: readonly [string, string];
  readonly owed: readonly [readonly string[], readonly string[]];
  readonly lp: readonly [mint: string, supply: string] | null;
  readonly creator: string | null;
}

function poolBy(names: PoolNames): AccountKind['normalise'] {
  return (fields, venue): PoolAccount => {
    const flipped = isFlipped(text(fields, names.mints[0]), text(fields, names.mints[1]));
    const [base, quote] = flipped ? ([1, 0] as const) : ([0, 1] as const);
    return {
      kind: 'pool',
      venue,
      fields,
      baseMint: text(fields, names.mints[base]),
      quoteMint: text(fields, names.mints[quote]),
      baseVault: text(fields, names.vaults[base]),
      quoteVault: text(fields, names.vaults[quote]),
      lpMint: names.lp === null ? null : text(fields, names.lp[0]),
      lpSupply: names.lp === null ? null : integer(fields, names.lp[1]),
      creator: names.creator === null ? null : text(fields, names.creator),
      baseOwed: total(fields, names.owed[base]),
      quoteOwed: total(fields, names.owed[quote]),
    };
  };
}

/** PumpSwap's pools name their base and quote themselves, as its events do. */
function pumpSwapPool(fields: Fields, venue: string): PoolAccount {
  return {
    kind: 'pool',
    venue,
    fields,
    baseMint: text(fields, 'base_mint'),
    quoteMint: text(fields, 'quote_mint'),
    baseVault: text(fields, 'pool_base_token_account'),
    quoteVault: text(fields, 'pool_quote_token_account'),
    lpMint: text(fields, 'lp_mint'),
    lpSupply: integer(fields, 'lp_supply'),
    creator: text(fields, 'creator'),
    baseOwed: 0n,
    quoteOwed: 0n,
  };
}

/** An all-zero quote mint is how a SOL curve spells SOL. */
const NO_KEY = '11111111111111111111111111111111';

function pumpCurve(fields: Fields, venue: string): CurveAccount {
  const quoteMint = text(fields, 'quote_mint');
  const creator = text(fields, 'creator');
  return {
    kind: 'curve',
    venue,
    fields,
    mint: null,
    quoteMint: quoteMint === '' || quoteMint === NO_KEY ? null : quoteMint,
    creator: creator === '' || creator === NO_KEY ? null : creator,
    virtualBase: integer(fields, 'virtual_token_reserves'),
    virtualQuote: integer(fields, 'virtual_quote_reserves'),
    realBase: integer(fields, 'real_token_reserves'),
    realQuote: integer(fields, 'real_quote_reserves'),
    supply: integer(fields, 'token_total_supply'),
    isComplete: fields['complete'] === true,
  };
}

function launchlabCurve(fields: Fields, venue: string): CurveAccount {
  const sold = integer(fields, 'real_base');
  const raised = integer(fields, 'real_quote');
  return {
    kind: 'curve',
    venue,
    fields,
    mint: text(fields, 'base_mint'),
    quoteMint: text(fields, 'quote_mint'),
    creator: text(fields, 'creator'),
    virtualBase: integer(fields, 'virtual_base') - sold,
    virtualQuote: integer(fields, 'virtual_quote') + raised,
    realBase: integer(fields, 'total_base_sell') - sold,
    realQuote: raised,
    supply: integer(fields, 'supply'),
    // 0 raises funds, 1 waits for its migration, 2 trades elsewhere.
    isComplete: fields['status'] !== 0,
  };
}

function dbcCurve(fields: Fields, venue: string): CurveAccount {
  return {
    kind: 'curve',
    venue,
    fields,
    mint: text(fields, 'base_mint'),
    quoteMint: null,
    creator: text(fields, 'creator'),
    virtualBase: null,
    virtualQuote: null,
    realBase: integer(fields, 'base_reserve'),
    realQuote: integer(fields, 'quote_reserve'),
    supply: null,
    isComplete: integer(fields, 'finish_curve_timestamp') !== 0n,
  };
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

function integer(fields: Fields, name: string): bigint {
  const value = fields[name];
  return typeof value === 'bigint' ? value : 0n;
}

function total(fields: Fields, names: readonly string[]): bigint {
  return names.reduce((sum, name) => sum + integer(fields, name), 0n);
}
