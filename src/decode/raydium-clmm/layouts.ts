import { layout, layoutWithVariants } from '../layout.ts';

/** Raydium CLMM: events are log lines only. */
const SWAP_START = [
  ['pool_state', 'pubkey'],
  ['sender', 'pubkey'],
  ['token_account_0', 'pubkey'],
  ['token_account_1', 'pubkey'],
] as const;

const SWAP_END = [
  ['zero_for_one', 'bool'],
  ['sqrt_price_x64', 'u128'],
  ['liquidity', 'u128'],
  ['tick', 'i32'],
] as const;

/** Until June 2023 the transfer fees did not stand between the amounts: such a body ends at 181 bytes. */
export const swapEvent = layoutWithVariants(
  [
    ...SWAP_START,
    ['amount_0', 'u64'],
    ['transfer_fee_0', 'u64'],
    ['amount_1', 'u64'],
    ['transfer_fee_1', 'u64'],
    ...SWAP_END,
    ['trade_fee_0', 'u64', { since: '2026-05' }],
    ['trade_fee_1', 'u64', { since: '2026-05' }],
  ],
  [
    {
      lengthMin: 0,
      lengthMax: 181,
      fields: [...SWAP_START, ['amount_0', 'u64'], ['amount_1', 'u64'], ...SWAP_END],
    },
  ],
);

export const poolCreatedEvent = layout([
  ['token_mint_0', 'pubkey'],
  ['token_mint_1', 'pubkey'],
  ['tick_spacing', 'u16'],
  ['pool_state', 'pubkey'],
  ['sqrt_price_x64', 'u128'],
  ['tick', 'i32'],
  ['token_vault_0', 'pubkey'],
  ['token_vault_1', 'pubkey'],
]);

export const createPersonalPositionEvent = layout([
  ['pool_state', 'pubkey'],
  ['minter', 'pubkey'],
  ['nft_owner', 'pubkey'],
  ['tick_lower_index', 'i32'],
  ['tick_upper_index', 'i32'],
  ['liquidity', 'u128'],
  ['deposit_amount_0', 'u64'],
  ['deposit_amount_1', 'u64'],
  ['deposit_amount_0_transfer_fee', 'u64', { since: '2023-06' }],
  ['deposit_amount_1_transfer_fee', 'u64', { since: '2023-06' }],
]);

export const increaseLiquidityEvent = layout([
  ['position_nft_mint', 'pubkey'],
  ['liquidity', 'u128'],
  ['amount_0', 'u64'],
  ['amount_1', 'u64'],
  ['amount_0_transfer_fee', 'u64', { since: '2023-06' }],
  ['amount_1_transfer_fee', 'u64', { since: '2023-06' }],
]);

export const decreaseLiquidityEvent = layout([
  ['position_nft_mint', 'pubkey'],
  ['liquidity', 'u128'],
  ['decrease_amount_0', 'u64'],
  ['decrease_amount_1', 'u64'],
  ['fee_amount_0', 'u64'],
  ['fee_amount_1', 'u64'],
  ['reward_amounts', { array: ['u64', 3] }],
  ['transfer_fee_0', 'u64', { since: '2023-06' }],
  ['transfer_fee_1', 'u64', { since: '2023-06' }],
]);

export const liquidityCalculateEvent = layout([
  ['pool_liquidity', 'u128'],
  ['pool_sqrt_price_x64', 'u128'],
  ['pool_tick', 'i32'],
  ['calc_amount_0', 'u64'],
  ['calc_amount_1', 'u64'],
  ['trade_fee_owed_0', 'u64'],
  ['trade_fee_owed_1', 'u64'],
  ['transfer_fee_0', 'u64'],
  ['transfer_fee_1', 'u64'],
]);

export const liquidityChangeEvent = layout([
  ['pool_state', 'pubkey'],
  ['tick', 'i32'],
  ['tick_lower', 'i32'],
  ['tick_upper', 'i32'],
  ['liquidity_before', 'u128'],
  ['liquidity_after', 'u128'],
]);

export const collectPersonalFeeEvent = layout([
  ['position_nft_mint', 'pubkey'],
  ['recipient_token_account_0', 'pubkey'],
  ['recipient_token_account_1', 'pubkey'],
  ['amount_0', 'u64'],
  ['amount_1', 'u64'],
]);

export const collectProtocolFeeEvent = layout([
  ['pool_state', 'pubkey'],
  ['recipient_token_account_0', 'pubkey'],
  ['recipient_token_account_1', 'pubkey'],
  ['amount_0', 'u64'],
  ['amount_1', 'u64'],
]);

export const configChangeEvent = layout([
  ['index', 'u16'],
  ['owner', 'pubkey'],
  ['protocol_fee_rate', 'u32'],
  ['trade_fee_rate', 'u32'],
  ['tick_spacing', 'u16'],
  ['fund_fee_rate', 'u32'],
  ['fund_owner', 'pubkey'],
]);

export const updateRewardInfosEvent = layout([['reward_growth_global_x64', { array: ['u128', 3] }]]);

export const openLimitOrderEvent = layout([
  ['pool_id', 'pubkey'],
  ['limit_order', 'pubkey'],
  ['zero_for_one', 'bool'],
  ['tick_index', 'i32'],
  ['total_amount', 'u64'],
  ['transfer_fee', 'u64'],
]);

export const increaseLimitOrderEvent = layout([
  ['pool_id', 'pubkey'],
  ['limit_order', 'pubkey'],
  ['zero_for_one', 'bool'],
  ['tick_index', 'i32'],
  ['total_amount', 'u64'],
  ['increased_amount', 'u64'],
  ['transfer_fee', 'u64'],
]);

export const decreaseLimitOrderEvent = layout([
  ['pool_id', 'pubkey'],
  ['limit_order', 'pubkey'],
  ['zero_for_one', 'bool'],
  ['tick_index', 'i32'],
  ['total_amount', 'u64'],
  ['filled_amount', 'u64'],
  ['settled_output_amount', 'u64'],
  ['decreased_amount', 'u64'],
]);

export const settleLimitOrderEvent = layout([
  ['pool_id', 'pubkey'],
  ['limit_order', 'pubkey'],
  ['zero_for_one', 'bool'],
  ['tick_index', 'i32'],
  ['total_amount', 'u64'],
  ['filled_amount', 'u64'],
  ['settled_amount_out', 'u64'],
]);

export const swapArgs = layout([
  ['amount', 'u64'],
  ['other_amount_threshold', 'u64'],
  ['sqrt_price_limit_x64', 'u128'],
  ['is_base_input', 'bool'],
]);

export const swapRouterArgs = layout([
  ['amount_in', 'u64'],
  ['amount_out_minimum', 'u64'],
]);

export const createPoolArgs = layout([
  ['sqrt_price_x64', 'u128'],
  ['open_time', 'u64'],
]);

export const createCustomizablePoolArgs = layout([
  ['sqrt_price_x64', 'u128'],
  ['collect_fee_on', { enum: ['FromInput', 'Token0Only', 'Token1Only'] }],
  ['enable_dynamic_fee', 'bool'],
]);

export const openPositionArgs = layout([
  ['tick_lower_index', 'i32'],
  ['tick_upper_index', 'i32'],
  ['tick_array_lower_start_index', 'i32'],
  ['tick_array_upper_start_index', 'i32'],
  ['liquidity', 'u128'],
  ['amount_0_max', 'u64'],
  ['amount_1_max', 'u64'],
  ['with_metadata', 'bool', { since: '2023-07' }],
  ['base_flag', { option: 'bool' }, { since: '2023-10' }],
]);

export const increaseLiquidityArgs = layout([
  ['liquidity', 'u128'],
  ['amount_0_max', 'u64'],
  ['amount_1_max', 'u64'],
  ['base_flag', { option: 'bool' }, { since: '2023-10' }],
]);

export const decreaseLiquidityArgs = layout([
  ['liquidity', 'u128'],
  ['amount_0_min', 'u64'],
  ['amount_1_min', 'u64'],
]);

export const collectArgs = layout([
  ['amount_0_requested', 'u64'],
  ['amount_1_requested', 'u64'],
]);
