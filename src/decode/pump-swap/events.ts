import type { LiquidityChanged, PoolCreated, ProtocolEvent, TokenBurned } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { anchorEvent, type EventSpec } from '../program.ts';
import * as layouts from './event-layouts.ts';
import { vaultsOf } from './place.ts';
import { bought, sold } from './trades.ts';

/** The PumpSwap events that mean something beyond the program, and what they mean. */
export const EVENTS: readonly EventSpec[] = [
  anchorEvent('BuyEvent', layouts.buyEvent, bought),
  anchorEvent('SellEvent', layouts.sellEvent, sold),
  anchorEvent('CreatePoolEvent', layouts.createPoolEvent, poolCreated),
  anchorEvent('DepositEvent', layouts.depositEvent, deposited),
  anchorEvent('WithdrawEvent', layouts.withdrawEvent, withdrawn),
  anchorEvent('CollectCoinCreatorFeeEvent', layouts.collectCoinCreatorFeeEvent, creatorFeeCollected),
  anchorEvent('SweepPoolFeeEvent', layouts.sweepPoolFeeEvent, feesSwept),
  anchorEvent('BoostBuyAndBurnEvent', layouts.boostBuyAndBurnEvent, boostBurned),
  anchorEvent('AdminSetCoinCreatorEvent', layouts.adminSetCoinCreatorEvent, (fields, context) =>
    creatorChanged(context, fields.base_mint, fields.pool, fields.old_coin_creator, fields.new_coin_creator),
  ),
  anchorEvent('AdminCtoPoolEvent', layouts.adminCtoPoolEvent, (fields, context) =>
    creatorChanged(context, fields.base_mint, fields.pool, fields.old_coin_creator, fields.new_coin_creator),
  ),
  anchorEvent('MigratePoolCoinCreatorEvent', layouts.migratePoolCoinCreatorEvent, (fields, context) =>
    creatorChanged(context, fields.base_mint, fields.pool, fields.old_coin_creator, fields.new_coin_creator),
  ),
  anchorEvent('SetBondingCurveCoinCreatorEvent', layouts.setBondingCurveCoinCreatorEvent, (fields, context) =>
    creatorChanged(context, fields.base_mint, fields.pool, null, fields.coin_creator),
  ),
  anchorEvent('SetMetaplexCoinCreatorEvent', layouts.setMetaplexCoinCreatorEvent, (fields, context) =>
    creatorChanged(context, fields.base_mint, fields.pool, null, fields.coin_creator),
  ),
];

type Fields<L> = L extends { read(...args: never): { fields: infer F } | null } ? F : never;
function poolCreated(fields: Fields<typeof layouts.createPoolEvent>, context: InstructionContext): PoolCreated {
  const event: PoolCreated = {
    ...context.head,
    kind: 'pool-created',
    pool: fields.pool,
    creator: fields.creator,
    baseMint: fields.base_mint,
    quoteMint: fields.quote_mint,
    lpMint: fields.lp_mint,
    baseAmount: fields.pool_base_amount,
    quoteAmount: fields.pool_quote_amount,
    lpAmount: fields.lp_token_amount_out,
    baseDecimals: fields.base_mint_decimals,
    quoteDecimals: fields.quote_mint_decimals,
  };
  const vaults = vaultsOf(context);
  return vaults === null ? event : { ...event, vaults };
}

function deposited(fields: Fields<typeof layouts.depositEvent>, context: InstructionContext): LiquidityChanged {
  return liquidity(context, 'liquidity-added', fields, {
    baseAmount: fields.base_amount_in,
    quoteAmount: fields.quote_amount_in,
    lpAmount: fields.lp_token_amount_out,
    lpSupply: fields.lp_mint_supply + fields.lp_token_amount_out,
    baseReserve: fields.pool_base_token_reserves + fields.base_amount_in,
    quoteReserve: fields.pool_quote_token_reserves + fields.quote_amount_in,
  });
}

function withdrawn(fields: Fields<typeof layouts.withdrawEvent>, context: InstructionContext): LiquidityChanged {
  return liquidity(context, 'liquidity-removed', fields, {
    baseAmount: fields.base_amount_out,
    quoteAmount: fields.quote_amount_out,
    lpAmount: fields.lp_token_amount_in,
    lpSupply: fields.lp_mint_supply - fields.lp_token_amount_in,
    baseReserve: fields.pool_base_token_reserves - fields.base_amount_out,
    quoteReserve: fields.pool_quote_token_reserves - fields.quote_amount_out,
  });
}

type LiquidityAmounts = Pick<
  LiquidityChanged,
  'baseAmount' | 'quoteAmount' | 'lpAmount' | 'lpSupply' | 'baseReserve' | 'quoteReserve'
>;

/** Like trades, these events tell reserves and supply as they stood before. */
function liquidity(
  context: InstructionContext,
  kind: LiquidityChanged['kind'],
  fields: Fields<typeof layouts.depositEvent> | Fields<typeof layouts.withdrawEvent>,
  amounts: LiquidityAmounts,
): LiquidityChanged {
  const event: LiquidityChanged = {
    ...context.head,
    kind,
    pool: fields.pool,
    provider: fields.user,
    baseMint: context.account('base_mint') || context.mintOfKey(fields.user_base_token_account),
    quoteMint: context.account('quote_mint') || context.mintOfKey(fields.user_quote_token_account),
    lpMint: context.account('lp_mint') || context.mintOfKey(fields.user_pool_token_account),
    position: null,
    ...amounts,
  };
  const vaults = vaultsOf(context);
  return vaults === null ? event : { ...event, vaults };
}

function creatorFeeCollected(
  fields: Fields<typeof layouts.collectCoinCreatorFeeEvent>,
  context: InstructionContext,
): ProtocolEvent {
  const mint =
    context.account('quote_mint') || context.account('wsol_mint') || context.mintOfKey(fields.coin_creator_vault_ata);
  return {
    ...context.head,
    kind: 'fees-collected',
    pool: null,
    feeKind: 'creator',
    collector: fields.coin_creator,
    amounts: [{ mint, amount: fields.coin_creator_fee }],
  };
}

/** What waited in the pool is paid out. */
function feesSwept(fields: Fields<typeof layouts.sweepPoolFeeEvent>, context: InstructionContext): ProtocolEvent {
  return {
    ...context.head,
    kind: 'fees-collected',
    pool: fields.pool,
    feeKind: ['protocol', 'creator'][fields.bucket] ?? `bucket-${fields.bucket}`,
    collector: fields.recipient,
    amounts: [{ mint: fields.quote_mint, amount: fields.amount }],
  };
}

/** The boost buys from the pool for its own vault's money and burns what it bought, in one step. */
function boostBurned(fields: Fields<typeof layouts.boostBuyAndBurnEvent>, context: InstructionContext): TokenBurned {
  return {
    ...context.head,
    kind: 'token-burned',
    mint: fields.mint,
    account: context.account('pool_base_token_account'),
    authority: fields.authority,
    amount: fields.base_amount_burned,
  };
}

function creatorChanged(
  context: InstructionContext,
  mint: string,
  pool: string,
  from: string | null,
  to: string,
): ProtocolEvent {
  return { ...context.head, kind: 'creator-changed', mint, pool, from, to };
}
