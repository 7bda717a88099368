import { layout } from '../layout.ts';

/** Orca Whirlpool: events as log lines, since 2025; before that only the transfers tell. */
export const poolInitialized = layout([
  ['whirlpool', 'pubkey'],
  ['whirlpools_config', 'pubkey'],
  ['token_mint_a', 'pubkey'],
  ['token_mint_b', 'pubkey'],
  ['tick_spacing', 'u16'],
  ['token_program_a', 'pubkey'],
  ['token_program_b', 'pubkey'],
  ['decimals_a', 'u8'],
  ['decimals_b', 'u8'],
  ['initial_sqrt_price', 'u128'],
]);

export const traded = layout([
  ['whirlpool', 'pubkey'],
  ['a_to_b', 'bool'],
  ['pre_sqrt_price', 'u128'],
  ['post_sqrt_price', 'u128'],
  ['input_amount', 'u64'],
  ['output_amount', 'u64'],
  ['input_transfer_fee', 'u64'],
  ['output_transfer_fee', 'u64'],
  ['lp_fee', 'u64'],
  ['protocol_fee', 'u64'],
]);

export const liquidityIncreased = layout([
  ['whirlpool', 'pubkey'],
  ['position', 'pubkey'],
  ['tick_lower_index', 'i32'],
  ['tick_upper_index', 'i32'],
  ['liquidity', 'u128'],
  ['token_a_amount', 'u64'],
  ['token_b_amount', 'u64'],
  ['token_a_transfer_fee', 'u64'],
  ['token_b_transfer_fee', 'u64'],
]);

export const liquidityDecreased = layout([
  ['whirlpool', 'pubkey'],
  ['position', 'pubkey'],
  ['tick_lower_index', 'i32'],
  ['tick_upper_index', 'i32'],
  ['liquidity', 'u128'],
  ['token_a_amount', 'u64'],
  ['token_b_amount', 'u64'],
  ['token_a_transfer_fee', 'u64'],
  ['token_b_transfer_fee', 'u64'],
]);

export const liquidityRepositioned = layout([
  ['whirlpool', 'pubkey'],
  ['position', 'pubkey'],
  ['existing_range_tick_lower_index', 'i32'],
  ['existing_range_tick_upper_index', 'i32'],
  ['new_range_tick_lower_index', 'i32'],
  ['new_range_tick_upper_index', 'i32'],
  ['existing_range_liquidity', 'u128'],
  ['new_range_liquidity', 'u128'],
  ['existing_range_token_a_amount', 'u64'],
  ['existing_range_token_b_amount', 'u64'],
  ['new_range_token_a_amount', 'u64'],
  ['new_range_token_b_amount', 'u64'],
  ['token_a_transfer_amount', 'u64'],
  ['token_a_transfer_fee', 'u64'],
  ['is_token_a_transfer_from_owner', 'bool'],
  ['token_b_transfer_amount', 'u64'],
  ['token_b_transfer_fee', 'u64'],
  ['is_token_b_transfer_from_owner', 'bool'],
]);

export const positionOpened = layout([
  ['whirlpool', 'pubkey'],
  ['position', 'pubkey'],
  ['tick_lower_index', 'i32'],
  ['tick_upper_index', 'i32'],
]);

export const swapArgs = layout([
  ['amount', 'u64'],
  ['other_amount_threshold', 'u64'],
  ['sqrt_price_limit', 'u128'],
  ['amount_specified_is_input', 'bool'],
  ['a_to_b', 'bool'],
]);

export const twoHopSwapArgs = layout([
  ['amount', 'u64'],
  ['other_amount_threshold', 'u64'],
  ['amount_specified_is_input', 'bool'],
  ['a_to_b_one', 'bool'],
  ['a_to_b_two', 'bool'],
  ['sqrt_price_limit_one', 'u128'],
  ['sqrt_price_limit_two', 'u128'],
]);
