import type { Fee, ProtocolEvent, Trade } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { chargedFees, type Headless } from '../pool-events.ts';
import { movementOf, vaultMint } from '../pool-movement.ts';
import { anchorDiscriminator } from '../program.ts';
import { hasSelfEvent } from '../self-event.ts';

const SWAP_2 = anchorDiscriminator('event', 'EvtSwap2');
const BASE_TO_QUOTE = 0;
const EXACT_OUT = 2;

interface SwapFields {
  readonly pool: string;
  readonly trade_direction: number;
  readonly params: { readonly minimum_amount_out: bigint };
  readonly swap_result: {
    readonly actual_input_amount: bigint;
    readonly output_amount: bigint;
    readonly trading_fee: bigint;
    readonly protocol_fee: bigint;
    readonly referral_fee: bigint;
  };
  readonly amount_in: bigint;
}

/** Newer versions write the same swap a second time with more detail: then that one counts. */
export function swapFromEvent(fields: SwapFields, context: InstructionContext): ProtocolEvent | null {
  if (hasSelfEvent(context, SWAP_2)) return null;
  const result = fields.swap_result;
  return swapped(context, fields.pool, fields.trade_direction === BASE_TO_QUOTE, {
    amountIn: fields.amount_in,
    amountOut: result.output_amount,
    fees: result,
    isFeeOnInput: result.actual_input_amount < fields.amount_in,
    limit: { what: 'min-out', amount: fields.params.minimum_amount_out },
    quoteReserve: null,
  });
}

interface Swap2Fields {
  readonly pool: string;
  readonly trade_direction: number;
  readonly swap_parameters: SwapParameters2;
  readonly swap_result: {
    readonly included_fee_input_amount: bigint;
    readonly excluded_fee_input_amount: bigint;
    readonly output_amount: bigint;
    readonly trading_fee: bigint;
    readonly protocol_fee: bigint;
    readonly referral_fee: bigint;
  };
  readonly quote_reserve_amount: bigint;
}

interface SwapParameters2 {
  readonly amount_1: bigint;
  readonly swap_mode: number;
}

export function swap2FromEvent(fields: Swap2Fields, context: InstructionContext): ProtocolEvent | null {
  if (context.eventKinds.includes('trade')) return null;
  const result = fields.swap_result;
  return swapped(context, fields.pool, fields.trade_direction === BASE_TO_QUOTE, {
    amountIn: result.included_fee_input_amount,
    amountOut: result.output_amount,
    fees: result,
    isFeeOnInput: result.excluded_fee_input_amount < result.included_fee_input_amount,
    limit: limitOf(fields.swap_parameters),
    quoteReserve: fields.quote_reserve_amount,
  });
}

interface SwapTerms {
  readonly amountIn: bigint;
  readonly amountOut: bigint;
  readonly fees: { readonly trading_fee: bigint; readonly protocol_fee: bigint; readonly referral_fee: bigint };
  readonly isFeeOnInput: boolean;
  readonly limit: Trade['limit'];
  readonly quoteReserve: bigint | null;
}

function swapped(context: InstructionContext, pool: string, isSell: boolean, terms: SwapTerms): ProtocolEvent {
  const { baseMint, quoteMint } = placeOf(context);
  const isFeeInBase = terms.isFeeOnInput === isSell;
  const feeMint = isFeeInBase ? baseMint : quoteMint;
  const fees = chargedFees(
    ['partner', feeMint, terms.fees.trading_fee],
    ['protocol', feeMint, terms.fees.protocol_fee],
    ['referral', feeMint, terms.fees.referral_fee],
  );
  const amounts = { amountIn: terms.amountIn, amountOut: terms.amountOut };
  return {
    ...context.head,
    ...tradeBody(context, pool, isSell, amounts, fees, terms.isFeeOnInput, terms.limit, terms.quoteReserve),
  };
}

function tradeBody(
  context: InstructionContext,
  pool: string,
  isSell: boolean,
  amounts: { readonly amountIn: bigint; readonly amountOut: bigint },
  fees: readonly Fee[],
  feesIncluded: boolean,
  limit: Trade['limit'],
  quoteReserve: bigint | null,
): Headless<Trade> {
  const { baseMint, quoteMint, vaults } = placeOf(context);
  return {
    kind: 'trade',
    pool,
    side: isSell ? 'sell' : 'buy',
    trader: context.account('payer'),
    baseMint,
    quoteMint,
    baseAmount: isSell ? amounts.amountIn : amounts.amountOut,
    quoteAmount: isSell ? amounts.amountOut : amounts.amountIn,
    fees,
    feesIncluded,
    baseReserve: null,
    quoteReserve,
    virtualBase: null,
    virtualQuote: null,
    limit,
    ...vaults,
  };
}

export function swapFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const movement = movementOf(context, context.account('base_vault'), context.account('quote_vault'));
  if (movement === null) return null;
  const isSell = movement.a.received > movement.a.sent;
  const amountIn = isSell ? movement.a.received : movement.b.received;
  const amountOut = isSell ? movement.b.sent : movement.a.sent;
  if (amountIn === 0n || amountOut === 0n) return null;
  const pool = context.account('pool');
  const body = tradeBody(context, pool, isSell, { amountIn, amountOut }, [], true, limitFromArgs(context), null);
  return { ...context.headFromInstruction(), strategy: movement.strategy, ...body };
}

function limitFromArgs(context: InstructionContext): Trade['limit'] {
  const params = context.args()?.['params'] as (SwapParameters2 & { minimum_amount_out?: bigint }) | undefined;
  if (params === undefined) return null;
  if (params.minimum_amount_out !== undefined) return { what: 'min-out', amount: params.minimum_amount_out };
  return limitOf(params);
}

function limitOf(params: SwapParameters2): Trade['limit'] {
  return { what: params.swap_mode === EXACT_OUT ? 'max-in' : 'min-out', amount: params.amount_1 };
}

/** DBC names its base and quote itself: no rule has to choose. */
export function placeOf(context: InstructionContext) {
  const [base, quote] = [context.account('base_vault'), context.account('quote_vault')];
  return {
    baseMint: vaultMint(context, context.account('base_mint'), base),
    quoteMint: vaultMint(context, context.account('quote_mint'), quote),
    vaults: base === '' || quote === '' ? {} : { vaults: { base, quote } },
  };
}
