import { type Field, layout, layoutWithVariants } from '../layout.ts';

/** Raydium LaunchLab: events as self-CPI, lately also as log lines. */
const TRADE_START = [
  ['pool_state', 'pubkey'],
  ['total_base_sell', 'u64'],
  ['virtual_base', 'u64'],
  ['virtual_quote', 'u64'],
  ['real_base_before', 'u64'],
  ['real_quote_before', 'u64'],
  ['real_base_after', 'u64'],
  ['real_quote_after', 'u64'],
  ['amount_in', 'u64'],
  ['amount_out', 'u64'],
  ['protocol_fee', 'u64'],
  ['platform_fee', 'u64'],
] as const;

const TRADE_END = [
  ['share_fee', 'u64'],
  ['trade_direction', { enum: ['Buy', 'Sell'] }],
  ['pool_status', { enum: ['Fund', 'Migrate', 'Trade'] }],
  ['exact_in', 'bool', { since: '2025-08' }],
] as const;

/** In August 2025 the creator's fee was put between the others: bodies from before are shorter than 138 bytes. */
export const tradeEvent = layoutWithVariants(
  [...TRADE_START, ['creator_fee', 'u64'], ...TRADE_END],
  [{ lengthMin: 0, lengthMax: 137, fields: [...TRADE_START, ...TRADE_END] }],
);

const MINT_PARAMS = [
  ['decimals', 'u8'],
  ['name', 'string'],
  ['symbol', 'string'],
  ['uri', 'string'],
] as const;

const CURVE_PARAMS: readonly (readonly [string, readonly Field[]])[] = [
  [
    'Constant',
    [
      ['supply', 'u64'],
      ['total_base_sell', 'u64'],
      ['total_quote_fund_raising', 'u64'],
      ['migrate_type', 'u8'],
    ],
  ],
  [
    'Fixed',
    [
      ['supply', 'u64'],
      ['total_quote_fund_raising', 'u64'],
      ['migrate_type', 'u8'],
    ],
  ],
  [
    'Linear',
    [
      ['supply', 'u64'],
      ['total_quote_fund_raising', 'u64'],
      ['migrate_type', 'u8'],
    ],
  ],
];

const VESTING_PARAMS = [
  ['total_locked_amount', 'u64'],
  ['cliff_period', 'u64'],
  ['unlock_period', 'u64'],
] as const;

const TRANSFER_FEE = [
  ['transfer_fee_basis_points', 'u16'],
  ['maximum_fee', 'u64'],
] as const;

export const poolCreateEvent = layout([
  ['pool_state', 'pubkey'],
  ['creator', 'pubkey'],
  ['config', 'pubkey'],
  ['base_mint_param', { struct: MINT_PARAMS }],
  ['curve_param', { variants: CURVE_PARAMS }],
  ['vesting_param', { struct: VESTING_PARAMS }],
  ['amm_fee_on', { enum: ['QuoteToken', 'BothToken'] }, { since: '2025-08' }],
]);

export const createVestingEvent = layout([
  ['pool_state', 'pubkey'],
  ['beneficiary', 'pubkey'],
  ['share_amount', 'u64'],
]);

export const claimVestedEvent = layout([
  ['pool_state', 'pubkey'],
  ['beneficiary', 'pubkey'],
  ['claim_amount', 'u64'],
]);

/** Arguments of every initialize; the later forms append to the earlier. */
export const initializeArgs = layout([
  ['base_mint_param', { struct: MINT_PARAMS }],
  ['curve_param', { variants: CURVE_PARAMS }],
  ['vesting_param', { struct: VESTING_PARAMS }],
  ['amm_fee_on', { enum: ['QuoteToken', 'BothToken'] }, { since: '2025-08' }],
  ['transfer_fee_extension_param', { option: { struct: TRANSFER_FEE } }, { since: '2025-08' }],
]);

export const exactInArgs = layout([
  ['amount_in', 'u64'],
  ['minimum_amount_out', 'u64'],
  ['share_fee_rate', 'u64'],
]);

export const exactOutArgs = layout([
  ['amount_out', 'u64'],
  ['maximum_amount_in', 'u64'],
  ['share_fee_rate', 'u64'],
]);

export const migrateToAmmArgs = layout([
  ['base_lot_size', 'u64'],
  ['quote_lot_size', 'u64'],
  ['market_vault_signer_nonce', 'u8'],
]);
