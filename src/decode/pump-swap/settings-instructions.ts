import { type Layout, layout } from '../layout.ts';
import { anchorInstruction, type InstructionSpec } from '../program.ts';

/** The other instructions of PumpSwap: they may log an event or none. */
export const SETTINGS_INSTRUCTIONS: readonly InstructionSpec[] = [
  setting(
    'admin_cto_pool',
    layout([
      ['coin_creator', 'pubkey'],
      ['is_holder_reward', 'bool'],
      ['creator_fee_bps', { option: 'u64' }],
    ]),
    'payer global_config pool pool_authority system_program event_authority program',
  ),
  setting(
    'admin_update_token_incentives',
    layout([
      ['start_time', 'i64'],
      ['end_time', 'i64'],
      ['seconds_in_a_day', 'i64'],
      ['day_number', 'u64'],
      ['token_supply_per_day', 'u64'],
    ]),
    'admin global_config global_volume_accumulator mint global_incentive_token_account associated_token_program system_program token_program event_authority program',
  ),
  setting(
    'boost_buy_and_burn',
    layout([
      ['quote_amount_in', 'u64'],
      ['min_base_amount_burned', 'u64'],
    ]),
    'pool authority global_config base_mint quote_mint pool_base_token_account pool_quote_token_account boost_vault_authority boost_vault base_token_program quote_token_program event_authority program',
  ),
  setting(
    'claim_cashback',
    null,
    'user user_volume_accumulator quote_mint quote_token_program user_volume_accumulator_wsol_token_account user_wsol_token_account system_program event_authority program',
  ),
  setting(
    'claim_token_incentives',
    null,
    'user user_ata global_volume_accumulator global_incentive_token_account user_volume_accumulator mint token_program system_program associated_token_program event_authority program payer',
  ),
  setting('close_user_volume_accumulator', null, 'user user_volume_accumulator event_authority program'),
  setting(
    'collect_coin_creator_fee',
    null,
    'quote_mint quote_token_program coin_creator coin_creator_vault_authority coin_creator_vault_ata coin_creator_token_account event_authority program',
  ),
  setting(
    'create_config',
    layout([
      ['lp_fee_basis_points', 'u64'],
      ['protocol_fee_basis_points', 'u64'],
      ['protocol_fee_recipients', { array: ['pubkey', 8] }],
      ['coin_creator_fee_basis_points', 'u64', { since: '2025-05' }],
      ['admin_set_coin_creator_authority', 'pubkey', { since: '2025-05' }],
    ]),
    'admin global_config system_program event_authority program',
  ),
  setting(
    'disable',
    layout([
      ['disable_create_pool', 'bool'],
      ['disable_deposit', 'bool'],
      ['disable_withdraw', 'bool'],
      ['disable_buy', 'bool'],
      ['disable_sell', 'bool'],
    ]),
    'admin global_config event_authority program',
  ),
  setting('extend_account', null, 'account user system_program event_authority program'),
  setting(
    'init_boost',
    null,
    'pool global_config creator base_mint quote_mint pool_base_token_account pool_quote_token_account boost_vault_authority boost_vault quote_token_program system_program associated_token_program event_authority program',
  ),
  setting(
    'init_user_volume_accumulator',
    null,
    'payer user user_volume_accumulator system_program event_authority program',
  ),
  setting('migrate_pool_coin_creator', null, 'pool sharing_config event_authority program'),
  setting('set_boost_authority', null, 'admin global_config boost_authority system_program event_authority program'),
  setting('set_coin_creator', null, 'pool metadata bonding_curve event_authority program'),
  // As it was before there were several recipients; its accounts are published nowhere.
  setting('set_reserved_fee_recipient', null, ''),
  setting(
    'set_reserved_fee_recipients',
    layout([['whitelist_pda', 'pubkey']]),
    'global_config admin event_authority program',
  ),
  setting(
    'sweep_protocol_fee',
    null,
    'payer global_config pool quote_mint quote_token_program pool_quote_token_account recipient recipient_token_account system_program associated_token_program event_authority program',
  ),
  setting(
    'sweep_creator_fee',
    null,
    'payer global_config pool quote_mint quote_token_program pool_quote_token_account recipient recipient_token_account system_program associated_token_program event_authority program',
  ),
  setting(
    'sync_user_volume_accumulator',
    null,
    'user global_volume_accumulator user_volume_accumulator event_authority program',
  ),
  setting('toggle_boost', layout([['enabled', 'bool']]), 'admin global_config'),
  setting('toggle_cashback_enabled', layout([['enabled', 'bool']]), 'admin global_config event_authority program'),
  setting('toggle_mayhem_mode', layout([['enabled', 'bool']]), 'admin global_config event_authority program'),
  setting(
    'transfer_creator_fees_to_pump',
    null,
    'wsol_mint token_program system_program associated_token_program coin_creator coin_creator_vault_authority coin_creator_vault_ata pump_creator_vault event_authority program',
  ),
  setting(
    'transfer_creator_fees_to_pump_v2',
    null,
    'payer quote_mint token_program system_program associated_token_program coin_creator coin_creator_vault_authority coin_creator_vault_ata pump_creator_vault pump_creator_vault_ata event_authority program',
  ),
  setting('update_admin', null, 'admin global_config new_admin event_authority program'),
  setting(
    'update_buyback_config',
    layout([['buyback_basis_points', { option: 'u64' }]]),
    'admin global_config event_authority program',
  ),
  setting(
    'update_creator_fee_config',
    layout([
      ['creator_fee_configurable', 'bool'],
      ['max_configurable_creator_fee_bps', 'u64'],
    ]),
    'admin global_config system_program event_authority program',
  ),
  setting(
    'update_fee_config',
    layout([
      ['lp_fee_basis_points', 'u64'],
      ['protocol_fee_basis_points', 'u64'],
      ['protocol_fee_recipients', { array: ['pubkey', 8] }],
      ['coin_creator_fee_basis_points', 'u64'],
      ['admin_set_coin_creator_authority', 'pubkey'],
    ]),
    'admin global_config event_authority program',
  ),
  setting(
    'admin_set_coin_creator',
    layout([['coin_creator', 'pubkey']]),
    'admin_set_coin_creator_authority global_config pool event_authority program',
  ),
  setting(
    'admin_set_coin_creator_fee_editable',
    null,
    'admin_set_coin_creator_authority global_config pool system_program event_authority program',
  ),
  setting(
    'set_coin_creator_fee_bps',
    layout([['creator_fee_bps', 'u64']]),
    'coin_creator global_config pool event_authority program',
  ),
];

function setting(name: string, args: Layout<object> | null, accounts: string): InstructionSpec {
  return anchorInstruction(name, { args, accounts: accounts.split(' '), yields: false });
}
