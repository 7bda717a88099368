import { layout } from '../layout.ts';

/** Bodies of the pump.fun events about settings, volumes and incentives: kept with their fields, no domain event of their own. */
export const addQuoteControlMintEvent = layout([
  ['quote_control', 'pubkey'],
  ['authority', 'pubkey'],
  ['quote_mint', 'pubkey'],
  ['initial_virtual_quote_reserves', 'u64'],
  ['timestamp', 'i64'],
]);

export const adminSetIdlAuthorityEvent = layout([['idl_authority', 'pubkey']]);

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

export const extendAccountEvent = layout([
  ['account', 'pubkey'],
  ['user', 'pubkey'],
  ['current_size', 'u64'],
  ['new_size', 'u64'],
  ['timestamp', 'i64'],
]);

export const initUserVolumeAccumulatorEvent = layout([
  ['payer', 'pubkey'],
  ['user', 'pubkey'],
  ['timestamp', 'i64'],
]);

export const minimumDistributableFeeEvent = layout([
  ['minimum_required', 'u64'],
  ['distributable_fees', 'u64'],
  ['can_distribute', 'bool'],
]);

export const removeQuoteControlMintEvent = layout([
  ['quote_control', 'pubkey'],
  ['authority', 'pubkey'],
  ['quote_mint', 'pubkey'],
  ['timestamp', 'i64'],
]);

export const reservedFeeRecipientsEvent = layout([
  ['timestamp', 'i64'],
  ['reserved_fee_recipient', 'pubkey'],
  ['reserved_fee_recipients', { array: ['pubkey', 7] }],
]);

export const setParamsEvent = layout([
  ['initial_virtual_token_reserves', 'u64'],
  ['initial_virtual_sol_reserves', 'u64'],
  ['initial_real_token_reserves', 'u64'],
  ['final_real_sol_reserves', 'u64'],
  ['token_total_supply', 'u64'],
  ['fee_basis_points', 'u64'],
  ['withdraw_authority', 'pubkey', { since: '2025-02' }],
  ['enable_migrate', 'bool', { since: '2025-02' }],
  ['pool_migration_fee', 'u64', { since: '2025-02' }],
  ['creator_fee_basis_points', 'u64', { since: '2025-05' }],
  ['fee_recipients', { array: ['pubkey', 8] }, { since: '2025-05' }],
  ['timestamp', 'i64', { since: '2025-05' }],
  ['set_creator_authority', 'pubkey', { since: '2025-05' }],
  ['admin_set_creator_authority', 'pubkey', { since: '2025-09' }],
]);

export const setQuoteControlAdminEvent = layout([
  ['quote_control', 'pubkey'],
  ['authority', 'pubkey'],
  ['old_admin', 'pubkey'],
  ['new_admin', 'pubkey'],
  ['timestamp', 'i64'],
]);

export const setQuoteControlMintReservesEvent = layout([
  ['quote_control', 'pubkey'],
  ['authority', 'pubkey'],
  ['quote_mint', 'pubkey'],
  ['old_initial_virtual_quote_reserves', 'u64'],
  ['new_initial_virtual_quote_reserves', 'u64'],
  ['timestamp', 'i64'],
]);

export const setQuoteControlReservesAdminEvent = layout([
  ['quote_control', 'pubkey'],
  ['authority', 'pubkey'],
  ['old_reserves_admin', 'pubkey'],
  ['new_reserves_admin', 'pubkey'],
  ['timestamp', 'i64'],
]);

export const syncUserVolumeAccumulatorEvent = layout([
  ['user', 'pubkey'],
  ['total_claimed_tokens_before', 'u64'],
  ['total_claimed_tokens_after', 'u64'],
  ['timestamp', 'i64', { since: '2025-08' }],
]);

export const updateCreatorFeeConfigEvent = layout([
  ['timestamp', 'i64'],
  ['authority', 'pubkey'],
  ['creator_fee_configurable', 'bool'],
  ['max_configurable_creator_fee_bps', 'u64'],
]);

export const updateGlobalAuthorityEvent = layout([
  ['global', 'pubkey'],
  ['authority', 'pubkey'],
  ['new_authority', 'pubkey'],
  ['timestamp', 'i64'],
]);

export const updateMayhemVirtualParamsEvent = layout([
  ['timestamp', 'i64'],
  ['mint', 'pubkey'],
  ['virtual_token_reserves', 'u64'],
  ['virtual_sol_reserves', 'u64'],
  ['new_virtual_token_reserves', 'u64'],
  ['new_virtual_sol_reserves', 'u64'],
  ['real_token_reserves', 'u64'],
  ['real_sol_reserves', 'u64'],
]);
