import { layout } from '../layout.ts';
import { anchorInstruction, type InstructionSpec } from '../program.ts';
import { bought, created, graduated, isAlreadyMigrated, sold, withdrawn } from './from-instruction.ts';

/** The trades since October 2026 pay no fee but the buyback's: protocol and creator fee wait on the curve until they are swept. */
const V3_ACCOUNTS = names(
  'global base_mint quote_mint base_token_program quote_token_program bonding_curve associated_base_bonding_curve associated_quote_bonding_curve user associated_base_user associated_quote_user user_volume_accumulator fee_config buyback_fee_recipient system_program event_authority program',
);

/** The instructions of pump.fun that must yield an event: arguments and leading accounts, by name. */
export const INSTRUCTIONS: readonly InstructionSpec[] = [
  anchorInstruction('create', {
    args: layout([
      ['name', 'string'],
      ['symbol', 'string'],
      ['uri', 'string'],
      ['creator', 'pubkey', { since: '2025-05' }],
    ]),
    accounts: names(
      'mint mint_authority bonding_curve associated_bonding_curve global mpl_token_metadata metadata user system_program token_program associated_token_program rent event_authority program',
    ),
    yields: true,
    fromInstruction: created,
  }),
  // The last three accounts are there where the quote is chosen; a curve without them is quoted in SOL.
  anchorInstruction('create_v2', {
    args: layout([
      ['name', 'string'],
      ['symbol', 'string'],
      ['uri', 'string'],
      ['creator', 'pubkey'],
      ['is_mayhem_mode', 'bool'],
      ['is_cashback_enabled', 'bool', { since: '2026-02' }],
      ['creator_fee_bps', 'u64', { since: '2026-08' }],
      ['is_holder_reward', 'bool', { since: '2026-08' }],
    ]),
    accounts: names(
      'mint mint_authority bonding_curve associated_bonding_curve global user system_program token_program associated_token_program mayhem_program_id global_params sol_vault mayhem_state mayhem_token_vault event_authority program quote_mint associated_quote_bonding_curve quote_token_program',
    ),
    yields: true,
    fromInstruction: created,
  }),
  anchorInstruction('buy', {
    args: layout([
      ['amount', 'u64'],
      ['max_sol_cost', 'u64'],
      ['track_volume', 'bool', { since: '2025-08' }],
    ]),
    accounts: names(
      'global fee_recipient mint bonding_curve associated_bonding_curve associated_user user system_program token_program creator_vault event_authority program global_volume_accumulator user_volume_accumulator fee_config fee_program',
    ),
    yields: true,
    fromInstruction: bought,
  }),
  anchorInstruction('buy_v2', {
    args: layout([
      ['amount', 'u64'],
      ['max_sol_cost', 'u64'],
    ]),
    accounts: names(
      'global base_mint quote_mint base_token_program quote_token_program associated_token_program fee_recipient associated_quote_fee_recipient buyback_fee_recipient associated_quote_buyback_fee_recipient bonding_curve associated_base_bonding_curve associated_quote_bonding_curve user associated_base_user associated_quote_user creator_vault associated_creator_vault sharing_config global_volume_accumulator user_volume_accumulator associated_user_volume_accumulator fee_config fee_program system_program event_authority program',
    ),
    yields: true,
    fromInstruction: bought,
  }),
  anchorInstruction('buy_exact_sol_in', {
    args: layout([
      ['spendable_sol_in', 'u64'],
      ['min_tokens_out', 'u64'],
      ['track_volume', 'bool', { since: '2025-11' }],
    ]),
    accounts: names(
      'global fee_recipient mint bonding_curve associated_bonding_curve associated_user user system_program token_program creator_vault event_authority program global_volume_accumulator user_volume_accumulator fee_config fee_program',
    ),
    yields: true,
    fromInstruction: bought,
  }),
  anchorInstruction('buy_exact_quote_in_v2', {
    args: layout([
      ['spendable_quote_in', 'u64'],
      ['min_tokens_out', 'u64'],
    ]),
    accounts: names(
      'global base_mint quote_mint base_token_program quote_token_program associated_token_program fee_recipient associated_quote_fee_recipient buyback_fee_recipient associated_quote_buyback_fee_recipient bonding_curve associated_base_bonding_curve associated_quote_bonding_curve user associated_base_user associated_quote_user creator_vault associated_creator_vault sharing_config global_volume_accumulator user_volume_accumulator associated_user_volume_accumulator fee_config fee_program system_program event_authority program',
    ),
    yields: true,
    fromInstruction: bought,
  }),
  anchorInstruction('buy_v3', {
    args: layout([
      ['amount', 'u64'],
      ['max_sol_cost', 'u64'],
      ['partial_fill', 'bool', { since: '2026-10' }],
    ]),
    accounts: V3_ACCOUNTS,
    yields: true,
    fromInstruction: bought,
  }),
  anchorInstruction('buy_exact_quote_in_v3', {
    args: layout([
      ['spendable_quote_in', 'u64'],
      ['min_tokens_out', 'u64'],
      ['partial_fill', 'bool', { since: '2026-10' }],
    ]),
    accounts: V3_ACCOUNTS,
    yields: true,
    fromInstruction: bought,
  }),
  anchorInstruction('sell_v3', {
    args: layout([
      ['amount', 'u64'],
      ['min_sol_output', 'u64'],
    ]),
    accounts: V3_ACCOUNTS,
    yields: true,
    fromInstruction: sold,
  }),
  // Called by PumpSwap only, for the hops of a route that run over curves: each hop tells an event of its own.
  anchorInstruction('multi_hop_curve_swap', { args: null, accounts: [], yields: true }),
  anchorInstruction('sell', {
    args: layout([
      ['amount', 'u64'],
      ['min_sol_output', 'u64'],
    ]),
    accounts: names(
      'global fee_recipient mint bonding_curve associated_bonding_curve associated_user user system_program creator_vault token_program event_authority program fee_config fee_program',
    ),
    yields: true,
    fromInstruction: sold,
  }),
  anchorInstruction('sell_v2', {
    args: layout([
      ['amount', 'u64'],
      ['min_sol_output', 'u64'],
    ]),
    accounts: names(
      'global base_mint quote_mint base_token_program quote_token_program associated_token_program fee_recipient associated_quote_fee_recipient buyback_fee_recipient associated_quote_buyback_fee_recipient bonding_curve associated_base_bonding_curve associated_quote_bonding_curve user associated_base_user associated_quote_user creator_vault associated_creator_vault sharing_config user_volume_accumulator associated_user_volume_accumulator fee_config fee_program system_program event_authority program',
    ),
    yields: true,
    fromInstruction: sold,
  }),
  // How a completed curve was emptied for a pool on Raydium, until March 2025; it told no event.
  anchorInstruction('withdraw', {
    args: null,
    accounts: names(
      'global last_withdraw mint bonding_curve associated_bonding_curve associated_user user system_program token_program rent event_authority program',
    ),
    yields: true,
    fromInstruction: withdrawn,
  }),
  anchorInstruction('migrate', {
    args: null,
    accounts: names(
      'global withdraw_authority mint bonding_curve associated_bonding_curve user system_program token_program pump_amm pool pool_authority pool_authority_mint_account pool_authority_wsol_account amm_global_config wsol_mint lp_mint user_pool_token_account pool_base_token_account pool_quote_token_account token_2022_program associated_token_program pump_amm_event_authority event_authority program rent',
    ),
    yields: true,
    fromInstruction: graduated,
    isIdle: isAlreadyMigrated,
  }),
  anchorInstruction('migrate_v2', {
    args: null,
    accounts: names(
      'global withdraw_authority base_mint quote_mint bonding_curve associated_base_bonding_curve associated_quote_bonding_curve user system_program pump_amm pool pool_authority pool_authority_mint_account pool_authority_quote_account amm_global_config lp_mint user_pool_token_account pool_base_token_account pool_quote_token_account base_token_program quote_token_program token_2022_program associated_token_program pump_amm_event_authority rent event_authority program',
    ),
    yields: true,
    fromInstruction: graduated,
    isIdle: isAlreadyMigrated,
  }),
];

function names(list: string): readonly string[] {
  return list.split(' ');
}
