import { layout } from '../layout.ts';

/** Events of Meteora DLMM that move no market: positions, rewards, limit orders, settings. */
const RELATIVE_BIN = [
  ['active_id', 'i32'],
  ['max_active_bin_slippage', 'i32'],
] as const;

const BIN_LIMIT_ORDER_AMOUNT = [
  ['id', 'i32'],
  ['amount', 'u64'],
] as const;

const PLACE_LIMIT_ORDER_PARAMS = [
  ['is_ask_side', 'bool'],
  ['padding', { blob: 16 }],
  ['relative_bin', { option: { struct: RELATIVE_BIN } }],
  ['bins', { vec: { struct: BIN_LIMIT_ORDER_AMOUNT } }],
] as const;

export const cancelLimitOrderEvt = layout([
  ['lb_pair', 'pubkey'],
  ['from', 'pubkey'],
  ['limit_order', 'pubkey'],
  ['amounts', { array: ['u64', 2] }],
  ['active_id', 'i32'],
  ['bins', { vec: 'i32' }],
]);

export const claimReward = layout([
  ['lb_pair', 'pubkey'],
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
  ['reward_index', 'u64'],
  ['total_reward', 'u64'],
]);

export const claimReward2 = layout([
  ['lb_pair', 'pubkey'],
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
  ['reward_index', 'u64'],
  ['total_reward', 'u64'],
  ['active_bin_id', 'i32'],
]);

export const closeLimitOrderEvt = layout([
  ['lb_pair', 'pubkey'],
  ['owner', 'pubkey'],
  ['limit_order', 'pubkey'],
]);

export const decreasePositionLength = layout([
  ['lb_pair', 'pubkey'],
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
  ['length_to_remove', 'u16'],
  ['side', 'u8'],
]);

export const dynamicFeeParameterUpdate = layout([
  ['lb_pair', 'pubkey'],
  ['filter_period', 'u16'],
  ['decay_period', 'u16'],
  ['reduction_factor', 'u16'],
  ['variable_fee_control', 'u32'],
  ['max_volatility_accumulator', 'u32'],
]);

export const feeParameterUpdate = layout([
  ['lb_pair', 'pubkey'],
  ['protocol_share', 'u16'],
  ['base_factor', 'u16'],
  ['base_fee_power_factor', 'u8'],
]);

export const fundReward = layout([
  ['lb_pair', 'pubkey'],
  ['funder', 'pubkey'],
  ['reward_index', 'u64'],
  ['amount', 'u64'],
]);

export const goToABin = layout([
  ['lb_pair', 'pubkey'],
  ['from_bin_id', 'i32'],
  ['to_bin_id', 'i32'],
]);

export const increaseObservation = layout([
  ['oracle', 'pubkey'],
  ['new_observation_length', 'u64'],
]);

export const increasePositionLength = layout([
  ['lb_pair', 'pubkey'],
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
  ['length_to_add', 'u16'],
  ['side', 'u8'],
]);

export const initializeReward = layout([
  ['lb_pair', 'pubkey'],
  ['reward_mint', 'pubkey'],
  ['funder', 'pubkey'],
  ['reward_index', 'u64'],
  ['reward_duration', 'u64'],
]);

export const placeLimitOrderEvt = layout([
  ['lb_pair', 'pubkey'],
  ['sender', 'pubkey'],
  ['owner', 'pubkey'],
  ['limit_order', 'pubkey'],
  ['active_id', 'i32'],
  ['params', { struct: PLACE_LIMIT_ORDER_PARAMS }],
]);

export const positionClose = layout([
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
]);

export const positionCreate = layout([
  ['lb_pair', 'pubkey'],
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
]);

export const setPositionPermissionlessOperationBitsEvt = layout([
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
  ['old_bits', 'u8'],
  ['new_bits', 'u8'],
]);

export const updatePositionLockReleasePoint = layout([
  ['position', 'pubkey'],
  ['current_point', 'u64'],
  ['new_lock_release_point', 'u64'],
  ['old_lock_release_point', 'u64'],
  ['sender', 'pubkey'],
]);

export const updatePositionOperator = layout([
  ['position', 'pubkey'],
  ['old_operator', 'pubkey'],
  ['new_operator', 'pubkey'],
]);

export const updateRewardDuration = layout([
  ['lb_pair', 'pubkey'],
  ['reward_index', 'u64'],
  ['old_reward_duration', 'u64'],
  ['new_reward_duration', 'u64'],
]);

export const updateRewardFunder = layout([
  ['lb_pair', 'pubkey'],
  ['reward_index', 'u64'],
  ['old_funder', 'pubkey'],
  ['new_funder', 'pubkey'],
]);

export const withdrawIneligibleReward = layout([
  ['lb_pair', 'pubkey'],
  ['reward_mint', 'pubkey'],
  ['amount', 'u64'],
]);
