import { type Layout, layout } from '../layout.ts';
import { anchorInstruction, type InstructionSpec } from '../program.ts';

const FEES = {
  struct: [
    ['lp_fee_bps', 'u64'],
    ['protocol_fee_bps', 'u64'],
    ['creator_fee_bps', 'u64'],
  ],
} as const;
const SHAREHOLDERS = {
  vec: {
    struct: [
      ['address', 'pubkey'],
      ['share_bps', 'u16'],
    ],
  },
} as const;
const FEE_TIERS = {
  vec: {
    struct: [
      ['market_cap_lamports_threshold', 'u128'],
      ['fees', FEES],
    ],
  },
} as const;

/** The instructions of the pump fees program: they may log an event or none. */
export const INSTRUCTIONS: readonly InstructionSpec[] = [
  setting(
    'admin_cto_sharing_config',
    layout([['new_admin', { option: 'pubkey' }]]),
    'pool_authority authority global mint sharing_config event_authority program',
  ),
  setting(
    'claim_social_fee_pda',
    layout([
      ['user_id', 'string'],
      ['platform', 'u8'],
    ]),
    'recipient social_fee_pda fee_program_global social_claim_authority event_authority program',
  ),
  setting(
    'claim_social_fee_pda_v2',
    layout([
      ['user_id', 'string'],
      ['platform', 'u8'],
    ]),
    'recipient social_fee_pda quote_mint associated_social_fee_pda associated_recipient quote_token_program associated_token_program fee_program_global social_claim_authority system_program event_authority program',
  ),
  setting(
    'crank_donation_fee_pda',
    null,
    'event_authority program payer system_program token_program associated_token_program rent fee_program_global donation_fee_pda quote_mint donation_fee_pda_ata donation_relay_program donation_relay_event_authority mint_whitelist epoch_tracker debouncer debouncer_ata',
  ),
  setting(
    'create_donation_fee_pda',
    null,
    'event_authority program payer system_program fee_program_global donation_fee_pda config_id base_mint bonding_curve pool sharing_config',
  ),
  setting(
    'create_fee_sharing_config',
    null,
    'event_authority program payer global mint sharing_config system_program bonding_curve pump_program pump_event_authority pool pump_amm_program pump_amm_event_authority',
  ),
  setting(
    'create_social_fee_pda',
    layout([
      ['user_id', 'string'],
      ['platform', 'u8'],
    ]),
    'payer social_fee_pda system_program fee_program_global event_authority program',
  ),
  setting('extend_fee_config', null, 'fee_config user config_program_id system_program event_authority program'),
  setting(
    'get_fees',
    layout([
      ['is_pump_pool', 'bool'],
      ['market_cap_lamports', 'u128'],
      ['trade_size_lamports', 'u64'],
      ['is_new_quote_mint', 'bool', { since: '2026-06' }],
    ]),
    'fee_config config_program_id',
  ),
  setting(
    'get_fees_with_quote_mint',
    layout([
      ['is_pump_pool', 'bool'],
      ['market_cap_lamports', 'u128'],
      ['quote_mint', 'pubkey'],
    ]),
    'fee_config config_program_id',
  ),
  setting(
    'initialize_buyback',
    layout([['index', 'u8']]),
    'payer buyback_vault buyback_vault_ata system_program associated_token_program mint token_program event_authority program',
  ),
  setting('initialize_fee_config', null, 'admin fee_config system_program config_program_id event_authority program'),
  setting(
    'initialize_fee_program_global',
    layout([
      ['social_claim_authority', 'pubkey'],
      ['disable_flags', 'u8'],
      ['claim_rate_limit', 'u64'],
    ]),
    'authority pump_global fee_program_global system_program event_authority program',
  ),
  setting(
    'reset_fee_sharing_config',
    null,
    'new_admin event_authority program authority global mint sharing_config bonding_curve pump_creator_vault system_program pump_program pump_event_authority pump_amm_program amm_event_authority wsol_mint token_program associated_token_program coin_creator_vault_authority coin_creator_vault_ata',
  ),
  setting(
    'reset_fee_sharing_config_v2',
    null,
    'new_admin event_authority program authority global mint sharing_config bonding_curve pump_creator_vault pump_creator_vault_ata system_program pump_program pump_event_authority pump_amm_program amm_event_authority quote_mint token_program associated_token_program coin_creator_vault_authority coin_creator_vault_ata',
  ),
  setting('revoke_fee_sharing_authority', null, ''),
  setting(
    'set_authority',
    layout([['new_authority', 'pubkey']]),
    'authority fee_program_global event_authority program',
  ),
  setting(
    'set_claim_rate_limit',
    layout([['claim_rate_limit', 'u64']]),
    'authority fee_program_global event_authority program',
  ),
  setting(
    'set_disable_flags',
    layout([['disable_flags', 'u8']]),
    'authority fee_program_global event_authority program',
  ),
  setting(
    'set_exotic_flat_fees',
    layout([['exotic_flat_fees', FEES]]),
    'fee_config admin config_program_id system_program event_authority program',
  ),
  setting(
    'set_social_claim_authority',
    layout([['social_claim_authority', 'pubkey']]),
    'authority fee_program_global event_authority program',
  ),
  setting(
    'sweep_buyback',
    layout([['index', 'u8']]),
    'destination authority buyback_vault buyback_vault_ata destination_ata system_program associated_token_program mint token_program event_authority program',
  ),
  setting('transfer_fee_sharing_authority', null, ''),
  setting('update_admin', null, 'admin fee_config new_admin config_program_id event_authority program'),
  setting(
    'update_buyback_authority',
    layout([
      ['index', 'u8'],
      ['new_authority', 'pubkey'],
    ]),
    'authority fee_program_global buyback_vault event_authority program',
  ),
  setting(
    'update_buyback_claim_rate_limit',
    layout([
      ['index', 'u8'],
      ['claim_rate_limit', 'i64'],
    ]),
    'authority fee_program_global buyback_vault event_authority program',
  ),
  setting(
    'update_fee_config',
    layout([
      ['fee_tiers', FEE_TIERS],
      ['flat_fees', FEES],
    ]),
    'fee_config admin config_program_id event_authority program',
  ),
  setting(
    'update_fee_shares',
    layout([['shareholders', SHAREHOLDERS]]),
    'event_authority program authority global mint sharing_config bonding_curve pump_creator_vault system_program pump_program pump_event_authority pump_amm_program amm_event_authority wsol_mint token_program associated_token_program coin_creator_vault_authority coin_creator_vault_ata',
  ),
  setting(
    'update_fee_shares_v2',
    layout([['shareholders', SHAREHOLDERS]]),
    'event_authority program authority global mint sharing_config bonding_curve pump_creator_vault pump_creator_vault_ata system_program pump_program pump_event_authority pump_amm_program amm_event_authority quote_mint token_program associated_token_program coin_creator_vault_authority coin_creator_vault_ata',
  ),
  setting(
    'update_stable_fee_config',
    layout([['fee_tiers', FEE_TIERS]]),
    'fee_config admin config_program_id event_authority program',
  ),
  setting(
    'upsert_fee_tiers',
    layout([
      ['fee_tiers', FEE_TIERS],
      ['offset', 'u8'],
    ]),
    'fee_config admin config_program_id event_authority program',
  ),
  setting(
    'upsert_stable_fee_tiers',
    layout([
      ['fee_tiers', FEE_TIERS],
      ['offset', 'u8'],
    ]),
    'fee_config admin config_program_id event_authority program',
  ),
];

function setting(name: string, args: Layout<object> | null, accounts: string): InstructionSpec {
  return anchorInstruction(name, { args, accounts: accounts.split(' '), yields: false });
}
