/** The accounts of Raydium CLMM's instructions, in order, as far as an event needs them. */
export const SWAP = [
  'payer',
  'amm_config',
  'pool_state',
  'input_token_account',
  'output_token_account',
  'input_vault',
  'output_vault',
  'observation_state',
  'token_program',
];

export const SWAP_V2 = [...SWAP, 'token_program_2022', 'memo_program', 'input_vault_mint', 'output_vault_mint'];

export const ROUTER = [
  'payer',
  'input_token_account',
  'input_token_mint',
  'token_program',
  'token_program_2022',
  'memo_program',
];

/** Behind the router's own accounts each hop brings these, then its tick arrays. */
export const ROUTER_HOP = [
  'amm_config',
  'pool_state',
  'output_token_account',
  'input_vault',
  'output_vault',
  'output_mint',
];

export const CREATE_POOL = [
  'pool_creator',
  'amm_config',
  'pool_state',
  'token_mint_0',
  'token_mint_1',
  'token_vault_0',
  'token_vault_1',
  'observation_state',
  'tick_array_bitmap',
];

const POSITION_START = ['payer', 'position_nft_owner', 'position_nft_mint', 'position_nft_account'];
const POSITION_POOL = [
  'pool_state',
  'protocol_position',
  'tick_array_lower',
  'tick_array_upper',
  'personal_position',
  'token_account_0',
  'token_account_1',
  'token_vault_0',
  'token_vault_1',
  'rent',
  'system_program',
  'token_program',
  'associated_token_program',
];

export const OPEN_POSITION = [...POSITION_START, 'metadata_account', ...POSITION_POOL, 'metadata_program'];
export const OPEN_POSITION_V2 = [...OPEN_POSITION, 'token_program_2022', 'vault_0_mint', 'vault_1_mint'];
export const OPEN_POSITION_TOKEN_22 = [
  ...POSITION_START,
  ...POSITION_POOL,
  'token_program_2022',
  'vault_0_mint',
  'vault_1_mint',
];

export const INCREASE = [
  'nft_owner',
  'nft_account',
  'pool_state',
  'protocol_position',
  'personal_position',
  'tick_array_lower',
  'tick_array_upper',
  'token_account_0',
  'token_account_1',
  'token_vault_0',
  'token_vault_1',
  'token_program',
];
export const INCREASE_V2 = [...INCREASE, 'token_program_2022', 'vault_0_mint', 'vault_1_mint'];

export const DECREASE = [
  'nft_owner',
  'nft_account',
  'personal_position',
  'pool_state',
  'protocol_position',
  'token_vault_0',
  'token_vault_1',
  'tick_array_lower',
  'tick_array_upper',
  'recipient_token_account_0',
  'recipient_token_account_1',
  'token_program',
];
export const DECREASE_V2 = [...DECREASE, 'token_program_2022', 'memo_program', 'vault_0_mint', 'vault_1_mint'];

export const CLOSE_POSITION = [
  'nft_owner',
  'position_nft_mint',
  'position_nft_account',
  'personal_position',
  'system_program',
  'token_program',
];

export const COLLECT = [
  'owner',
  'pool_state',
  'amm_config',
  'token_vault_0',
  'token_vault_1',
  'vault_0_mint',
  'vault_1_mint',
  'recipient_token_account_0',
  'recipient_token_account_1',
  'token_program',
  'token_program_2022',
];
