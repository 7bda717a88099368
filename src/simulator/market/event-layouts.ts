import { createHash } from 'node:crypto';
import type { Account } from './account.ts';

/** The bodies of the events of pump.fun and PumpSwap, field by field in the programs' order, and how long they were at what age. */
export type FieldType = 'u8' | 'u16' | 'u64' | 'i64' | 'i128' | 'bool' | 'key' | 'text' | 'none';
export type EventValue = bigint | number | boolean | string | Account;
export type EventValues = Readonly<Record<string, EventValue>>;

/**
 * How old the programs pretend to be. Each age appended fields: the creator's fees, the volume counters, the instruction's name
 * and cashback, the quote mint, holder rewards.
 */
export const LAYOUT_AGES = ['2024', 'creator-fees', 'volume', 'cashback', 'quote-mint', 'current'] as const;
export type LayoutAge = (typeof LAYOUT_AGES)[number];

export interface EventLayout {
  readonly name: string;
  readonly discriminator: Uint8Array;
  readonly fields: readonly (readonly [name: string, type: FieldType])[];
  /** How many of the fields there are at each age of LAYOUT_AGES. */
  readonly counts: readonly number[];
}

/** `fields` is "name:type" by spaces; a "|" closes what an age knew. */
function layout(name: string, fields: string): EventLayout {
  const parts: (readonly [string, FieldType])[] = [];
  const counts: number[] = [];
  for (const word of fields.trim().split(/\s+/)) {
    if (word === '|') counts.push(parts.length);
    else parts.push(word.split(':') as [string, FieldType]);
  }
  while (counts.length < LAYOUT_AGES.length) counts.push(parts.length);
  return { name, discriminator: discriminatorOf(`event:${name}`), fields: parts, counts };
}

export function discriminatorOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest().subarray(0, 8);
}

export const CREATE_EVENT = layout(
  'CreateEvent',
  `name:text symbol:text uri:text mint:key bonding_curve:key user:key |
   creator:key timestamp:i64 virtual_token_reserves:u64 virtual_sol_reserves:u64 real_token_reserves:u64 token_total_supply:u64 | |
   token_program:key is_mayhem_mode:bool is_cashback_enabled:bool | quote_mint:key virtual_quote_reserves:u64 |
   creator_fee_bps:u64 is_holder_reward:bool depth:u8 |`,
);

export const TRADE_EVENT = layout(
  'TradeEvent',
  `mint:key sol_amount:u64 token_amount:u64 is_buy:bool user:key timestamp:i64 virtual_sol_reserves:u64 virtual_token_reserves:u64
   real_sol_reserves:u64 real_token_reserves:u64 |
   fee_recipient:key fee_basis_points:u64 fee:u64 creator:key creator_fee_basis_points:u64 creator_fee:u64 |
   track_volume:bool total_unclaimed_tokens:u64 total_claimed_tokens:u64 current_sol_volume:u64 last_update_timestamp:i64 |
   ix_name:text mayhem_mode:bool |
   cashback_fee_basis_points:u64 cashback:u64 buyback_fee_basis_points:u64 buyback_fee:u64 shareholders:none
   quote_mint:key quote_amount:u64 virtual_quote_reserves:u64 real_quote_reserves:u64 |
   holder_rewards_bps:u64 holder_rewards:u64 |`,
);

export const COMPLETE_EVENT = layout(
  'CompleteEvent',
  'user:key mint:key bonding_curve:key timestamp:i64 | | | | quote_mint:key |',
);

export const MIGRATION_EVENT = layout(
  'CompletePumpAmmMigrationEvent',
  `user:key mint:key mint_amount:u64 sol_amount:u64 pool_migration_fee:u64 bonding_curve:key timestamp:i64 pool:key | | | |
   quote_mint:key |`,
);

export const CREATE_POOL_EVENT = layout(
  'CreatePoolEvent',
  `timestamp:i64 index:u16 creator:key base_mint:key quote_mint:key base_mint_decimals:u8 quote_mint_decimals:u8 base_amount_in:u64
   quote_amount_in:u64 pool_base_amount:u64 pool_quote_amount:u64 minimum_liquidity:u64 initial_liquidity:u64
   lp_token_amount_out:u64 pool_bump:u8 pool:key lp_mint:key user_base_token_account:key user_quote_token_account:key |
   coin_creator:key | | is_mayhem_mode:bool | | creator_fee_bps:u64 can_edit_creator_fee:bool |`,
);

export const INIT_BOOST_EVENT = layout(
  'InitBoostEvent',
  'timestamp:i64 mint:key bonding_curve:key pool:key virtual_quote_reserves:i128 real_quote_reserves_after:u64',
);

const SWAP_ACCOUNTS = `pool:key user:key user_base_token_account:key user_quote_token_account:key protocol_fee_recipient:key
  protocol_fee_recipient_token_account:key | coin_creator:key coin_creator_fee_basis_points:u64 coin_creator_fee:u64 |`;
const SWAP_USER_POOL = `user_base_token_reserves:u64 user_quote_token_reserves:u64 pool_base_token_reserves:u64
  pool_quote_token_reserves:u64`;
const SWAP_FEES = 'lp_fee_basis_points:u64 lp_fee:u64 protocol_fee_basis_points:u64 protocol_fee:u64';
const SWAP_CASHBACK = 'cashback_fee_basis_points:u64 cashback:u64 buyback_fee_basis_points:u64 buyback_fee:u64';
/** The last two are inferred from the length of the newest bodies on chain: sixteen bytes that no published interface names. */
const SWAP_GROWTH =
  'virtual_quote_reserves:i128 can_boost:bool base_supply:u64 | holder_rewards_bps:u64 holder_rewards:u64 |';

export const BUY_EVENT = layout(
  'BuyEvent',
  `timestamp:i64 base_amount_out:u64 max_quote_amount_in:u64 ${SWAP_USER_POOL} quote_amount_in:u64 ${SWAP_FEES}
   quote_amount_in_with_lp_fee:u64 user_quote_amount_in:u64 ${SWAP_ACCOUNTS}
   track_volume:bool total_unclaimed_tokens:u64 total_claimed_tokens:u64 current_sol_volume:u64 last_update_timestamp:i64 |
   min_base_amount_out:u64 ix_name:text ${SWAP_CASHBACK} | ${SWAP_GROWTH}`,
);

export const SELL_EVENT = layout(
  'SellEvent',
  `timestamp:i64 base_amount_in:u64 min_quote_amount_out:u64 ${SWAP_USER_POOL} quote_amount_out:u64 ${SWAP_FEES}
   quote_amount_out_without_lp_fee:u64 user_quote_amount_out:u64 ${SWAP_ACCOUNTS} | ${SWAP_CASHBACK} | ${SWAP_GROWTH}`,
);

const LIQUIDITY_ACCOUNTS = `lp_mint_supply:u64 pool:key user:key user_base_token_account:key user_quote_token_account:key
  user_pool_token_account:key`;

export const DEPOSIT_EVENT = layout(
  'DepositEvent',
  `timestamp:i64 lp_token_amount_out:u64 max_base_amount_in:u64 max_quote_amount_in:u64 ${SWAP_USER_POOL}
   base_amount_in:u64 quote_amount_in:u64 ${LIQUIDITY_ACCOUNTS}`,
);

export const WITHDRAW_EVENT = layout(
  'WithdrawEvent',
  `timestamp:i64 lp_token_amount_in:u64 min_base_amount_out:u64 min_quote_amount_out:u64 ${SWAP_USER_POOL}
   base_amount_out:u64 quote_amount_out:u64 ${LIQUIDITY_ACCOUNTS}`,
);
