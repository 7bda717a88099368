import { layout, layoutWithVariants } from '../layout.ts';

/** Events of Meteora DAMM v2 that move no market: positions, rewards, settings. */
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

const SPLIT_AMOUNT_INFO = [
  ['permanent_locked_liquidity', 'u128'],
  ['unlocked_liquidity', 'u128'],
  ['fee_a', 'u64'],
  ['fee_b', 'u64'],
  ['reward_0', 'u64'],
  ['reward_1', 'u64'],
] as const;

const SPLIT_POSITION_INFO = [
  ['liquidity', 'u128'],
  ['fee_a', 'u64'],
  ['fee_b', 'u64'],
  ['reward_0', 'u64'],
  ['reward_1', 'u64'],
] as const;

const SPLIT_POSITION_PARAMETERS = [
  ['unlocked_liquidity_percentage', 'u8'],
  ['permanent_locked_liquidity_percentage', 'u8'],
  ['fee_a_percentage', 'u8'],
  ['fee_b_percentage', 'u8'],
  ['reward_0_percentage', 'u8'],
  ['reward_1_percentage', 'u8'],
  ['padding', { blob: 16 }],
] as const;

const SPLIT_POSITION_PARAMETERS2 = [
  ['unlocked_liquidity_numerator', 'u32'],
  ['permanent_locked_liquidity_numerator', 'u32'],
  ['fee_a_numerator', 'u32'],
  ['fee_b_numerator', 'u32'],
  ['reward_0_numerator', 'u32'],
  ['reward_1_numerator', 'u32'],
] as const;

const SPLIT_AMOUNT_INFO2 = [
  ['permanent_locked_liquidity', 'u128'],
  ['unlocked_liquidity', 'u128'],
  ['vested_liquidity', 'u128'],
  ['fee_a', 'u64'],
  ['fee_b', 'u64'],
  ['reward_0', 'u64'],
  ['reward_1', 'u64'],
] as const;

const SPLIT_POSITION_INFO2 = [
  ['unlocked_liquidity', 'u128'],
  ['permanent_locked_liquidity', 'u128'],
  ['vested_liquidity', 'u128'],
  ['fee_a', 'u64'],
  ['fee_b', 'u64'],
  ['reward_0', 'u64'],
  ['reward_1', 'u64'],
] as const;

const SPLIT_POSITION_PARAMETERS3 = [
  ['unlocked_liquidity_numerator', 'u32'],
  ['permanent_locked_liquidity_numerator', 'u32'],
  ['fee_a_numerator', 'u32'],
  ['fee_b_numerator', 'u32'],
  ['reward_0_numerator', 'u32'],
  ['reward_1_numerator', 'u32'],
  ['inner_vesting_liquidity_numerator', 'u32'],
] as const;

export const evtClaimReward = layout([
  ['pool', 'pubkey'],
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
  ['mint_reward', 'pubkey'],
  ['reward_index', 'u8'],
  ['total_reward', 'u64'],
]);

export const evtCloseConfig = layout([
  ['config', 'pubkey'],
  ['admin', 'pubkey'],
]);

export const evtClosePosition = layout([
  ['pool', 'pubkey'],
  ['owner', 'pubkey'],
  ['position', 'pubkey'],
  ['position_nft_mint', 'pubkey'],
]);

export const evtCreateConfig = layout([
  ['pool_fees', { struct: POOL_FEE_PARAMETERS }],
  ['vault_config_key', 'pubkey'],
  ['pool_creator_authority', 'pubkey'],
  ['activation_type', 'u8'],
  ['sqrt_min_price', 'u128'],
  ['sqrt_max_price', 'u128'],
  ['collect_fee_mode', 'u8'],
  ['index', 'u64'],
  ['config', 'pubkey'],
  ['permission', 'u128', { since: '2026-07' }],
]);

export const evtCreateDynamicConfig = layout([
  ['config', 'pubkey'],
  ['pool_creator_authority', 'pubkey'],
  ['index', 'u64'],
  ['permission', 'u128', { since: '2026-07' }],
]);

export const evtCreatePosition = layout([
  ['pool', 'pubkey'],
  ['owner', 'pubkey'],
  ['position', 'pubkey'],
  ['position_nft_mint', 'pubkey'],
]);

export const evtCreateTokenBadge = layout([['token_mint', 'pubkey']]);

export const evtFundReward = layout([
  ['pool', 'pubkey'],
  ['funder', 'pubkey'],
  ['mint_reward', 'pubkey'],
  ['reward_index', 'u8'],
  ['amount', 'u64'],
  ['transfer_fee_excluded_amount_in', 'u64'],
  ['reward_duration_end', 'u64', { since: '2025-07' }],
  ['pre_reward_rate', 'u128', { since: '2025-07' }],
  ['post_reward_rate', 'u128', { since: '2025-07' }],
]);

/** Before August 2025 the creator was not among the fields. */
export const evtInitializeReward = layoutWithVariants(
  [
    ['pool', 'pubkey'],
    ['reward_mint', 'pubkey'],
    ['funder', 'pubkey'],
    ['creator', 'pubkey'],
    ['reward_index', 'u8'],
    ['reward_duration', 'u64'],
  ],
  [
    {
      lengthMin: 105,
      lengthMax: 105,
      fields: [
        ['pool', 'pubkey'],
        ['reward_mint', 'pubkey'],
        ['funder', 'pubkey'],
        ['reward_index', 'u8'],
        ['reward_duration', 'u64'],
      ],
    },
  ],
);

export const evtLockPosition = layout([
  ['pool', 'pubkey'],
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
  ['vesting', 'pubkey'],
  ['cliff_point', 'u64'],
  ['period_frequency', 'u64'],
  ['cliff_unlock_liquidity', 'u128'],
  ['liquidity_per_period', 'u128'],
  ['number_of_period', 'u16'],
]);

export const evtPermanentLockPosition = layout([
  ['pool', 'pubkey'],
  ['position', 'pubkey'],
  ['lock_liquidity_amount', 'u128'],
  ['total_permanent_locked_liquidity', 'u128'],
]);

export const evtSetPoolStatus = layout([
  ['pool', 'pubkey'],
  ['status', 'u8'],
]);

/** August and September 2025: shares in percent. */
export const evtSplitPosition = layout([
  ['pool', 'pubkey'],
  ['first_owner', 'pubkey'],
  ['second_owner', 'pubkey'],
  ['first_position', 'pubkey'],
  ['second_position', 'pubkey'],
  ['current_sqrt_price', 'u128'],
  ['amount_splits', { struct: SPLIT_AMOUNT_INFO }],
  ['first_position_info', { struct: SPLIT_POSITION_INFO }],
  ['second_position_info', { struct: SPLIT_POSITION_INFO }],
  ['split_position_parameters', { struct: SPLIT_POSITION_PARAMETERS }],
]);

export const evtSplitPosition2 = layout([
  ['pool', 'pubkey'],
  ['first_owner', 'pubkey'],
  ['second_owner', 'pubkey'],
  ['first_position', 'pubkey'],
  ['second_position', 'pubkey'],
  ['current_sqrt_price', 'u128'],
  ['amount_splits', { struct: SPLIT_AMOUNT_INFO }],
  ['first_position_info', { struct: SPLIT_POSITION_INFO }],
  ['second_position_info', { struct: SPLIT_POSITION_INFO }],
  ['split_position_parameters', { struct: SPLIT_POSITION_PARAMETERS2 }],
]);

export const evtSplitPosition3 = layout([
  ['pool', 'pubkey'],
  ['first_owner', 'pubkey'],
  ['second_owner', 'pubkey'],
  ['first_position', 'pubkey'],
  ['second_position', 'pubkey'],
  ['current_sqrt_price', 'u128'],
  ['amount_splits', { struct: SPLIT_AMOUNT_INFO2 }],
  ['first_position_info', { struct: SPLIT_POSITION_INFO2 }],
  ['second_position_info', { struct: SPLIT_POSITION_INFO2 }],
  ['split_position_parameters', { struct: SPLIT_POSITION_PARAMETERS3 }],
]);

export const evtUpdateDelegatePermission = layout([
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
  ['permission', 'u32'],
  ['delegate', { option: 'pubkey' }],
]);

export const evtUpdatePoolFees = layout([
  ['pool', 'pubkey'],
  ['operator', 'pubkey'],
  // The members of its one struct `params`, flat: the last was appended.
  ['cliff_fee_numerator', { option: 'u64' }],
  ['dynamic_fee', { option: { struct: DYNAMIC_FEE_PARAMETERS } }],
  ['compounding_fee_bps', { option: 'u16' }, { since: '2026-06' }],
]);

export const evtUpdateRewardDuration = layout([
  ['pool', 'pubkey'],
  ['reward_index', 'u8'],
  ['old_reward_duration', 'u64'],
  ['new_reward_duration', 'u64'],
]);

export const evtUpdateRewardFunder = layout([
  ['pool', 'pubkey'],
  ['reward_index', 'u8'],
  ['old_funder', 'pubkey'],
  ['new_funder', 'pubkey'],
]);

export const evtWithdrawDeadLiquidityReward = layout([
  ['pool', 'pubkey'],
  ['reward_mint', 'pubkey'],
  ['amount', 'u64'],
]);

export const evtWithdrawIneligibleReward = layout([
  ['pool', 'pubkey'],
  ['reward_mint', 'pubkey'],
  ['amount', 'u64'],
]);

/** Older versions kept the operators of fee claims in accounts of their own. */
export const evtCreateClaimFeeOperator = layout([['operator', 'pubkey']]);

export const evtCloseClaimFeeOperator = layout([
  ['claim_fee_operator', 'pubkey'],
  ['operator', 'pubkey'],
]);
