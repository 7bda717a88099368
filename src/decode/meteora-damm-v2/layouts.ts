import { layout } from '../layout.ts';

/** Meteora DAMM v2 (cp-amm): events as self-CPI. */
const SWAP_PARAMETERS2 = [
  ['amount_0', 'u64'],
  ['amount_1', 'u64'],
  ['swap_mode', 'u8'],
] as const;

const SWAP_RESULT2 = [
  ['included_fee_input_amount', 'u64'],
  ['excluded_fee_input_amount', 'u64'],
  ['amount_left', 'u64'],
  ['output_amount', 'u64'],
  ['next_sqrt_price', 'u128'],
  ['claiming_fee', 'u64'],
  ['protocol_fee', 'u64'],
  ['compounding_fee', 'u64'],
  ['referral_fee', 'u64'],
] as const;

const BASE_FEE_PARAMETERS = [['data', { blob: 27 }]] as const;

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
  ['compounding_fee_bps', 'u16'],
  ['padding', 'u8'],
  ['dynamic_fee', { option: { struct: DYNAMIC_FEE_PARAMETERS } }],
] as const;

const SWAP_PARAMETERS = [
  ['amount_in', 'u64'],
  ['minimum_amount_out', 'u64'],
] as const;

export const evtSwap2 = layout([
  ['pool', 'pubkey'],
  ['trade_direction', 'u8'],
  ['collect_fee_mode', 'u8'],
  ['has_referral', 'bool'],
  ['params', { struct: SWAP_PARAMETERS2 }],
  ['swap_result', { struct: SWAP_RESULT2 }],
  ['included_transfer_fee_amount_in', 'u64'],
  ['included_transfer_fee_amount_out', 'u64'],
  ['excluded_transfer_fee_amount_out', 'u64'],
  ['current_timestamp', 'u64'],
  ['reserve_a_amount', 'u64'],
  ['reserve_b_amount', 'u64'],
]);

export const evtLiquidityChange = layout([
  ['pool', 'pubkey'],
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
  ['token_a_amount', 'u64'],
  ['token_b_amount', 'u64'],
  ['transfer_fee_included_token_a_amount', 'u64'],
  ['transfer_fee_included_token_b_amount', 'u64'],
  ['reserve_a_amount', 'u64'],
  ['reserve_b_amount', 'u64'],
  ['liquidity_delta', 'u128'],
  ['token_a_amount_threshold', 'u64'],
  ['token_b_amount_threshold', 'u64'],
  ['change_type', 'u8'],
]);

export const evtInitializePool = layout([
  ['pool', 'pubkey'],
  ['token_a_mint', 'pubkey'],
  ['token_b_mint', 'pubkey'],
  ['creator', 'pubkey'],
  ['payer', 'pubkey'],
  ['alpha_vault', 'pubkey'],
  ['pool_fees', { struct: POOL_FEE_PARAMETERS }],
  ['sqrt_min_price', 'u128'],
  ['sqrt_max_price', 'u128'],
  ['activation_type', 'u8'],
  ['collect_fee_mode', 'u8'],
  ['liquidity', 'u128'],
  ['sqrt_price', 'u128'],
  ['activation_point', 'u64'],
  ['token_a_flag', 'u8'],
  ['token_b_flag', 'u8'],
  ['token_a_amount', 'u64'],
  ['token_b_amount', 'u64'],
  ['total_amount_a', 'u64'],
  ['total_amount_b', 'u64'],
  ['pool_type', 'u8'],
]);

export const evtClaimPositionFee = layout([
  ['pool', 'pubkey'],
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
  ['fee_a_claimed', 'u64'],
  ['fee_b_claimed', 'u64'],
]);

export const evtClaimProtocolFee2 = layout([
  ['pool', 'pubkey'],
  ['receiver_token_account', 'pubkey'],
  ['token_mint', 'pubkey'],
  ['amount', 'u64'],
]);

const SWAP_RESULT = [
  ['output_amount', 'u64'],
  ['next_sqrt_price', 'u128'],
  ['lp_fee', 'u64'],
  ['protocol_fee', 'u64'],
  ['partner_fee', 'u64'],
  ['referral_fee', 'u64'],
] as const;

const LIQUIDITY_PARAMETERS = [
  ['liquidity_delta', 'u128'],
  ['token_a_amount_threshold', 'u64'],
  ['token_b_amount_threshold', 'u64'],
] as const;

/** Older versions said the same things under other names. */
export const evtSwap = layout([
  ['pool', 'pubkey'],
  ['trade_direction', 'u8'],
  ['has_referral', 'bool'],
  ['params', { struct: SWAP_PARAMETERS }],
  ['swap_result', { struct: SWAP_RESULT }],
  ['actual_amount_in', 'u64'],
  ['current_timestamp', 'u64'],
]);

export const evtAddLiquidity = layout([
  ['pool', 'pubkey'],
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
  ['params', { struct: LIQUIDITY_PARAMETERS }],
  ['token_a_amount', 'u64'],
  ['token_b_amount', 'u64'],
  ['total_amount_a', 'u64'],
  ['total_amount_b', 'u64'],
]);

export const evtRemoveLiquidity = layout([
  ['pool', 'pubkey'],
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
  ['params', { struct: LIQUIDITY_PARAMETERS }],
  ['token_a_amount', 'u64'],
  ['token_b_amount', 'u64'],
]);

export const evtClaimProtocolFee = layout([
  ['pool', 'pubkey'],
  ['token_a_amount', 'u64'],
  ['token_b_amount', 'u64'],
]);

export const evtClaimPartnerFee = layout([
  ['pool', 'pubkey'],
  ['token_a_amount', 'u64'],
  ['token_b_amount', 'u64'],
]);

export const swapArgs = layout([['params', { struct: SWAP_PARAMETERS }]]);

export const swap2Args = layout([['params', { struct: SWAP_PARAMETERS2 }]]);
