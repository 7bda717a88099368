import { layout } from '../layout.ts';

/**
 * What Raydium AMM v4 writes behind "ray_log: " (the first byte is the kind) and reads as instruction data (the first byte is the
 * tag). Pool amounts in the logs are those before the event.
 */
export const initLog = layout([
  ['kind', 'u8'],
  ['time', 'u64'],
  ['pc_decimals', 'u8'],
  ['coin_decimals', 'u8'],
  ['pc_lot_size', 'u64'],
  ['coin_lot_size', 'u64'],
  ['pc_amount', 'u64'],
  ['coin_amount', 'u64'],
  ['market', 'pubkey'],
]);

export const depositLog = layout([
  ['kind', 'u8'],
  ['max_coin', 'u64'],
  ['max_pc', 'u64'],
  ['base', 'u64'],
  ['pool_coin', 'u64'],
  ['pool_pc', 'u64'],
  ['pool_lp', 'u64'],
  ['calc_pnl_x', 'u128'],
  ['calc_pnl_y', 'u128'],
  ['deduct_coin', 'u64'],
  ['deduct_pc', 'u64'],
  ['mint_lp', 'u64'],
]);

export const withdrawLog = layout([
  ['kind', 'u8'],
  ['withdraw_lp', 'u64'],
  ['user_lp', 'u64'],
  ['pool_coin', 'u64'],
  ['pool_pc', 'u64'],
  ['pool_lp', 'u64'],
  ['calc_pnl_x', 'u128'],
  ['calc_pnl_y', 'u128'],
  ['out_coin', 'u64'],
  ['out_pc', 'u64'],
]);

export const swapBaseInLog = layout([
  ['kind', 'u8'],
  ['amount_in', 'u64'],
  ['minimum_out', 'u64'],
  ['direction', 'u64'],
  ['user_source', 'u64'],
  ['pool_coin', 'u64'],
  ['pool_pc', 'u64'],
  ['out_amount', 'u64'],
]);

export const swapBaseOutLog = layout([
  ['kind', 'u8'],
  ['max_in', 'u64'],
  ['amount_out', 'u64'],
  ['direction', 'u64'],
  ['user_source', 'u64'],
  ['pool_coin', 'u64'],
  ['pool_pc', 'u64'],
  ['deduct_in', 'u64'],
]);

export const initializeArgs = layout([
  ['nonce', 'u8'],
  ['open_time', 'u64'],
]);

export const initialize2Args = layout([
  ['nonce', 'u8'],
  ['open_time', 'u64'],
  ['init_pc_amount', 'u64'],
  ['init_coin_amount', 'u64'],
]);

export const depositArgs = layout([
  ['max_coin_amount', 'u64'],
  ['max_pc_amount', 'u64'],
  ['base_side', 'u64'],
  ['other_amount_min', 'u64', { since: '2024-11' }],
]);

export const withdrawArgs = layout([
  ['amount', 'u64'],
  ['min_coin_amount', 'u64', { since: '2024-11' }],
  ['min_pc_amount', 'u64', { since: '2024-11' }],
]);

export const swapBaseInArgs = layout([
  ['amount_in', 'u64'],
  ['minimum_amount_out', 'u64'],
]);

export const swapBaseOutArgs = layout([
  ['max_amount_in', 'u64'],
  ['amount_out', 'u64'],
]);
