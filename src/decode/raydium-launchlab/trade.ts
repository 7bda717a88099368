import type { ProtocolEvent, Trade } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { chargedFees, type Headless } from '../pool-events.ts';
import { movementOf, vaultMint } from '../pool-movement.ts';

/** What a body of any age may tell. */
export type TradeFields = Partial<{
  readonly pool_state: string;
  readonly total_base_sell: bigint;
  readonly virtual_base: bigint;
  readonly virtual_quote: bigint;
  readonly real_quote_before: bigint;
  readonly real_base_after: bigint;
  readonly real_quote_after: bigint;
  readonly amount_in: bigint;
  readonly amount_out: bigint;
  readonly protocol_fee: bigint;
  readonly platform_fee: bigint;
  readonly creator_fee: bigint;
  readonly share_fee: bigint;
  readonly trade_direction: string;
  readonly pool_status: string;
}>;

/** A trade; when it fills the curve, the completion too. */
export function tradeFromEvent(fields: TradeFields, context: InstructionContext): readonly ProtocolEvent[] {
  const trade: ProtocolEvent = { ...context.head, ...tradeBody(fields, context) };
  if (fields.pool_status !== 'Migrate' || trade.baseMint === null) return [trade];
  const completed: ProtocolEvent = {
    ...context.head,
    kind: 'curve-completed',
    mint: trade.baseMint,
    curve: trade.pool,
    by: trade.trader || null,
  };
  return [trade, completed];
}

function tradeBody(fields: TradeFields, context: InstructionContext): Headless<Trade> {
  const { amount_in: amountIn = 0n, amount_out: amountOut = 0n } = fields;
  const { protocol_fee = 0n, platform_fee = 0n, creator_fee = 0n, share_fee = 0n } = fields;
  const { real_quote_before = 0n, real_quote_after = 0n, real_base_after = 0n } = fields;
  const isBuy = fields.trade_direction === 'Buy';
  const quoteAmount = isBuy ? amountIn : amountOut;
  const feeSum = protocol_fee + platform_fee + creator_fee + share_fee;
  const onCurve = isBuy ? real_quote_after - real_quote_before : real_quote_before - real_quote_after;
  const place = placeOf(context);
  return {
    kind: 'trade',
    pool: fields.pool_state ?? '',
    side: isBuy ? 'buy' : 'sell',
    trader: context.account('payer'),
    baseMint: place.baseMint,
    quoteMint: place.quoteMint,
    baseAmount: isBuy ? amountOut : amountIn,
    quoteAmount,
    fees: chargedFees(
      ['protocol', place.quoteMint, protocol_fee],
      ['platform', place.quoteMint, platform_fee],
      ['creator', place.quoteMint, creator_fee],
      ['referral', place.quoteMint, share_fee],
    ),
    // A buyer's amount holds the fees; a seller's does when it is what the curve itself lost.
    feesIncluded: isBuy ? quoteAmount === onCurve + feeSum : quoteAmount === onCurve,
    baseReserve: (fields.total_base_sell ?? 0n) - real_base_after,
    quoteReserve: real_quote_after,
    virtualBase: (fields.virtual_base ?? 0n) - real_base_after,
    virtualQuote: (fields.virtual_quote ?? 0n) + real_quote_after,
    limit: limitOf(context),
    ...place.vaults,
  };
}

export function tradeFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const place = placeOf(context);
  const movement = movementOf(context, context.account('base_vault'), context.account('quote_vault'));
  if (movement === null) return null;
  const isBuy = context.spec?.name.startsWith('buy') === true;
  const baseAmount = isBuy ? movement.a.sent : movement.a.received;
  const quoteAmount = isBuy ? movement.b.received : movement.b.sent;
  if (baseAmount === 0n || quoteAmount === 0n) return null;
  return {
    ...context.headFromInstruction(),
    strategy: movement.strategy,
    kind: 'trade',
    pool: context.account('pool_state'),
    side: isBuy ? 'buy' : 'sell',
    trader: context.account('payer'),
    baseMint: place.baseMint,
    quoteMint: place.quoteMint,
    baseAmount,
    quoteAmount,
    fees: [],
    feesIncluded: isBuy,
    baseReserve: null,
    quoteReserve: null,
    virtualBase: null,
    virtualQuote: null,
    limit: limitOf(context),
    ...place.vaults,
  };
}

function placeOf(context: InstructionContext) {
  const [base, quote] = [context.account('base_vault'), context.account('quote_vault')];
  return {
    baseMint: vaultMint(context, context.account('base_token_mint'), base),
    quoteMint: vaultMint(context, context.account('quote_token_mint'), quote),
    vaults: base === '' || quote === '' ? {} : { vaults: { base, quote } },
  };
}

function limitOf(context: InstructionContext): Trade['limit'] {
  const minimumOut = context.argument('minimum_amount_out');
  if (minimumOut !== null) return { what: 'min-out', amount: minimumOut };
  const maximumIn = context.argument('maximum_amount_in');
  return maximumIn === null ? null : { what: 'max-in', amount: maximumIn };
}
