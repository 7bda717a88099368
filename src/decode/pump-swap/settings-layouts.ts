import { layout } from '../layout.ts';

/** Bodies of the PumpSwap events about settings, volumes and incentives: kept with their fields. */
export const adminUpdateTokenIncentivesEvent = layout([
  ['start_time', 'i64'],
  ['end_time', 'i64'],
  ['day_number', 'u64'],
  ['token_supply_per_day', 'u64'],
  ['mint', 'pubkey', { since: '2025-08' }],
  ['seconds_in_a_day', 'i64', { since: '2025-08' }],
  ['timestamp', 'i64', { since: '2025-08' }],
]);

export const claimCashbackEvent = layout([
  ['user', 'pubkey'],
  ['amount', 'u64'],
  ['timestamp', 'i64'],
  ['total_claimed', 'u64'],
  ['total_cashback_earned', 'u64'],
]);

export const claimTokenIncentivesEvent = layout([
  ['user', 'pubkey'],
  ['mint', 'pubkey'],
  ['amount', 'u64'],
  ['timestamp', 'i64', { since: '2025-08' }],
  ['total_claimed_tokens', 'u64', { since: '2025-08' }],
  ['current_sol_volume', 'u64', { since: '2025-08' }],
]);

export const closeUserVolumeAccumulatorEvent = layout([
  ['user', 'pubkey'],
  ['timestamp', 'i64'],
  ['total_unclaimed_tokens', 'u64', { since: '2025-08' }],
  ['total_claimed_tokens', 'u64', { since: '2025-08' }],
  ['current_sol_volume', 'u64', { since: '2025-08' }],
  ['last_update_timestamp', 'i64', { since: '2025-08' }],
]);

export const createConfigEvent = layout([
  ['timestamp', 'i64'],
  ['admin', 'pubkey'],
  ['lp_fee_basis_points', 'u64'],
  ['protocol_fee_basis_points', 'u64'],
  ['protocol_fee_recipients', { array: ['pubkey', 8] }],
  ['coin_creator_fee_basis_points', 'u64', { since: '2025-05' }],
  ['admin_set_coin_creator_authority', 'pubkey', { since: '2025-05' }],
]);

export const disableEvent = layout([
  ['timestamp', 'i64'],
  ['admin', 'pubkey'],
  ['disable_create_pool', 'bool'],
  ['disable_deposit', 'bool'],
  ['disable_withdraw', 'bool'],
  ['disable_buy', 'bool'],
  ['disable_sell', 'bool'],
]);

export const extendAccountEvent = layout([
  ['timestamp', 'i64'],
  ['account', 'pubkey'],
  ['user', 'pubkey'],
  ['current_size', 'u64'],
  ['new_size', 'u64'],
]);

export const initBoostEvent = layout([
  ['timestamp', 'i64'],
  ['mint', 'pubkey'],
  ['bonding_curve', 'pubkey'],
  ['pool', 'pubkey'],
  ['virtual_quote_reserves', 'i128'],
  ['real_quote_reserves_after', 'u64'],
]);

export const initUserVolumeAccumulatorEvent = layout([
  ['payer', 'pubkey'],
  ['user', 'pubkey'],
  ['timestamp', 'i64'],
]);

export const reservedFeeRecipientsEvent = layout([
  ['timestamp', 'i64'],
  ['reserved_fee_recipient', 'pubkey'],
  ['reserved_fee_recipients', { array: ['pubkey', 7] }],
]);

export const setBoostAuthorityEvent = layout([
  ['timestamp', 'i64'],
  ['admin', 'pubkey'],
  ['old_boost_authority', 'pubkey'],
  ['new_boost_authority', 'pubkey'],
]);

export const syncUserVolumeAccumulatorEvent = layout([
  ['user', 'pubkey'],
  ['total_claimed_tokens_before', 'u64'],
  ['total_claimed_tokens_after', 'u64'],
  ['timestamp', 'i64', { since: '2025-08' }],
]);

export const updateAdminEvent = layout([
  ['timestamp', 'i64'],
  ['admin', 'pubkey'],
  ['new_admin', 'pubkey'],
]);

export const updateCreatorFeeConfigEvent = layout([
  ['timestamp', 'i64'],
  ['admin', 'pubkey'],
  ['creator_fee_configurable', 'bool'],
  ['max_configurable_creator_fee_bps', 'u64'],
]);

export const updateFeeConfigEvent = layout([
  ['timestamp', 'i64'],
  ['admin', 'pubkey'],
  ['lp_fee_basis_points', 'u64'],
  ['protocol_fee_basis_points', 'u64'],
  ['protocol_fee_recipients', { array: ['pubkey', 8] }],
  ['coin_creator_fee_basis_points', 'u64', { since: '2025-05' }],
  ['admin_set_coin_creator_authority', 'pubkey', { since: '2025-05' }],
]);

export const adminSetCoinCreatorFeeEditableEvent = layout([
  ['timestamp', 'i64'],
  ['admin_set_coin_creator_authority', 'pubkey'],
  ['base_mint', 'pubkey'],
  ['pool', 'pubkey'],
]);

export const setCoinCreatorFeeBpsEvent = layout([
  ['timestamp', 'i64'],
  ['authority', 'pubkey'],
  ['base_mint', 'pubkey'],
  ['pool', 'pubkey'],
  ['old_creator_fee_bps', 'u64'],
  ['new_creator_fee_bps', 'u64'],
]);
