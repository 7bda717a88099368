import { layout } from '../layout.ts';

/** Raydium CPMM: events are log lines only. Amounts are what the curve computed; transfer fees of the mints stand beside them. */
export const swapEvent = layout([
  ['pool_id', 'pubkey'],
  ['input_vault_before', 'u64'],
  ['output_vault_before', 'u64'],
  ['input_amount', 'u64'],
  ['output_amount', 'u64'],
  ['input_transfer_fee', 'u64'],
  ['output_transfer_fee', 'u64'],
  ['base_input', 'bool'],
  ['input_mint', 'pubkey', { since: '2025-08' }],
  ['output_mint', 'pubkey', { since: '2025-08' }],
  ['trade_fee', 'u64', { since: '2025-08' }],
  ['creator_fee', 'u64', { since: '2025-08' }],
  ['creator_fee_on_input', 'bool', { since: '2025-08' }],
]);

export const lpChangeEvent = layout([
  ['pool_id', 'pubkey'],
  ['lp_amount_before', 'u64'],
  ['token_0_vault_before', 'u64'],
  ['token_1_vault_before', 'u64'],
  ['token_0_amount', 'u64'],
  ['token_1_amount', 'u64'],
  ['token_0_transfer_fee', 'u64'],
  ['token_1_transfer_fee', 'u64'],
  ['change_type', 'u8'],
]);

export const swapBaseInputArgs = layout([
  ['amount_in', 'u64'],
  ['minimum_amount_out', 'u64'],
]);

export const swapBaseOutputArgs = layout([
  ['max_amount_in', 'u64'],
  ['amount_out', 'u64'],
]);

export const depositArgs = layout([
  ['lp_token_amount', 'u64'],
  ['maximum_token_0_amount', 'u64'],
  ['maximum_token_1_amount', 'u64'],
]);

export const withdrawArgs = layout([
  ['lp_token_amount', 'u64'],
  ['minimum_token_0_amount', 'u64'],
  ['minimum_token_1_amount', 'u64'],
]);

export const initializeArgs = layout([
  ['init_amount_0', 'u64'],
  ['init_amount_1', 'u64'],
  ['open_time', 'u64'],
]);

/** initialize_with_permission says on which token the creator's fee is taken. */
export const initializeWithPermissionArgs = layout([
  ['init_amount_0', 'u64'],
  ['init_amount_1', 'u64'],
  ['open_time', 'u64'],
  ['creator_fee_on', { enum: ['BothToken', 'OnlyToken0', 'OnlyToken1'] }],
]);

export const collectArgs = layout([
  ['amount_0_requested', 'u64'],
  ['amount_1_requested', 'u64'],
]);
