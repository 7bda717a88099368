/** The accounts of Orca Whirlpool's instructions, in order, as far as an event needs them. */
export const SWAP = [
  'token_program',
  'token_authority',
  'whirlpool',
  'token_owner_account_a',
  'token_vault_a',
  'token_owner_account_b',
  'token_vault_b',
];

export const SWAP_V2 = [
  'token_program_a',
  'token_program_b',
  'memo_program',
  'token_authority',
  'whirlpool',
  'token_mint_a',
  'token_mint_b',
  'token_owner_account_a',
  'token_vault_a',
  'token_owner_account_b',
  'token_vault_b',
];

export const TWO_HOP = [
  'token_program',
  'token_authority',
  'whirlpool_one',
  'whirlpool_two',
  'token_owner_account_one_a',
  'token_vault_one_a',
  'token_owner_account_one_b',
  'token_vault_one_b',
  'token_owner_account_two_a',
  'token_vault_two_a',
  'token_owner_account_two_b',
  'token_vault_two_b',
];

export const TWO_HOP_V2 = [
  'whirlpool_one',
  'whirlpool_two',
  'token_mint_input',
  'token_mint_intermediate',
  'token_mint_output',
  'token_program_input',
  'token_program_intermediate',
  'token_program_output',
  'token_owner_account_input',
  'token_vault_one_input',
  'token_vault_one_intermediate',
  'token_vault_two_intermediate',
  'token_vault_two_output',
  'token_owner_account_output',
  'token_authority',
];

export const LIQUIDITY = [
  'whirlpool',
  'token_program',
  'position_authority',
  'position',
  'position_token_account',
  'token_owner_account_a',
  'token_owner_account_b',
  'token_vault_a',
  'token_vault_b',
];

export const LIQUIDITY_V2 = [
  'whirlpool',
  'token_program_a',
  'token_program_b',
  'memo_program',
  'position_authority',
  'position',
  'position_token_account',
  'token_mint_a',
  'token_mint_b',
  'token_owner_account_a',
  'token_owner_account_b',
  'token_vault_a',
  'token_vault_b',
];

export const REPOSITION = [
  'whirlpool',
  'token_program_a',
  'token_program_b',
  'memo_program',
  'position_authority',
  'funder',
  'position',
  'position_token_account',
  'token_mint_a',
  'token_mint_b',
  'token_owner_account_a',
  'token_owner_account_b',
  'token_vault_a',
  'token_vault_b',
];

export const COLLECT_FEES = [
  'whirlpool',
  'position_authority',
  'position',
  'position_token_account',
  'token_owner_account_a',
  'token_vault_a',
  'token_owner_account_b',
  'token_vault_b',
];

export const COLLECT_FEES_V2 = [
  'whirlpool',
  'position_authority',
  'position',
  'position_token_account',
  'token_mint_a',
  'token_mint_b',
  'token_owner_account_a',
  'token_vault_a',
  'token_owner_account_b',
  'token_vault_b',
];

export const COLLECT_PROTOCOL_FEES = [
  'whirlpools_config',
  'whirlpool',
  'collect_protocol_fees_authority',
  'token_vault_a',
  'token_vault_b',
];

export const COLLECT_PROTOCOL_FEES_V2 = [
  'whirlpools_config',
  'whirlpool',
  'collect_protocol_fees_authority',
  'token_mint_a',
  'token_mint_b',
  'token_vault_a',
  'token_vault_b',
];

export const INITIALIZE_POOL = [
  'whirlpools_config',
  'token_mint_a',
  'token_mint_b',
  'funder',
  'whirlpool',
  'token_vault_a',
  'token_vault_b',
];

export const INITIALIZE_POOL_V2 = [
  'whirlpools_config',
  'token_mint_a',
  'token_mint_b',
  'token_badge_a',
  'token_badge_b',
  'funder',
  'whirlpool',
  'token_vault_a',
  'token_vault_b',
];

export const INITIALIZE_ADAPTIVE = [
  'whirlpools_config',
  'token_mint_a',
  'token_mint_b',
  'token_badge_a',
  'token_badge_b',
  'funder',
  'initialize_pool_authority',
  'whirlpool',
  'oracle',
  'token_vault_a',
  'token_vault_b',
];
