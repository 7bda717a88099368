import type { Fee, Trade } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { anchorDiscriminator } from '../program.ts';
import { hasSelfEvent } from '../self-event.ts';
import { WRAPPED_SOL } from '../token-move.ts';
import { curveOf, NATIVE, quoteMintOf, vaultsOf } from './curve.ts';
import type { postCompleteBuyEvent, tradeEvent } from './event-layouts.ts';

type Fields<L> = L extends { read(...args: never): { fields: infer F } | null } ? F : never;
type TradeFields = Fields<typeof tradeEvent>;

/**
 * On a buy the fees come on top of the amount the curve takes in; on a sell they are taken out of the amount the curve gives. On a
 * curve with another quote than SOL the SOL fields are 0.
 */
export function trade(fields: TradeFields, context: InstructionContext): Trade {
  const quoteMint = quoteMintOf(fields.quote_mint);
  const isSol = quoteMint === WRAPPED_SOL;
  const curve = curveOf(context, fields.mint);
  const event: Trade = {
    ...context.head,
    kind: 'trade',
    pool: curve,
    side: fields.is_buy ? 'buy' : 'sell',
    trader: fields.user,
    baseMint: fields.mint,
    quoteMint,
    baseAmount: fields.token_amount,
    quoteAmount: isSol ? fields.sol_amount : (fields.quote_amount ?? 0n),
    fees: feesOf(fields, quoteMint),
    feesIncluded: !fields.is_buy,
    ...keptOf(fields),
    baseReserve: fields.real_token_reserves ?? null,
    quoteReserve: (isSol ? fields.real_sol_reserves : fields.real_quote_reserves) ?? null,
    virtualBase: fields.virtual_token_reserves,
    virtualQuote: isSol ? fields.virtual_sol_reserves : (fields.virtual_quote_reserves ?? null),
    limit: isFirstPart(fields, context) ? null : limitOf(context),
  };
  const vaults = vaultsOf(context, curve, isSol);
  return vaults === null ? event : { ...event, vaults };
}

/**
 * The part of a completing buy that was priced on the pool to be. Its tokens and its money still move through the curve: the pool is
 * opened later, with the reserves this part left.
 */
export function postCompleteBuy(fields: Fields<typeof postCompleteBuyEvent>, context: InstructionContext): Trade {
  const quoteMint = quoteMintOf(fields.quote_mint);
  const fees: Fee[] = [];
  addFee(fees, 'protocol', quoteMint, fields.fee - fields.buyback_fee);
  addFee(fees, 'buyback', quoteMint, fields.buyback_fee);
  addFee(fees, 'creator', quoteMint, fields.creator_fee);
  const event: Trade = {
    ...context.head,
    kind: 'trade',
    pool: fields.bonding_curve,
    side: 'buy',
    trader: fields.user,
    baseMint: fields.mint,
    quoteMint,
    baseAmount: fields.base_out,
    quoteAmount: fields.quote_in,
    fees,
    feesIncluded: false,
    feesKept: fields.fee - fields.buyback_fee + fields.creator_fee,
    baseReserve: fields.pool_base_reserves_after,
    quoteReserve: fields.pool_quote_reserves_after,
    virtualBase: null,
    virtualQuote: null,
    limit: null,
  };
  const vaults = vaultsOf(context, fields.bonding_curve, quoteMint === WRAPPED_SOL);
  return vaults === null ? event : { ...event, vaults };
}

/**
 * The buyback share is a part of the protocol fee: the program pays it to another account, so it is listed on its own. Where the holders
 * get the creator's fee, the program states it under both names.
 */
function feesOf(fields: TradeFields, mint: string): readonly Fee[] {
  const fees: Fee[] = [];
  const buyback = fields.buyback_fee ?? 0n;
  const holders = fields.holder_rewards ?? 0n;
  addFee(fees, 'protocol', mint, (fields.fee ?? 0n) - buyback);
  addFee(fees, 'buyback', mint, buyback);
  if (holders === 0n) addFee(fees, 'creator', mint, fields.creator_fee ?? 0n);
  addFee(fees, 'cashback', mint, fields.cashback ?? 0n);
  addFee(fees, 'holder-reward', mint, holders);
  return fees;
}

/** A trade that names nobody as recipient of the protocol fee left it, and the creator's, on the curve. The buyback's share is always paid. */
function keptOf(fields: TradeFields): { readonly feesKept?: bigint } {
  if (fields.fee_recipient !== NATIVE) return {};
  return { feesKept: (fields.fee ?? 0n) - (fields.buyback_fee ?? 0n) + (fields.creator_fee ?? 0n) };
}

const POST_COMPLETE_BUY = anchorDiscriminator('event', 'PostCompleteBuyEvent');

/** A buy that empties the curve may go on beyond it: then its limit holds for both parts together and for neither alone. */
function isFirstPart(fields: TradeFields, context: InstructionContext): boolean {
  return fields.is_buy && fields.real_token_reserves === 0n && hasSelfEvent(context, POST_COMPLETE_BUY);
}

export function addFee(fees: Fee[], kind: string, mint: string, amount: bigint): void {
  if (amount > 0n) fees.push({ kind, mint, amount });
}

export function limitOf(context: InstructionContext): Trade['limit'] {
  const args = context.args();
  if (args === null) return null;
  const mostIn = args['max_sol_cost'];
  if (typeof mostIn === 'bigint') return { what: 'max-in', amount: mostIn };
  const leastOut = args['min_sol_output'] ?? args['min_tokens_out'];
  return typeof leastOut === 'bigint' ? { what: 'min-out', amount: leastOut } : null;
}
