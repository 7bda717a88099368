import { type Layout, layout } from '../layout.ts';
import { anchorInstruction, type InstructionSpec } from '../program.ts';

/** The other instructions of pump.fun: they may log an event or none. */
export const SETTINGS_INSTRUCTIONS: readonly InstructionSpec[] = [
  setting(
    'add_quote_control_mint',
    layout([
      ['quote_mint', 'pubkey'],
      ['initial_virtual_quote_reserves', 'u64'],
    ]),
    'authority global quote_control system_program event_authority program',
  ),
  setting('add_quote_mint', layout([['quote_mint', 'pubkey']]), 'global authority event_authority program'),
  setting(
    'admin_cto',
    layout([
      ['is_holder_reward', { option: 'bool' }],
      ['creator_fee_bps', { option: 'u64' }],
      ['new_creator', { option: 'pubkey' }],
    ]),
    'admin_set_creator_authority global mint quote_mint quote_token_program associated_token_program system_program bonding_curve current_creator current_creator_quote_token_account creator_vault creator_vault_quote_token_account holder_creator_vault holder_creator_vault_quote_token_account pump_amm amm_global_config pool_authority pool pump_amm_event_authority coin_creator_vault_authority coin_creator_vault_ata sharing_config pump_fees pump_fees_event_authority event_authority program',
  ),
  setting(
    'admin_set_idl_authority',
    layout([['idl_authority', 'pubkey']]),
    'authority global idl_account system_program program_signer event_authority program',
  ),
  setting(
    'admin_update_token_incentives',
    layout([
      ['start_time', 'i64'],
      ['end_time', 'i64'],
      ['seconds_in_a_day', 'i64'],
      ['day_number', 'u64'],
      ['pump_token_supply_per_day', 'u64'],
    ]),
    'authority global global_volume_accumulator mint global_incentive_token_account associated_token_program system_program token_program event_authority program',
  ),
  setting('claim_cashback', null, 'user user_volume_accumulator system_program event_authority program'),
  setting(
    'claim_cashback_v2',
    null,
    'user user_volume_accumulator quote_mint quote_token_program associated_token_program associated_user_volume_accumulator associated_quote_user system_program event_authority program',
  ),
  setting(
    'claim_token_incentives',
    null,
    'user user_ata global_volume_accumulator global_incentive_token_account user_volume_accumulator mint token_program system_program associated_token_program event_authority program payer',
  ),
  setting('close_user_volume_accumulator', null, 'user user_volume_accumulator event_authority program'),
  setting('collect_creator_fee', null, 'creator creator_vault system_program event_authority program'),
  setting(
    'collect_creator_fee_v2',
    null,
    'creator creator_token_account creator_vault creator_vault_token_account quote_mint quote_token_program associated_token_program system_program event_authority program',
  ),
  setting(
    'distribute_creator_fees',
    null,
    'mint bonding_curve sharing_config creator_vault system_program event_authority program',
  ),
  setting(
    'distribute_creator_fees_v2',
    layout([['initialize_ata', 'bool']]),
    'payer mint bonding_curve sharing_config creator_vault system_program event_authority program creator_vault_quote_token_account quote_mint quote_token_program associated_token_program',
  ),
  setting(
    'distribute_fee_to_holders',
    layout([['amounts', { vec: 'u64' }]]),
    'global holder_reward_claim_authority mint holder_rewards holder_rewards_token_account quote_mint quote_token_program associated_token_program system_program event_authority program',
  ),
  setting('extend_account', null, 'account user system_program event_authority program'),
  setting('get_minimum_distributable_fee', null, 'mint bonding_curve sharing_config creator_vault'),
  setting(
    'init_user_volume_accumulator',
    null,
    'payer user user_volume_accumulator system_program event_authority program',
  ),
  setting('initialize', null, 'global user system_program'),
  setting('initialize_quote_control', null, 'quote_control user system_program'),
  setting('migrate_bonding_curve_creator', null, 'mint bonding_curve sharing_config event_authority program'),
  setting(
    'remove_quote_control_mint',
    layout([['quote_mint', 'pubkey']]),
    'authority global quote_control system_program event_authority program',
  ),
  setting('remove_quote_mint', layout([['quote_mint', 'pubkey']]), 'global authority event_authority program'),
  setting(
    'set_creator',
    layout([['creator', 'pubkey']]),
    'set_creator_authority global mint metadata bonding_curve event_authority program',
  ),
  setting('set_max_curve_depth', layout([['max_curve_depth', 'u8']]), 'global authority event_authority program'),
  setting(
    'set_mayhem_virtual_params',
    null,
    'sol_vault_authority mayhem_token_vault mint global bonding_curve token_program event_authority program',
  ),
  setting('set_metaplex_creator', null, 'mint metadata bonding_curve event_authority program'),
  setting(
    'set_params',
    layout([
      ['initial_virtual_token_reserves', 'u64'],
      ['initial_virtual_sol_reserves', 'u64'],
      ['initial_real_token_reserves', 'u64'],
      ['token_total_supply', 'u64'],
      ['fee_basis_points', 'u64'],
      ['withdraw_authority', 'pubkey'],
      ['enable_migrate', 'bool'],
      ['pool_migration_fee', 'u64'],
      ['creator_fee_basis_points', 'u64'],
      ['set_creator_authority', 'pubkey'],
      ['admin_set_creator_authority', 'pubkey'],
    ]),
    'global authority event_authority program',
  ),
  setting(
    'set_quote_control_admin',
    layout([['new_admin', 'pubkey']]),
    'global authority quote_control event_authority program',
  ),
  setting(
    'set_quote_control_mint_reserves',
    layout([
      ['quote_mint', 'pubkey'],
      ['initial_virtual_quote_reserves', 'u64'],
    ]),
    'authority global quote_control event_authority program',
  ),
  setting(
    'set_quote_control_reserves_admin',
    layout([['new_reserves_admin', 'pubkey']]),
    'authority global quote_control event_authority program',
  ),
  // As it was before there were several recipients.
  setting(
    'set_reserved_fee_recipient',
    layout([
      ['reserved_fee_recipient', 'pubkey'],
      ['whitelist_pda', 'pubkey'],
    ]),
    'global authority event_authority program',
  ),
  setting(
    'set_reserved_fee_recipients',
    layout([['whitelist_pda', 'pubkey']]),
    'global authority event_authority program',
  ),
  setting(
    'set_virtual_quote_reserves',
    layout([['initial_virtual_quote_reserves', 'u64']]),
    'global authority event_authority program',
  ),
  setting(
    'sweep_protocol_fee',
    null,
    'payer global base_mint quote_mint quote_token_program associated_token_program system_program bonding_curve associated_quote_bonding_curve recipient associated_quote_recipient event_authority program',
  ),
  setting(
    'sweep_creator_fee',
    null,
    'payer global base_mint quote_mint quote_token_program associated_token_program system_program bonding_curve associated_quote_bonding_curve recipient associated_quote_recipient event_authority program',
  ),
  setting(
    'sync_user_volume_accumulator',
    null,
    'user global_volume_accumulator user_volume_accumulator event_authority program',
  ),
  setting('toggle_cashback_enabled', layout([['enabled', 'bool']]), 'global authority event_authority program'),
  setting('toggle_create_v2', layout([['enabled', 'bool']]), 'global authority event_authority program'),
  setting('toggle_mayhem_mode', layout([['enabled', 'bool']]), 'global authority event_authority program'),
  setting(
    'update_buyback_config',
    layout([['buyback_basis_points', { option: 'u64' }]]),
    'global authority event_authority program',
  ),
  setting(
    'update_creator_fee_config',
    layout([
      ['creator_fee_configurable', 'bool'],
      ['max_configurable_creator_fee_bps', 'u64'],
    ]),
    'global authority event_authority program',
  ),
  setting('update_global_authority', null, 'global authority new_authority event_authority program'),
  setting(
    'update_holder_reward_config',
    layout([
      ['is_holder_reward_enabled', 'bool'],
      ['holder_reward_claim_authority', 'pubkey'],
    ]),
    'global authority event_authority program',
  ),
  setting(
    'admin_set_creator',
    layout([['creator', 'pubkey']]),
    'admin_set_creator_authority global mint bonding_curve event_authority program',
  ),
];

function setting(name: string, args: Layout<object> | null, accounts: string): InstructionSpec {
  return anchorInstruction(name, { args, accounts: accounts.split(' '), yields: false });
}
