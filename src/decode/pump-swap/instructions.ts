import { layout } from '../layout.ts';
import { anchorInstruction, type InstructionSpec } from '../program.ts';
import { bought, deposited, poolCreated, sold, withdrawn } from './from-instruction.ts';

/** The instructions of PumpSwap that must yield an event: arguments and leading accounts, by name. */
export const INSTRUCTIONS: readonly InstructionSpec[] = [
  anchorInstruction('buy', {
    args: layout([
      ['base_amount_out', 'u64'],
      ['max_quote_amount_in', 'u64'],
      ['track_volume', 'bool', { since: '2025-08' }],
    ]),
    accounts: names(
      'pool user global_config base_mint quote_mint user_base_token_account user_quote_token_account pool_base_token_account pool_quote_token_account protocol_fee_recipient protocol_fee_recipient_token_account base_token_program quote_token_program system_program associated_token_program event_authority program coin_creator_vault_ata coin_creator_vault_authority global_volume_accumulator user_volume_accumulator fee_config fee_program',
    ),
    yields: true,
    fromInstruction: bought,
  }),
  anchorInstruction('buy_exact_quote_in', {
    args: layout([
      ['spendable_quote_in', 'u64'],
      ['min_base_amount_out', 'u64'],
      ['track_volume', 'bool', { since: '2025-11' }],
    ]),
    accounts: names(
      'pool user global_config base_mint quote_mint user_base_token_account user_quote_token_account pool_base_token_account pool_quote_token_account protocol_fee_recipient protocol_fee_recipient_token_account base_token_program quote_token_program system_program associated_token_program event_authority program coin_creator_vault_ata coin_creator_vault_authority global_volume_accumulator user_volume_accumulator fee_config fee_program',
    ),
    yields: true,
    fromInstruction: bought,
  }),
  anchorInstruction('sell', {
    args: layout([
      ['base_amount_in', 'u64'],
      ['min_quote_amount_out', 'u64'],
    ]),
    accounts: names(
      'pool user global_config base_mint quote_mint user_base_token_account user_quote_token_account pool_base_token_account pool_quote_token_account protocol_fee_recipient protocol_fee_recipient_token_account base_token_program quote_token_program system_program associated_token_program event_authority program coin_creator_vault_ata coin_creator_vault_authority fee_config fee_program',
    ),
    yields: true,
    fromInstruction: sold,
  }),
  anchorInstruction('create_pool', {
    args: layout([
      ['index', 'u16'],
      ['base_amount_in', 'u64'],
      ['quote_amount_in', 'u64'],
      ['coin_creator', 'pubkey', { since: '2025-05' }],
      ['is_mayhem_mode', 'bool', { since: '2025-11' }],
      ['is_cashback_coin', 'bool', { since: '2026-02' }],
      ['creator_fee_bps', 'u64', { since: '2026-08' }],
      ['can_edit_creator_fee', 'bool', { since: '2026-08' }],
      ['is_holder_reward', 'bool', { since: '2026-08' }],
    ]),
    accounts: names(
      'pool global_config creator base_mint quote_mint lp_mint user_base_token_account user_quote_token_account user_pool_token_account pool_base_token_account pool_quote_token_account system_program token_2022_program base_token_program quote_token_program associated_token_program event_authority program',
    ),
    yields: true,
    fromInstruction: poolCreated,
  }),
  anchorInstruction('deposit', {
    args: layout([
      ['lp_token_amount_out', 'u64'],
      ['max_base_amount_in', 'u64'],
      ['max_quote_amount_in', 'u64'],
    ]),
    accounts: names(
      'pool global_config user base_mint quote_mint lp_mint user_base_token_account user_quote_token_account user_pool_token_account pool_base_token_account pool_quote_token_account token_program token_2022_program event_authority program',
    ),
    yields: true,
    fromInstruction: deposited,
  }),
  anchorInstruction('withdraw', {
    args: layout([
      ['lp_token_amount_in', 'u64'],
      ['min_base_amount_out', 'u64'],
      ['min_quote_amount_out', 'u64'],
    ]),
    accounts: names(
      'pool global_config user base_mint quote_mint lp_mint user_base_token_account user_quote_token_account user_pool_token_account pool_base_token_account pool_quote_token_account token_program token_2022_program event_authority program',
    ),
    yields: true,
    fromInstruction: withdrawn,
  }),
];

function names(list: string): readonly string[] {
  return list.split(' ');
}
