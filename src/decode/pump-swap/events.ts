import type {
  Fee,
  LiquidityChanged,
  PoolCreated,
  ProtocolEvent,
  TokenBurned,
  Trade,
} from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { anchorEvent, type EventSpec } from '../program.ts';
import * as layouts from './event-layouts.ts';

/** The PumpSwap events that mean something beyond the program, and what they mean. */
export const EVENTS: readonly EventSpec[] = [
  anchorEvent('BuyEvent', layouts.buyEvent, bought),
  anchorEvent('SellEvent', layouts.sellEvent, sold),
  anchorEvent('CreatePoolEvent', layouts.createPoolEvent, poolCreated),
  anchorEvent('DepositEvent', layouts.depositEvent, deposited),
  anchorEvent('WithdrawEvent', layouts.withdrawEvent, withdrawn),
  anchorEvent('CollectCoinCreatorFeeEvent', layouts.collectCoinCreatorFeeEvent, creatorFeeCollected),
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
type BuyFields = Fields<typeof layouts.buyEvent>;
type SellFields = Fields<typeof layouts.sellEvent>;

/** `quote_amount_in` is what the curve asks; the liquidity fee, the protocol's and the creator's come on top of it. */
function bought(fields: BuyFields, context: InstructionContext): Trade {
  const baseReserve = fields.pool_base_token_reserves - fields.base_amount_out;
  const quoteReserve = fields.pool_quote_token_reserves + fields.quote_amount_in_with_lp_fee;
  const isExactIn = context.spec?.name === 'buy_exact_quote_in' || fields.ix_name === 'buy_exact_quote_in';
  return pooled(context, fields, {
    side: 'buy',
    baseAmount: fields.base_amount_out,
    quoteAmount: fields.quote_amount_in,
    baseReserve,
    quoteReserve,
    limit:
      isExactIn && fields.min_base_amount_out !== undefined
        ? { what: 'min-out', amount: fields.min_base_amount_out }
        : { what: 'max-in', amount: fields.max_quote_amount_in },
  });
}

/** `quote_amount_out` is what the curve gives; all fees are taken out of it. */
function sold(fields: SellFields, context: InstructionContext): Trade {
  return pooled(context, fields, {
    side: 'sell',
    baseAmount: fields.base_amount_in,
    quoteAmount: fields.quote_amount_out,
    baseReserve: fields.pool_base_token_reserves + fields.base_amount_in,
    quoteReserve: fields.pool_quote_token_reserves - fields.quote_amount_out_without_lp_fee,
    limit: { what: 'min-out', amount: fields.min_quote_amount_out },
  });
}

interface PoolTrade {
  readonly side: Trade['side'];
  readonly baseAmount: bigint;
  readonly quoteAmount: bigint;
  /** After the trade: the event itself tells the reserves before it. */
  readonly baseReserve: bigint;
  readonly quoteReserve: bigint;
  readonly limit: Trade['limit'];
}

function pooled(context: InstructionContext, fields: BuyFields | SellFields, trade: PoolTrade): Trade {
  const baseMint = context.account('base_mint') || context.mintOfKey(fields.user_base_token_account);
  const quoteMint = context.account('quote_mint') || context.mintOfKey(fields.user_quote_token_account);
  // A boosted pool prices as if it held this much more of the quote.
  const virtual = fields.virtual_quote_reserves ?? 0n;
  const event: Trade = {
    ...context.head,
    kind: 'trade',
    pool: fields.pool,
    side: trade.side,
    trader: fields.user,
    baseMint,
    quoteMint,
    baseAmount: trade.baseAmount,
    quoteAmount: trade.quoteAmount,
    fees: feesOf(fields, quoteMint ?? ''),
    feesIncluded: trade.side === 'sell',
    baseReserve: trade.baseReserve,
    quoteReserve: trade.quoteReserve,
    virtualBase: virtual === 0n ? null : trade.baseReserve,
    virtualQuote: virtual === 0n ? null : trade.quoteReserve + virtual,
    limit: trade.limit,
  };
  const vaults = vaultsOf(context);
  return vaults === null ? event : { ...event, vaults };
}

/** The buyback share is a part of the protocol fee: the program pays it to another account, so it is listed on its own. */
function feesOf(fields: BuyFields | SellFields, mint: string): readonly Fee[] {
  const fees: Fee[] = [];
  const buyback = fields.buyback_fee ?? 0n;
  addFee(fees, 'lp', mint, fields.lp_fee);
  addFee(fees, 'protocol', mint, fields.protocol_fee - buyback);
  addFee(fees, 'buyback', mint, buyback);
  addFee(fees, 'creator', mint, fields.coin_creator_fee ?? 0n);
  addFee(fees, 'cashback', mint, fields.cashback ?? 0n);
  addFee(fees, 'holder-reward', mint, fields.holder_rewards ?? 0n);
  return fees;
}

export function addFee(fees: Fee[], kind: string, mint: string, amount: bigint): void {
  if (amount > 0n) fees.push({ kind, mint, amount });
}

export function vaultsOf(context: InstructionContext): NonNullable<Trade['vaults']> | null {
  const base = context.account('pool_base_token_account');
  const quote = context.account('pool_quote_token_account');
  return base === '' || quote === '' ? null : { base, quote };
}

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
