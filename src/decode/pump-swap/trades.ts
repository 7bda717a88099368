import type { Fee, Trade } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import type { buyEvent, sellEvent } from './event-layouts.ts';
import { placeOf } from './place.ts';

type Fields<L> = L extends { read(...args: never): { fields: infer F } | null } ? F : never;
type BuyFields = Fields<typeof buyEvent>;
type SellFields = Fields<typeof sellEvent>;

/**
 * The liquidity fee, the protocol's and the creator's come on top of what the curve asks. That is not read from `quote_amount_in`: a buy
 * for an exact quote states there what the trader paid in all, and the curve's part where others state the trader's (`user_quote_amount_in`).
 */
export function bought(fields: BuyFields, context: InstructionContext): Trade {
  return pooled(context, fields, {
    side: 'buy',
    baseAmount: fields.base_amount_out,
    quoteAmount: fields.quote_amount_in_with_lp_fee - fields.lp_fee,
    baseReserve: fields.pool_base_token_reserves - fields.base_amount_out,
    quoteReserve: fields.pool_quote_token_reserves + fields.quote_amount_in_with_lp_fee,
    limit: buyLimit(fields, context),
  });
}

/** `quote_amount_out` is what the curve gives; all fees are taken out of it. */
export function sold(fields: SellFields, context: InstructionContext): Trade {
  return pooled(context, fields, {
    side: 'sell',
    baseAmount: fields.base_amount_in,
    quoteAmount: fields.quote_amount_out,
    baseReserve: fields.pool_base_token_reserves + fields.base_amount_in,
    quoteReserve: fields.pool_quote_token_reserves - fields.quote_amount_out_without_lp_fee,
    limit: isHop(context) ? null : { what: 'min-out', amount: fields.min_quote_amount_out },
  });
}

const EXACT_IN: ReadonlySet<string> = new Set(['buy_exact_quote_in', 'buy_exact_quote_in_v2']);

function buyLimit(fields: BuyFields, context: InstructionContext): Trade['limit'] {
  const name = context.spec?.name ?? fields.ix_name ?? '';
  if (isHop(context) || name === ROUTE) return null;
  if (!EXACT_IN.has(name) || fields.min_base_amount_out === undefined) {
    return { what: 'max-in', amount: fields.max_quote_amount_in };
  }
  return { what: 'min-out', amount: fields.min_base_amount_out };
}

const ROUTE = 'multi_hop_swap';

/** The limit of a route holds for what comes out at its end, not for one hop. */
function isHop(context: InstructionContext): boolean {
  return context.spec?.name === ROUTE;
}

interface PoolTrade {
  readonly side: Trade['side'];
  readonly baseAmount: bigint;
  readonly quoteAmount: bigint;
  /** After the trade, without the fees that wait in the vault: the event itself tells the reserves before it. */
  readonly baseReserve: bigint;
  readonly quoteReserve: bigint;
  readonly limit: Trade['limit'];
}

function pooled(context: InstructionContext, fields: BuyFields | SellFields, trade: PoolTrade): Trade {
  const { baseMint, quoteMint, vaults } = placeOf(context, fields);
  const kept = keptOf(fields);
  // What counted for the price beside what the vault held before the trade: more in a boosted pool, less while fees wait there.
  const virtual = fields.virtual_quote_reserves ?? 0n;
  const isRealAll = virtual === 0n && (kept ?? 0n) === 0n;
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
    fees: feesOf(fields, quoteMint),
    feesIncluded: trade.side === 'sell',
    ...(kept === null ? {} : { feesKept: kept }),
    baseReserve: trade.baseReserve,
    quoteReserve: trade.quoteReserve + (kept ?? 0n),
    virtualBase: null,
    virtualQuote: isRealAll ? null : trade.quoteReserve + virtual,
    limit: trade.limit,
  };
  return vaults === null ? event : { ...event, vaults };
}

const NOBODY = '11111111111111111111111111111111';

/** A trade that names nobody as recipient of the protocol fee left it, and the creator's, in the pool. The buyback's share is always paid. */
function keptOf(fields: BuyFields | SellFields): bigint | null {
  if (fields.protocol_fee_recipient !== NOBODY) return null;
  return fields.protocol_fee - (fields.buyback_fee ?? 0n) + (fields.coin_creator_fee ?? 0n);
}

/**
 * The buyback share is a part of the protocol fee: the program pays it to another account, so it is listed on its own. Where the holders
 * get the creator's fee, the program states it under both names.
 */
function feesOf(fields: BuyFields | SellFields, mint: string | null): readonly Fee[] {
  const fees: Fee[] = [];
  const buyback = fields.buyback_fee ?? 0n;
  const holders = fields.holder_rewards ?? 0n;
  addFee(fees, 'lp', mint, fields.lp_fee);
  addFee(fees, 'protocol', mint, fields.protocol_fee - buyback);
  addFee(fees, 'buyback', mint, buyback);
  if (holders === 0n) addFee(fees, 'creator', mint, fields.coin_creator_fee ?? 0n);
  addFee(fees, 'cashback', mint, fields.cashback ?? 0n);
  addFee(fees, 'holder-reward', mint, holders);
  return fees;
}

export function addFee(fees: Fee[], kind: string, mint: string | null, amount: bigint): void {
  if (amount > 0n) fees.push({ kind, mint, amount });
}
