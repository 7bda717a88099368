/** The accounts of Meteora DBC's instructions, in order, as far as an event needs them. */
export const SWAP = [
  'pool_authority',
  'config',
  'pool',
  'input_token_account',
  'output_token_account',
  'base_vault',
  'quote_vault',
  'base_mint',
  'quote_mint',
  'payer',
  'token_base_program',
  'token_quote_program',
  'referral_token_account',
];

export const INITIALIZE = [
  'config',
  'pool_authority',
  'creator',
  'base_mint',
  'quote_mint',
  'pool',
  'base_vault',
  'quote_vault',
  'mint_metadata',
  'metadata_program',
  'payer',
  'token_quote_program',
  'token_program',
];

export const INITIALIZE_2022 = [
  'config',
  'pool_authority',
  'creator',
  'base_mint',
  'quote_mint',
  'pool',
  'base_vault',
  'quote_vault',
  'payer',
  'token_quote_program',
  'token_program',
];

export const INITIALIZE_HOOK = [
  'config',
  'pool_authority',
  'creator',
  'base_mint',
  'quote_mint',
  'pool',
  'base_vault',
  'quote_vault',
  'transfer_hook_program',
  'payer',
  'token_quote_program',
  'token_program',
];

export const CLAIM_CREATOR = [
  'pool_authority',
  'pool',
  'token_a_account',
  'token_b_account',
  'base_vault',
  'quote_vault',
  'base_mint',
  'quote_mint',
  'creator',
];

export const CLAIM_TRADING = [
  'pool_authority',
  'config',
  'pool',
  'token_a_account',
  'token_b_account',
  'base_vault',
  'quote_vault',
  'base_mint',
  'quote_mint',
  'fee_claimer',
];

export const CLAIM_PROTOCOL_2 = [
  'receiver_token_account',
  'base_mint',
  'quote_mint',
  'token_base_program',
  'token_quote_program',
  'config',
  'pool',
  'base_vault',
  'quote_vault',
  'pool_authority',
  'signer',
];

export const WITHDRAW_SURPLUS = [
  'pool_authority',
  'config',
  'virtual_pool',
  'token_quote_account',
  'quote_vault',
  'quote_mint',
  'fee_claimer',
];

export const WITHDRAW_MIGRATION_FEE = [
  'pool_authority',
  'config',
  'virtual_pool',
  'token_quote_account',
  'quote_vault',
  'quote_mint',
  'sender',
];

export const MIGRATE_DAMM = [
  'virtual_pool',
  'migration_metadata',
  'config',
  'pool_authority',
  'pool',
  'damm_config',
  'lp_mint',
  'token_a_mint',
  'token_b_mint',
  'a_vault',
  'b_vault',
  'a_token_vault',
  'b_token_vault',
  'a_vault_lp_mint',
  'b_vault_lp_mint',
  'a_vault_lp',
  'b_vault_lp',
  'base_vault',
  'quote_vault',
  'virtual_pool_lp',
  'protocol_token_a_fee',
  'protocol_token_b_fee',
  'payer',
];

export const MIGRATE_DAMM_V2 = [
  'virtual_pool',
  'migration_metadata',
  'config',
  'pool_authority',
  'pool',
  'first_position_nft_mint',
  'first_position_nft_account',
  'first_position',
  'second_position_nft_mint',
  'second_position_nft_account',
  'second_position',
  'damm_pool_authority',
  'amm_program',
  'base_mint',
  'quote_mint',
  'token_a_vault',
  'token_b_vault',
  'base_vault',
  'quote_vault',
  'payer',
];

export const CLAIM_PROTOCOL = [
  'pool_authority',
  'config',
  'pool',
  'base_vault',
  'quote_vault',
  'base_mint',
  'quote_mint',
  'token_base_account',
  'token_quote_account',
  'claim_fee_operator',
  'operator',
];

export const CREATOR_WITHDRAW_SURPLUS = [
  'pool_authority',
  'config',
  'virtual_pool',
  'token_quote_account',
  'quote_vault',
  'quote_mint',
  'creator',
];

export const PROTOCOL_WITHDRAW_SURPLUS = CREATOR_WITHDRAW_SURPLUS.slice(0, 6);
