import { layout } from '../layout.ts';
import { anchorInstruction, type InstructionSpec } from '../program.ts';
import { bought, deposited, poolCreated, sold, withdrawn } from './from-instruction.ts';
import { isRoutedOverCurves } from './place.ts';

/** The trades since October 2026 pay no fee but the buyback's: protocol and creator fee wait in the pool until they are swept. */
const V2_ACCOUNTS = names(
  'pool user global_config base_mint quote_mint user_base_token_account user_quote_token_account pool_base_token_account pool_quote_token_account base_token_program quote_token_program system_program user_volume_accumulator fee_config buyback_fee_recipient event_authority program',
);

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
  anchorInstruction('buy_v2', {
    args: layout([
      ['base_amount_out', 'u64'],
      ['max_quote_amount_in', 'u64'],
    ]),
    accounts: V2_ACCOUNTS,
    yields: true,
    fromInstruction: bought,
  }),
  anchorInstruction('buy_exact_quote_in_v2', {
    args: layout([
      ['spendable_quote_in', 'u64'],
      ['min_base_amount_out', 'u64'],
    ]),
    accounts: V2_ACCOUNTS,
    yields: true,
    fromInstruction: bought,
  }),
  anchorInstruction('sell_v2', {
    args: layout([
      ['base_amount_in', 'u64'],
      ['min_quote_amount_out', 'u64'],
    ]),
    accounts: V2_ACCOUNTS,
    yields: true,
    fromInstruction: sold,
  }),
  // A route over pools and curves: five accounts for each hop follow these, and each hop tells an event of its own.
  anchorInstruction('multi_hop_swap', {
    args: layout([
      ['amount_in', 'u64'],
      ['min_amount_out', 'u64'],
    ]),
    accounts: names(
      'user user_in_token_account user_out_token_account global_config fee_config user_volume_accumulator buyback_fee_recipient token_program token_2022_program system_program event_authority program pump_program pump_global pump_fee_config pump_event_authority',
    ),
    yields: true,
    isIdle: isRoutedOverCurves,
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
