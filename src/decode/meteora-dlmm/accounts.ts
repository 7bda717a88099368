/** The accounts of Meteora DLMM's instructions, in order, as far as an event needs them. */
export const SWAP = [
  'lb_pair',
  'bin_array_bitmap_extension',
  'reserve_x',
  'reserve_y',
  'user_token_in',
  'user_token_out',
  'token_x_mint',
  'token_y_mint',
  'oracle',
  'host_fee_in',
  'user',
  'token_x_program',
  'token_y_program',
];

export const LIQUIDITY = [
  'position',
  'lb_pair',
  'bin_array_bitmap_extension',
  'user_token_x',
  'user_token_y',
  'reserve_x',
  'reserve_y',
  'token_x_mint',
  'token_y_mint',
  'bin_array_lower',
  'bin_array_upper',
  'sender',
  'token_x_program',
  'token_y_program',
];

export const LIQUIDITY_2 = [
  'position',
  'lb_pair',
  'bin_array_bitmap_extension',
  'user_token_x',
  'user_token_y',
  'reserve_x',
  'reserve_y',
  'token_x_mint',
  'token_y_mint',
  'sender',
  'token_x_program',
  'token_y_program',
];

export const ONE_SIDE = [
  'position',
  'lb_pair',
  'bin_array_bitmap_extension',
  'user_token',
  'reserve',
  'token_mint',
  'bin_array_lower',
  'bin_array_upper',
  'sender',
  'token_program',
];

export const ONE_SIDE_2 = [
  'position',
  'lb_pair',
  'bin_array_bitmap_extension',
  'user_token',
  'reserve',
  'token_mint',
  'sender',
  'token_program',
];

export const REBALANCE = [
  'position',
  'lb_pair',
  'bin_array_bitmap_extension',
  'user_token_x',
  'user_token_y',
  'reserve_x',
  'reserve_y',
  'token_x_mint',
  'token_y_mint',
  'owner',
  'rent_payer',
  'token_x_program',
  'token_y_program',
];

export const CLAIM_FEE = [
  'lb_pair',
  'position',
  'bin_array_lower',
  'bin_array_upper',
  'sender',
  'reserve_x',
  'reserve_y',
  'user_token_x',
  'user_token_y',
  'token_x_mint',
  'token_y_mint',
];

export const CLAIM_FEE_2 = [
  'lb_pair',
  'position',
  'sender',
  'reserve_x',
  'reserve_y',
  'user_token_x',
  'user_token_y',
  'token_x_mint',
  'token_y_mint',
];

export const INITIALIZE_PAIR = [
  'lb_pair',
  'bin_array_bitmap_extension',
  'token_mint_x',
  'token_mint_y',
  'reserve_x',
  'reserve_y',
  'oracle',
  'preset_parameter',
  'funder',
];

export const INITIALIZE_PAIR_2 = [
  'lb_pair',
  'bin_array_bitmap_extension',
  'token_mint_x',
  'token_mint_y',
  'reserve_x',
  'reserve_y',
  'oracle',
  'preset_parameter',
  'funder',
  'token_badge_x',
  'token_badge_y',
  'token_program_x',
  'token_program_y',
];

export const INITIALIZE_CUSTOM = [
  'lb_pair',
  'bin_array_bitmap_extension',
  'token_mint_x',
  'token_mint_y',
  'reserve_x',
  'reserve_y',
  'oracle',
  'user_token_x',
  'funder',
  'token_program',
  'system_program',
  'user_token_y',
];

export const INITIALIZE_CUSTOM_2 = [
  'lb_pair',
  'bin_array_bitmap_extension',
  'token_mint_x',
  'token_mint_y',
  'reserve_x',
  'reserve_y',
  'oracle',
  'user_token_x',
  'funder',
];

export const INITIALIZE_PERMISSION = [
  'base',
  'lb_pair',
  'bin_array_bitmap_extension',
  'token_mint_x',
  'token_mint_y',
  'reserve_x',
  'reserve_y',
  'oracle',
  'payer',
];

export const WITHDRAW_PROTOCOL_FEE = [
  'lb_pair',
  'reserve_x',
  'reserve_y',
  'token_x_mint',
  'token_y_mint',
  'receiver_token_x',
  'receiver_token_y',
  'operator',
];

export const ZAP_PROTOCOL_FEE = ['lb_pair', 'reserve', 'token_mint', 'receiver_token', 'operator'];
