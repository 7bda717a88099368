import { layout } from '../layout.ts';

/** Meteora DBC (dynamic bonding curve): events as self-CPI. */
const SWAP_PARAMETERS = [
  ['amount_in', 'u64'],
  ['minimum_amount_out', 'u64'],
] as const;

const SWAP_RESULT = [
  ['actual_input_amount', 'u64'],
  ['output_amount', 'u64'],
  ['next_sqrt_price', 'u128'],
  ['trading_fee', 'u64'],
  ['protocol_fee', 'u64'],
  ['referral_fee', 'u64'],
] as const;

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
  ['trading_fee', 'u64'],
  ['protocol_fee', 'u64'],
  ['referral_fee', 'u64'],
] as const;

const INITIALIZE_POOL_PARAMETERS = [
  ['name', 'string'],
  ['symbol', 'string'],
  ['uri', 'string'],
] as const;

export const evtSwap = layout([
  ['pool', 'pubkey'],
  ['config', 'pubkey'],
  ['trade_direction', 'u8'],
  ['has_referral', 'bool'],
  ['params', { struct: SWAP_PARAMETERS }],
  ['swap_result', { struct: SWAP_RESULT }],
  ['amount_in', 'u64'],
  ['current_timestamp', 'u64'],
]);

export const evtSwap2 = layout([
  ['pool', 'pubkey'],
  ['config', 'pubkey'],
  ['trade_direction', 'u8'],
  ['has_referral', 'bool'],
  ['swap_parameters', { struct: SWAP_PARAMETERS2 }],
  ['swap_result', { struct: SWAP_RESULT2 }],
  ['quote_reserve_amount', 'u64'],
  ['migration_threshold', 'u64'],
  ['current_timestamp', 'u64'],
]);

export const evtSwap2WithTransferHook = layout([
  ['pool', 'pubkey'],
  ['config', 'pubkey'],
  ['trade_direction', 'u8'],
  ['has_referral', 'bool'],
  ['swap_parameters', { struct: SWAP_PARAMETERS2 }],
  ['swap_result', { struct: SWAP_RESULT2 }],
  ['quote_reserve_amount', 'u64'],
  ['migration_threshold', 'u64'],
  ['current_timestamp', 'u64'],
]);

export const evtInitializePool = layout([
  ['pool', 'pubkey'],
  ['config', 'pubkey'],
  ['creator', 'pubkey'],
  ['base_mint', 'pubkey'],
  ['pool_type', 'u8'],
  ['activation_point', 'u64'],
]);

export const evtInitializePoolWithTransferHook = layout([
  ['pool', 'pubkey'],
  ['config', 'pubkey'],
  ['creator', 'pubkey'],
  ['base_mint', 'pubkey'],
  ['pool_type', 'u8'],
  ['activation_point', 'u64'],
]);

export const evtCurveComplete = layout([
  ['pool', 'pubkey'],
  ['config', 'pubkey'],
  ['base_reserve', 'u64'],
  ['quote_reserve', 'u64'],
]);

export const evtCurveCompleteWithTransferHook = layout([
  ['pool', 'pubkey'],
  ['config', 'pubkey'],
  ['base_reserve', 'u64'],
  ['quote_reserve', 'u64'],
]);

export const evtClaimCreatorTradingFee = layout([
  ['pool', 'pubkey'],
  ['token_base_amount', 'u64'],
  ['token_quote_amount', 'u64'],
]);

export const evtClaimTradingFee = layout([
  ['pool', 'pubkey'],
  ['token_base_amount', 'u64'],
  ['token_quote_amount', 'u64'],
]);

export const evtClaimProtocolFee2 = layout([
  ['pool', 'pubkey'],
  ['receiver_token_account', 'pubkey'],
  ['token_mint', 'pubkey'],
  ['amount', 'u64'],
]);

export const evtCreatorWithdrawSurplus = layout([
  ['pool', 'pubkey'],
  ['surplus_amount', 'u64'],
]);

export const evtPartnerWithdrawSurplus = layout([
  ['pool', 'pubkey'],
  ['surplus_amount', 'u64'],
]);

export const evtWithdrawMigrationFee = layout([
  ['pool', 'pubkey'],
  ['fee', 'u64'],
  ['flag', 'u8'],
]);

export const evtUpdatePoolCreator = layout([
  ['pool', 'pubkey'],
  ['creator', 'pubkey'],
  ['new_creator', 'pubkey'],
]);

export const evtClaimPoolCreationFee = layout([
  ['pool', 'pubkey'],
  ['receiver', 'pubkey'],
  ['creation_fee', 'u64'],
]);

export const evtPartnerClaimPoolCreationFee = layout([
  ['pool', 'pubkey'],
  ['partner', 'pubkey'],
  ['creation_fee', 'u64'],
  ['fee_receiver', 'pubkey', { since: '2026-02' }],
]);

/** Older versions. */
export const evtClaimProtocolFee = layout([
  ['pool', 'pubkey'],
  ['token_base_amount', 'u64'],
  ['token_quote_amount', 'u64'],
]);

export const evtProtocolWithdrawSurplus = layout([
  ['pool', 'pubkey'],
  ['surplus_amount', 'u64'],
]);

export const evtPartnerWithdrawMigrationFee = layout([
  ['pool', 'pubkey'],
  ['fee', 'u64'],
]);

export const swapArgs = layout([['params', { struct: SWAP_PARAMETERS }]]);

export const swap2Args = layout([['params', { struct: SWAP_PARAMETERS2 }]]);

export const initializePoolArgs = layout([['params', { struct: INITIALIZE_POOL_PARAMETERS }]]);
