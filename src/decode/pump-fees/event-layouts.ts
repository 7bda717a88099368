import { layout } from '../layout.ts';

const FEES = {
  struct: [
    ['lp_fee_bps', 'u64'],
    ['protocol_fee_bps', 'u64'],
    ['creator_fee_bps', 'u64'],
  ],
} as const;
const SHAREHOLDERS = {
  vec: {
    struct: [
      ['address', 'pubkey'],
      ['share_bps', 'u16'],
    ],
  },
} as const;
const FEE_TIERS = {
  vec: {
    struct: [
      ['market_cap_lamports_threshold', 'u128'],
      ['fees', FEES],
    ],
  },
} as const;

/** Bodies of the events of the pump fees program: shares, claims and settings, kept with their fields. */
export const createFeeSharingConfigEvent = layout([
  ['timestamp', 'i64'],
  ['mint', 'pubkey'],
  ['bonding_curve', 'pubkey'],
  ['pool', { option: 'pubkey' }],
  ['sharing_config', 'pubkey'],
  ['admin', 'pubkey'],
  ['initial_shareholders', SHAREHOLDERS],
  ['status', { enum: ['Paused', 'Active'] }],
]);

export const donationFeePdaCranked = layout([
  ['timestamp', 'i64'],
  ['signer', 'pubkey'],
  ['donation_fee_pda', 'pubkey'],
  ['config_id', 'pubkey'],
  ['base_mint', 'pubkey'],
  ['quote_mint', 'pubkey'],
  ['creator', 'pubkey'],
  ['amount', 'u64'],
]);

export const donationFeePdaCreated = layout([
  ['timestamp', 'i64'],
  ['created_by', 'pubkey'],
  ['donation_fee_pda', 'pubkey'],
  ['config_id', 'pubkey'],
  ['base_mint', 'pubkey'],
  ['quote_mint', 'pubkey'],
  ['creator', 'pubkey'],
]);

export const extendFeeConfigEvent = layout([
  ['fee_config', 'pubkey'],
  ['user', 'pubkey'],
  ['current_size', 'u64'],
  ['new_size', 'u64'],
  ['timestamp', 'i64'],
]);

export const initializeFeeConfigEvent = layout([
  ['timestamp', 'i64'],
  ['admin', 'pubkey'],
  ['fee_config', 'pubkey'],
]);

export const initializeFeeProgramGlobalEvent = layout([
  ['timestamp', 'i64'],
  ['authority', 'pubkey'],
  ['social_claim_authority', 'pubkey'],
  ['disable_flags', 'u8'],
  ['claim_rate_limit', 'u64'],
]);

export const resetFeeSharingConfigEvent = layout([
  ['timestamp', 'i64'],
  ['mint', 'pubkey'],
  ['sharing_config', 'pubkey'],
  ['old_admin', 'pubkey'],
  ['old_shareholders', SHAREHOLDERS],
  ['new_admin', 'pubkey'],
  ['new_shareholders', SHAREHOLDERS],
  ['old_version', 'u8', { since: '2026-03' }],
  ['new_version', 'u8', { since: '2026-03' }],
]);

/** Until March 2026: sharing authorities are neither revoked nor transferred since. */
export const revokeFeeSharingAuthorityEvent = layout([
  ['timestamp', 'i64'],
  ['mint', 'pubkey'],
  ['sharing_config', 'pubkey'],
  ['admin', 'pubkey'],
]);

export const setAuthorityEvent = layout([
  ['timestamp', 'i64'],
  ['old_authority', 'pubkey'],
  ['new_authority', 'pubkey'],
]);

export const setClaimRateLimitEvent = layout([
  ['timestamp', 'i64'],
  ['claim_rate_limit', 'u64'],
]);

export const setDisableFlagsEvent = layout([
  ['timestamp', 'i64'],
  ['disable_flags', 'u8'],
]);

export const setExoticFlatFeesEvent = layout([
  ['timestamp', 'i64'],
  ['admin', 'pubkey'],
  ['fee_config', 'pubkey'],
  ['exotic_flat_fees', FEES],
]);

export const setSocialClaimAuthorityEvent = layout([
  ['timestamp', 'i64'],
  ['social_claim_authority', 'pubkey'],
]);

export const socialFeePdaClaimed = layout([
  ['timestamp', 'i64'],
  ['user_id', 'string'],
  ['platform', 'u8'],
  ['social_fee_pda', 'pubkey'],
  ['recipient', 'pubkey'],
  ['social_claim_authority', 'pubkey'],
  ['amount_claimed', 'u64'],
  ['claimable_before', 'u64'],
  ['lifetime_claimed', 'u64'],
  ['recipient_balance_before', 'u64'],
  ['recipient_balance_after', 'u64'],
  ['quote_mint', 'pubkey', { since: '2026-05' }],
  ['lifetime_stable_claimed', 'u64', { since: '2026-05' }],
]);

export const socialFeePdaCreated = layout([
  ['timestamp', 'i64'],
  ['user_id', 'string'],
  ['platform', 'u8'],
  ['social_fee_pda', 'pubkey'],
  ['created_by', 'pubkey'],
]);

export const sweepBuybackEvent = layout([
  ['index', 'u8'],
  ['sol_amount', 'u64'],
  ['token_amount', 'u64'],
  ['destination', 'pubkey'],
  ['buyback_vault', 'pubkey'],
  ['mint', 'pubkey'],
]);

export const transferFeeSharingAuthorityEvent = layout([
  ['timestamp', 'i64'],
  ['mint', 'pubkey'],
  ['sharing_config', 'pubkey'],
  ['old_admin', 'pubkey'],
  ['new_admin', 'pubkey'],
]);

export const updateAdminEvent = layout([
  ['timestamp', 'i64'],
  ['old_admin', 'pubkey'],
  ['new_admin', 'pubkey'],
]);

export const updateFeeConfigEvent = layout([
  ['timestamp', 'i64'],
  ['admin', 'pubkey'],
  ['fee_config', 'pubkey'],
  ['fee_tiers', FEE_TIERS],
  ['flat_fees', FEES],
]);

export const updateFeeSharesEvent = layout([
  ['timestamp', 'i64'],
  ['mint', 'pubkey'],
  ['sharing_config', 'pubkey'],
  ['admin', 'pubkey'],
  ['new_shareholders', SHAREHOLDERS],
  ['version', 'u8', { since: '2026-03' }],
]);

export const updateStableFeeConfigEvent = layout([
  ['timestamp', 'i64'],
  ['admin', 'pubkey'],
  ['fee_config', 'pubkey'],
  ['stable_fee_tiers', FEE_TIERS],
  ['flat_fees', FEES],
]);

export const upsertFeeTiersEvent = layout([
  ['timestamp', 'i64'],
  ['admin', 'pubkey'],
  ['fee_config', 'pubkey'],
  ['fee_tiers', FEE_TIERS],
  ['offset', 'u8'],
]);

export const upsertStableFeeTiersEvent = layout([
  ['timestamp', 'i64'],
  ['admin', 'pubkey'],
  ['fee_config', 'pubkey'],
  ['stable_fee_tiers', FEE_TIERS],
  ['offset', 'u8'],
]);
