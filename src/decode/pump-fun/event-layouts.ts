import { layout } from '../layout.ts';

const SHAREHOLDERS = {
  vec: {
    struct: [
      ['address', 'pubkey'],
      ['share_bps', 'u16'],
    ],
  },
} as const;

/**
 * Bodies of the pump.fun events that become domain events. The program appends fields: `since` is the month from which bodies carry
 * them. Live bodies run ahead of the published interface; what is not named there yet stays in the tail.
 */
export const createEvent = layout([
  ['name', 'string'],
  ['symbol', 'string'],
  ['uri', 'string'],
  ['mint', 'pubkey'],
  ['bonding_curve', 'pubkey'],
  ['user', 'pubkey'],
  ['creator', 'pubkey', { since: '2025-05' }],
  ['timestamp', 'i64', { since: '2025-05' }],
  ['virtual_token_reserves', 'u64', { since: '2025-05' }],
  ['virtual_sol_reserves', 'u64', { since: '2025-05' }],
  ['real_token_reserves', 'u64', { since: '2025-05' }],
  ['token_total_supply', 'u64', { since: '2025-05' }],
  ['token_program', 'pubkey', { since: '2025-11' }],
  ['is_mayhem_mode', 'bool', { since: '2025-11' }],
  ['is_cashback_enabled', 'bool', { since: '2026-02' }],
  ['quote_mint', 'pubkey', { since: '2026-06' }],
  ['virtual_quote_reserves', 'u64', { since: '2026-06' }],
  ['creator_fee_bps', 'u64', { since: '2026-08' }],
  ['is_holder_reward', 'bool', { since: '2026-08' }],
  ['depth', 'u8', { since: '2026-10' }],
]);

export const tradeEvent = layout([
  ['mint', 'pubkey'],
  ['sol_amount', 'u64'],
  ['token_amount', 'u64'],
  ['is_buy', 'bool'],
  ['user', 'pubkey'],
  ['timestamp', 'i64'],
  ['virtual_sol_reserves', 'u64'],
  ['virtual_token_reserves', 'u64'],
  ['real_sol_reserves', 'u64', { since: '2024-05' }],
  ['real_token_reserves', 'u64', { since: '2024-05' }],
  ['fee_recipient', 'pubkey', { since: '2025-05' }],
  ['fee_basis_points', 'u64', { since: '2025-05' }],
  ['fee', 'u64', { since: '2025-05' }],
  ['creator', 'pubkey', { since: '2025-05' }],
  ['creator_fee_basis_points', 'u64', { since: '2025-05' }],
  ['creator_fee', 'u64', { since: '2025-05' }],
  ['track_volume', 'bool', { since: '2025-07' }],
  ['total_unclaimed_tokens', 'u64', { since: '2025-07' }],
  ['total_claimed_tokens', 'u64', { since: '2025-07' }],
  ['current_sol_volume', 'u64', { since: '2025-07' }],
  ['last_update_timestamp', 'i64', { since: '2025-07' }],
  ['ix_name', 'string', { since: '2025-11' }],
  ['mayhem_mode', 'bool', { since: '2025-11' }],
  ['cashback_fee_basis_points', 'u64', { since: '2026-02' }],
  ['cashback', 'u64', { since: '2026-02' }],
  ['buyback_fee_basis_points', 'u64', { since: '2026-04' }],
  ['buyback_fee', 'u64', { since: '2026-04' }],
  ['shareholders', SHAREHOLDERS, { since: '2026-06' }],
  ['quote_mint', 'pubkey', { since: '2026-06' }],
  ['quote_amount', 'u64', { since: '2026-06' }],
  ['virtual_quote_reserves', 'u64', { since: '2026-06' }],
  ['real_quote_reserves', 'u64', { since: '2026-06' }],
  ['holder_rewards_bps', 'u64', { since: '2026-08' }],
  ['holder_rewards', 'u64', { since: '2026-08' }],
  ['creator_fee_unclaimed', 'u64', { since: '2026-10' }],
]);

/** The rest of a buy that asked for more than its curve had left: priced on the reserves the pool will open with. */
export const postCompleteBuyEvent = layout([
  ['user', 'pubkey'],
  ['mint', 'pubkey'],
  ['bonding_curve', 'pubkey'],
  ['quote_mint', 'pubkey'],
  ['timestamp', 'i64'],
  ['base_out', 'u64'],
  ['quote_in', 'u64'],
  ['fee_basis_points', 'u64'],
  ['fee', 'u64'],
  ['creator_fee_basis_points', 'u64'],
  ['creator_fee', 'u64'],
  ['buyback_fee', 'u64'],
  ['pool_base_reserves_before', 'u64'],
  ['pool_quote_reserves_before', 'u64'],
  ['pool_base_reserves_after', 'u64'],
  ['pool_quote_reserves_after', 'u64'],
]);

export const completeEvent = layout([
  ['user', 'pubkey'],
  ['mint', 'pubkey'],
  ['bonding_curve', 'pubkey'],
  ['timestamp', 'i64'],
  ['quote_mint', 'pubkey', { since: '2026-06' }],
]);

export const completePumpAmmMigrationEvent = layout([
  ['user', 'pubkey'],
  ['mint', 'pubkey'],
  ['mint_amount', 'u64'],
  ['sol_amount', 'u64'],
  ['pool_migration_fee', 'u64'],
  ['bonding_curve', 'pubkey'],
  ['timestamp', 'i64'],
  ['pool', 'pubkey'],
  ['quote_mint', 'pubkey', { since: '2026-06' }],
]);

export const collectCreatorFeeEvent = layout([
  ['timestamp', 'i64'],
  ['creator', 'pubkey'],
  ['creator_fee', 'u64'],
  ['quote_mint', 'pubkey', { since: '2026-06' }],
]);

export const distributeCreatorFeesEvent = layout([
  ['timestamp', 'i64'],
  ['mint', 'pubkey'],
  ['bonding_curve', 'pubkey'],
  ['sharing_config', 'pubkey'],
  ['admin', 'pubkey'],
  ['shareholders', SHAREHOLDERS],
  ['distributed', 'u64'],
  ['quote_mint', 'pubkey', { since: '2026-06' }],
]);

export const distributeFeeToHoldersEvent = layout([
  ['timestamp', 'i64'],
  ['mint', 'pubkey'],
  ['quote_mint', 'pubkey'],
  ['recipients', 'u64'],
  ['total', 'u64'],
]);

export const sweepBondingCurveFeeEvent = layout([
  ['timestamp', 'i64'],
  ['mint', 'pubkey'],
  ['bonding_curve', 'pubkey'],
  ['quote_mint', 'pubkey'],
  ['recipient', 'pubkey'],
  ['amount', 'u64'],
  ['bucket', 'u8'],
]);

export const setCreatorEvent = layout([
  ['timestamp', 'i64'],
  ['mint', 'pubkey'],
  ['bonding_curve', 'pubkey'],
  ['creator', 'pubkey'],
]);

export const setMetaplexCreatorEvent = layout([
  ['timestamp', 'i64'],
  ['mint', 'pubkey'],
  ['bonding_curve', 'pubkey'],
  ['metadata', 'pubkey'],
  ['creator', 'pubkey'],
]);

export const migrateBondingCurveCreatorEvent = layout([
  ['timestamp', 'i64'],
  ['mint', 'pubkey'],
  ['bonding_curve', 'pubkey'],
  ['sharing_config', 'pubkey'],
  ['old_creator', 'pubkey'],
  ['new_creator', 'pubkey'],
]);

export const adminCtoEvent = layout([
  ['timestamp', 'i64'],
  ['authority', 'pubkey'],
  ['mint', 'pubkey'],
  ['bonding_curve', 'pubkey'],
  ['old_creator', 'pubkey'],
  ['new_creator', 'pubkey'],
  ['is_holder_reward', 'bool'],
  ['is_cashback_coin', 'bool'],
  ['old_creator_fee_bps', 'u64'],
  ['new_creator_fee_bps', 'u64'],
  ['sharing_config_reset', 'bool'],
  ['swept_to_holder_vault', 'u64'],
  ['pool_updated', 'bool'],
]);

export const adminSetCreatorEvent = layout([
  ['timestamp', 'i64'],
  ['admin_set_creator_authority', 'pubkey'],
  ['mint', 'pubkey'],
  ['bonding_curve', 'pubkey'],
  ['old_creator', 'pubkey'],
  ['new_creator', 'pubkey'],
]);
