import { layout } from '../layout.ts';

/** Meteora DLMM: events as self-CPI. X is token A, Y is token B. */
export const swap = layout([
  ['lb_pair', 'pubkey'],
  ['from', 'pubkey'],
  ['start_bin_id', 'i32'],
  ['end_bin_id', 'i32'],
  ['amount_in', 'u64'],
  ['amount_out', 'u64'],
  ['swap_for_y', 'bool'],
  ['fee', 'u64'],
  ['protocol_fee', 'u64'],
  ['fee_bps', 'u128'],
  ['host_fee', 'u64'],
]);

export const swap2Evt = layout([
  ['lb_pair', 'pubkey'],
  ['from', 'pubkey'],
  ['start_bin_id', 'i32'],
  ['end_bin_id', 'i32'],
  ['swap_for_y', 'bool'],
  ['fee_bps', 'u128'],
  ['amount_in', 'u64'],
  ['amount_left', 'u64'],
  ['amount_out', 'u64'],
  ['mm_fee', 'u64'],
  ['protocol_fee', 'u64'],
  ['limit_order_fee', 'u64'],
  ['host_fee', 'u64'],
  ['fees_on_input', 'bool'],
  ['fees_on_token_x', 'bool'],
]);

export const addLiquidity = layout([
  ['lb_pair', 'pubkey'],
  ['from', 'pubkey'],
  ['position', 'pubkey'],
  ['amounts', { array: ['u64', 2] }],
  ['active_bin_id', 'i32'],
]);

export const removeLiquidity = layout([
  ['lb_pair', 'pubkey'],
  ['from', 'pubkey'],
  ['position', 'pubkey'],
  ['amounts', { array: ['u64', 2] }],
  ['active_bin_id', 'i32'],
]);

export const rebalancing = layout([
  ['lb_pair', 'pubkey'],
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
  ['active_bin_id', 'i32'],
  ['x_withdrawn_amount', 'u64'],
  ['x_added_amount', 'u64'],
  ['y_withdrawn_amount', 'u64'],
  ['y_added_amount', 'u64'],
  ['x_fee_amount', 'u64'],
  ['y_fee_amount', 'u64'],
  ['old_min_id', 'i32'],
  ['old_max_id', 'i32'],
  ['new_min_id', 'i32'],
  ['new_max_id', 'i32'],
  ['rewards', { array: ['u64', 2] }],
]);

export const claimFee = layout([
  ['lb_pair', 'pubkey'],
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
  ['fee_x', 'u64'],
  ['fee_y', 'u64'],
]);

export const claimFee2 = layout([
  ['lb_pair', 'pubkey'],
  ['position', 'pubkey'],
  ['owner', 'pubkey'],
  ['fee_x', 'u64'],
  ['fee_y', 'u64'],
  ['active_bin_id', 'i32'],
]);

export const lbPairCreate = layout([
  ['lb_pair', 'pubkey'],
  ['bin_step', 'u16'],
  ['token_x', 'pubkey'],
  ['token_y', 'pubkey'],
]);

export const compositionFee = layout([
  ['from', 'pubkey'],
  ['bin_id', 'i16'],
  ['token_x_fee_amount', 'u64'],
  ['token_y_fee_amount', 'u64'],
  ['protocol_token_x_fee_amount', 'u64'],
  ['protocol_token_y_fee_amount', 'u64'],
]);

export const swapArgs = layout([
  ['amount_in', 'u64'],
  ['min_amount_out', 'u64'],
]);

export const swapExactOutArgs = layout([
  ['max_in_amount', 'u64'],
  ['out_amount', 'u64'],
]);

export const swapWithPriceImpactArgs = layout([
  ['amount_in', 'u64'],
  ['active_id', { option: 'i32' }],
  ['max_price_impact_bps', 'u16'],
]);
