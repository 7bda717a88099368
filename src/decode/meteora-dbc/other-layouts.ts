import { layout } from '../layout.ts';

/** Events of Meteora DBC that move no market: settings and metadata. */
const BASE_FEE_PARAMETERS = [
  ['cliff_fee_numerator', 'u64'],
  ['first_factor', 'u16'],
  ['second_factor', 'u64'],
  ['third_factor', 'u64'],
  ['base_fee_mode', 'u8'],
] as const;

const DYNAMIC_FEE_PARAMETERS = [
  ['bin_step', 'u16'],
  ['bin_step_u128', 'u128'],
  ['filter_period', 'u16'],
  ['decay_period', 'u16'],
  ['reduction_factor', 'u16'],
  ['max_volatility_accumulator', 'u32'],
  ['variable_fee_control', 'u32'],
] as const;

const POOL_FEE_PARAMETERS = [
  ['base_fee', { struct: BASE_FEE_PARAMETERS }],
  ['dynamic_fee', { option: { struct: DYNAMIC_FEE_PARAMETERS } }],
] as const;

const LOCKED_VESTING_PARAMS = [
  ['amount_per_period', 'u64'],
  ['cliff_duration_from_migration_time', 'u64'],
  ['frequency', 'u64'],
  ['number_of_period', 'u64'],
  ['cliff_unlock_amount', 'u64'],
] as const;

const LIQUIDITY_DISTRIBUTION_PARAMETERS = [
  ['sqrt_price', 'u128'],
  ['liquidity', 'u128'],
] as const;

const TOKEN_SUPPLY_PARAMS = [
  ['pre_migration_token_supply', 'u64'],
  ['post_migration_token_supply', 'u64'],
] as const;

const MIGRATION_FEE = [
  ['fee_percentage', 'u8'],
  ['creator_fee_percentage', 'u8'],
] as const;

const MIGRATED_POOL_FEE = [
  ['collect_fee_mode', 'u8'],
  ['dynamic_fee', 'u8'],
  ['pool_fee_bps', 'u16'],
] as const;

const LIQUIDITY_VESTING_INFO_PARAMS = [
  ['vesting_percentage', 'u8'],
  ['bps_per_period', 'u16'],
  ['number_of_periods', 'u16'],
  ['cliff_duration_from_migration_time', 'u32'],
  ['frequency', 'u32'],
] as const;

const MIGRATED_POOL_MARKET_CAP_FEE_SCHEDULER_PARAMS = [
  ['number_of_period', 'u16'],
  ['sqrt_price_step_bps', 'u16'],
  ['scheduler_expiration_duration', 'u32'],
  ['reduction_factor', 'u64'],
] as const;

const CONFIG_PARAMETERS = [
  ['pool_fees', { struct: POOL_FEE_PARAMETERS }],
  ['collect_fee_mode', 'u8'],
  ['migration_option', 'u8'],
  ['activation_type', 'u8'],
  ['token_type', 'u8'],
  ['token_decimal', 'u8'],
  ['partner_liquidity_percentage', 'u8'],
  ['partner_permanent_locked_liquidity_percentage', 'u8'],
  ['creator_liquidity_percentage', 'u8'],
  ['creator_permanent_locked_liquidity_percentage', 'u8'],
  ['migration_quote_threshold', 'u64'],
  ['sqrt_start_price', 'u128'],
  ['locked_vesting', { struct: LOCKED_VESTING_PARAMS }],
  ['migration_fee_option', 'u8'],
  ['token_supply', { option: { struct: TOKEN_SUPPLY_PARAMS } }],
  ['creator_trading_fee_percentage', 'u8'],
  ['token_update_authority', 'u8'],
  ['migration_fee', { struct: MIGRATION_FEE }],
  ['migrated_pool_fee', { struct: MIGRATED_POOL_FEE }],
  ['pool_creation_fee', 'u64'],
  ['partner_liquidity_vesting_info', { struct: LIQUIDITY_VESTING_INFO_PARAMS }],
  ['creator_liquidity_vesting_info', { struct: LIQUIDITY_VESTING_INFO_PARAMS }],
  ['migrated_pool_base_fee_mode', 'u8'],
  ['migrated_pool_market_cap_fee_scheduler_params', { struct: MIGRATED_POOL_MARKET_CAP_FEE_SCHEDULER_PARAMS }],
  ['enable_first_swap_with_min_fee', 'bool'],
  ['compounding_fee_bps', 'u16'],
  ['padding', { blob: 2 }],
  ['curve', { vec: { struct: LIQUIDITY_DISTRIBUTION_PARAMETERS } }],
] as const;

export const evtCloseClaimFeeOperator = layout([
  ['claim_fee_operator', 'pubkey'],
  ['operator', 'pubkey'],
]);

export const evtCloseTokenBadge = layout([['token_mint', 'pubkey']]);

export const evtCreateClaimFeeOperator = layout([['operator', 'pubkey']]);

export const evtCreateConfig = layout([
  ['config', 'pubkey'],
  ['quote_mint', 'pubkey'],
  ['fee_claimer', 'pubkey'],
  ['owner', 'pubkey'],
  ['pool_fees', { struct: POOL_FEE_PARAMETERS }],
  ['collect_fee_mode', 'u8'],
  ['migration_option', 'u8'],
  ['activation_type', 'u8'],
  ['token_decimal', 'u8'],
  ['token_type', 'u8'],
  ['partner_permanent_locked_liquidity_percentage', 'u8'],
  ['partner_liquidity_percentage', 'u8'],
  ['creator_permanent_locked_liquidity_percentage', 'u8'],
  ['creator_liquidity_percentage', 'u8'],
  ['swap_base_amount', 'u64'],
  ['migration_quote_threshold', 'u64'],
  ['migration_base_amount', 'u64'],
  ['sqrt_start_price', 'u128'],
  ['locked_vesting', { struct: LOCKED_VESTING_PARAMS }],
  ['migration_fee_option', 'u8'],
  ['fixed_token_supply_flag', 'u8'],
  ['pre_migration_token_supply', 'u64'],
  ['post_migration_token_supply', 'u64'],
  ['curve', { vec: { struct: LIQUIDITY_DISTRIBUTION_PARAMETERS } }],
]);

export const evtCreateConfigV2 = layout([
  ['config', 'pubkey'],
  ['quote_mint', 'pubkey'],
  ['fee_claimer', 'pubkey'],
  ['leftover_receiver', 'pubkey'],
  ['config_parameters', { struct: CONFIG_PARAMETERS }],
]);

export const evtCreateConfigV2WithTransferHook = layout([
  ['config', 'pubkey'],
  ['quote_mint', 'pubkey'],
  ['fee_claimer', 'pubkey'],
  ['leftover_receiver', 'pubkey'],
  ['config_parameters', { struct: CONFIG_PARAMETERS }],
  ['transfer_hook_program', 'pubkey'],
]);

export const evtCreateMeteoraMigrationMetadata = layout([['virtual_pool', 'pubkey']]);

export const evtCreateTokenBadge = layout([['token_mint', 'pubkey']]);

export const evtPartnerMetadata = layout([
  ['partner_metadata', 'pubkey'],
  ['fee_claimer', 'pubkey'],
]);

export const evtVirtualPoolMetadata = layout([
  ['virtual_pool_metadata', 'pubkey'],
  ['virtual_pool', 'pubkey'],
]);

export const evtWithdrawLeftover = layout([
  ['pool', 'pubkey'],
  ['leftover_receiver', 'pubkey'],
  ['leftover_amount', 'u64'],
]);

/** An older version's name for the migration metadata of DAMM v2. */
export const evtCreateDammV2MigrationMetadata = layout([['virtual_pool', 'pubkey']]);

/** What a migration withholds of the liquidity for the protocol. */
export const evtClaimProtocolLiquidityMigrationFee = layout([
  ['pool', 'pubkey'],
  ['token_base_amount', 'u64'],
  ['token_quote_amount', 'u64'],
]);
