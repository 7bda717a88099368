import type { Fee, ProtocolEvent, Trade } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { chargedFees, tradeOf } from '../pool-events.ts';
import { type PoolPlace, swapFromMovement } from '../pool-fallback.ts';
import { poolSide, vaultMint } from '../pool-movement.ts';
import { anchorDiscriminator } from '../program.ts';
import { hasSelfEvent } from '../self-event.ts';

const SWAP_2 = anchorDiscriminator('event', 'EvtSwap2');
const A_TO_B = 0;
const EXACT_OUT = 2;
const COMPOUNDING = 2;

interface SwapFields {
  readonly pool: string;
  readonly trade_direction: number;
  readonly params: { readonly minimum_amount_out: bigint };
  readonly swap_result: {
    readonly output_amount: bigint;
    readonly lp_fee: bigint;
    readonly protocol_fee: bigint;
    readonly partner_fee: bigint;
    readonly referral_fee: bigint;
  };
  readonly actual_amount_in: bigint;
}

/** The old event does not tell on which side a seller of B paid the fees: then they are left in its fields. */
export function swapFromEvent(fields: SwapFields, context: InstructionContext): ProtocolEvent | null {
  if (hasSelfEvent(context, SWAP_2)) return null;
  const place = placeOf(context, fields.pool);
  const result = fields.swap_result;
  const aToB = fields.trade_direction === A_TO_B;
  const feeMint = aToB ? place.mintB : null;
  return swapped(context, place, aToB, fields.actual_amount_in, result.output_amount, {
    fees: chargedFees(
      ['lp', feeMint, result.lp_fee],
      ['protocol', feeMint, result.protocol_fee],
      ['partner', feeMint, result.partner_fee],
      ['referral', feeMint, result.referral_fee],
    ),
    feesIncluded: !aToB,
    limit: { what: 'min-out', amount: fields.params.minimum_amount_out },
    reserves: null,
  });
}

interface Swap2Fields {
  readonly pool: string;
  readonly trade_direction: number;
  readonly collect_fee_mode: number;
  readonly params: SwapParameters2;
  readonly swap_result: {
    readonly included_fee_input_amount: bigint;
    readonly excluded_fee_input_amount: bigint;
    readonly output_amount: bigint;
    readonly claiming_fee: bigint;
    readonly protocol_fee: bigint;
    readonly compounding_fee: bigint;
    readonly referral_fee: bigint;
  };
  readonly included_transfer_fee_amount_in: bigint;
  readonly reserve_a_amount: bigint;
  readonly reserve_b_amount: bigint;
}

interface SwapParameters2 {
  readonly amount_1: bigint;
  readonly swap_mode: number;
}

/**
 * Fees lie on the input when it is smaller without them, else they were taken off the output. Until March 2026 the partner's fee stood
 * where a pool that compounds now tells what it keeps for its liquidity; other pools no longer charge anything there.
 */
export function swap2FromEvent(fields: Swap2Fields, context: InstructionContext): ProtocolEvent {
  const place = placeOf(context, fields.pool);
  const result = fields.swap_result;
  const aToB = fields.trade_direction === A_TO_B;
  const isOnInput = result.excluded_fee_input_amount < result.included_fee_input_amount;
  const [inputMint, outputMint] = aToB ? [place.mintA, place.mintB] : [place.mintB, place.mintA];
  const feeMint = isOnInput ? inputMint : outputMint;
  return swapped(context, place, aToB, result.included_fee_input_amount, result.output_amount, {
    fees: chargedFees(
      ['lp', feeMint, result.claiming_fee],
      ['protocol', feeMint, result.protocol_fee],
      [fields.collect_fee_mode === COMPOUNDING ? 'compounding' : 'partner', feeMint, result.compounding_fee],
      ['referral', feeMint, result.referral_fee],
      ['transfer', inputMint, fields.included_transfer_fee_amount_in - result.included_fee_input_amount],
    ),
    feesIncluded: isOnInput,
    limit: limitOf(fields.params),
    reserves: { a: fields.reserve_a_amount, b: fields.reserve_b_amount },
  });
}

interface SwapTerms {
  readonly fees: readonly Fee[];
  readonly feesIncluded: boolean;
  readonly limit: Trade['limit'];
  readonly reserves: { readonly a: bigint; readonly b: bigint } | null;
}

function swapped(
  context: InstructionContext,
  place: PoolPlace,
  aToB: boolean,
  amountIn: bigint,
  amountOut: bigint,
  terms: SwapTerms,
): ProtocolEvent {
  const { fees, feesIncluded, limit, reserves } = terms;
  return {
    ...context.head,
    ...tradeOf({
      pool: place.pool,
      trader: context.account('payer'),
      a: poolSide(place.mintA, place.vaultA, aToB ? amountIn : amountOut, reserves?.a ?? null),
      b: poolSide(place.mintB, place.vaultB, aToB ? amountOut : amountIn, reserves?.b ?? null),
      aToB,
      fees,
      feesIncluded,
      limit,
    }),
  };
}

export function swapFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const params = context.args()?.['params'] as (SwapParameters2 & { minimum_amount_out?: bigint }) | undefined;
  const minimum = params?.minimum_amount_out;
  const limit: Trade['limit'] =
    params === undefined ? null : minimum === undefined ? limitOf(params) : { what: 'min-out', amount: minimum };
  return swapFromMovement(context, placeOf(context, context.account('pool')), context.account('payer'), limit);
}

function limitOf(params: SwapParameters2): Trade['limit'] {
  return { what: params.swap_mode === EXACT_OUT ? 'max-in' : 'min-out', amount: params.amount_1 };
}

export function placeOf(context: InstructionContext, pool: string): PoolPlace {
  const [vaultA, vaultB] = [context.account('token_a_vault'), context.account('token_b_vault')];
  return {
    pool,
    vaultA,
    vaultB,
    mintA: vaultMint(context, context.account('token_a_mint'), vaultA),
    mintB: vaultMint(context, context.account('token_b_mint'), vaultB),
  };
}
