/** The accounts of Meteora DAMM v2's instructions, in order, as far as an event needs them. */
export const SWAP = [
  'pool_authority',
  'pool',
  'input_token_account',
  'output_token_account',
  'token_a_vault',
  'token_b_vault',
  'token_a_mint',
  'token_b_mint',
  'payer',
  'token_a_program',
  'token_b_program',
  'referral_token_account',
];

export const ADD = [
  'pool',
  'position',
  'token_a_account',
  'token_b_account',
  'token_a_vault',
  'token_b_vault',
  'token_a_mint',
  'token_b_mint',
  'position_nft_account',
  'signer',
  'token_a_program',
  'token_b_program',
];

export const REMOVE = [
  'pool_authority',
  'pool',
  'position',
  'token_a_account',
  'token_b_account',
  'token_a_vault',
  'token_b_vault',
  'token_a_mint',
  'token_b_mint',
  'position_nft_account',
  'signer',
  'token_a_program',
  'token_b_program',
];

export const CLAIM_POSITION_FEE = [
  'pool_authority',
  'pool',
  'position',
  'token_a_account',
  'token_b_account',
  'token_a_vault',
  'token_b_vault',
  'token_a_mint',
  'token_b_mint',
  'position_nft_account',
  'signer',
  'token_a_program',
  'token_b_program',
];

export const CLAIM_PROTOCOL_FEE_2 = [
  'receiver_token_account',
  'token_a_mint',
  'token_b_mint',
  'token_a_program',
  'token_b_program',
  'pool',
  'token_a_vault',
  'token_b_vault',
  'pool_authority',
  'signer',
];

export const INITIALIZE = [
  'creator',
  'position_nft_mint',
  'position_nft_account',
  'payer',
  'config',
  'pool_authority',
  'pool',
  'position',
  'token_a_mint',
  'token_b_mint',
  'token_a_vault',
  'token_b_vault',
  'payer_token_a',
  'payer_token_b',
];

export const INITIALIZE_CUSTOM = [
  'creator',
  'position_nft_mint',
  'position_nft_account',
  'payer',
  'pool_authority',
  'pool',
  'position',
  'token_a_mint',
  'token_b_mint',
  'token_a_vault',
  'token_b_vault',
  'payer_token_a',
  'payer_token_b',
];

export const INITIALIZE_DYNAMIC = [
  'creator',
  'position_nft_mint',
  'position_nft_account',
  'payer',
  'pool_creator_authority',
  'config',
  'pool_authority',
  'pool',
  'position',
  'token_a_mint',
  'token_b_mint',
  'token_a_vault',
  'token_b_vault',
  'payer_token_a',
  'payer_token_b',
];

export const CLAIM_PROTOCOL_FEE = [
  'pool_authority',
  'pool',
  'token_a_vault',
  'token_b_vault',
  'token_a_mint',
  'token_b_mint',
  'token_a_account',
  'token_b_account',
  'claim_fee_operator',
  'operator',
];

export const CLAIM_PARTNER_FEE = [
  'pool_authority',
  'pool',
  'token_a_account',
  'token_b_account',
  'token_a_vault',
  'token_b_vault',
  'token_a_mint',
  'token_b_mint',
  'partner',
];
