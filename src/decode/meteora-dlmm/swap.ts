import type { ProtocolEvent, Trade } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { chargedFees, type Headless, tradeOf } from '../pool-events.ts';
import { type PoolPlace, swapFromMovement } from '../pool-fallback.ts';
import { poolSide, vaultMint } from '../pool-movement.ts';
import { anchorDiscriminator } from '../program.ts';
import { hasSelfEvent } from '../self-event.ts';

const SWAP_2 = anchorDiscriminator('event', 'Swap2Evt');

interface SwapFields {
  readonly lb_pair: string;
  readonly from: string;
  readonly amount_in: bigint;
  readonly amount_out: bigint;
  readonly swap_for_y: boolean;
  readonly fee: bigint;
  readonly protocol_fee: bigint;
  readonly host_fee: bigint;
}

/** Newer versions write the same swap a second time with more detail: then that one counts. */
export function swapFromEvent(fields: SwapFields, context: InstructionContext): ProtocolEvent | null {
  if (hasSelfEvent(context, SWAP_2)) return null;
  const place = placeOf(context, fields.lb_pair);
  const inputMint = fields.swap_for_y ? place.mintA : place.mintB;
  const fees = chargedFees(
    ['lp', inputMint, fields.fee - fields.protocol_fee - fields.host_fee],
    ['protocol', inputMint, fields.protocol_fee],
    ['referral', inputMint, fields.host_fee],
  );
  return { ...context.head, ...swapBody(context, place, fields, fees, true) };
}

interface Swap2Fields {
  readonly lb_pair: string;
  readonly from: string;
  readonly swap_for_y: boolean;
  readonly amount_in: bigint;
  readonly amount_out: bigint;
  readonly mm_fee: bigint;
  readonly protocol_fee: bigint;
  readonly limit_order_fee: bigint;
  readonly host_fee: bigint;
  readonly fees_on_input: boolean;
  readonly fees_on_token_x: boolean;
}

export function swap2FromEvent(fields: Swap2Fields, context: InstructionContext): ProtocolEvent | null {
  if (context.eventKinds.includes('trade')) return null;
  const place = placeOf(context, fields.lb_pair);
  const feeMint = fields.fees_on_token_x ? place.mintA : place.mintB;
  const fees = chargedFees(
    ['lp', feeMint, fields.mm_fee],
    ['protocol', feeMint, fields.protocol_fee],
    ['limit-order', feeMint, fields.limit_order_fee],
    ['referral', feeMint, fields.host_fee],
  );
  return { ...context.head, ...swapBody(context, place, fields, fees, fields.fees_on_input) };
}

function swapBody(
  context: InstructionContext,
  place: PoolPlace,
  fields: Pick<SwapFields, 'from' | 'swap_for_y' | 'amount_in' | 'amount_out'>,
  fees: Trade['fees'],
  feesIncluded: boolean,
): Headless<Trade> {
  const aToB = fields.swap_for_y;
  return tradeOf({
    pool: place.pool,
    trader: fields.from,
    a: poolSide(place.mintA, place.vaultA, aToB ? fields.amount_in : fields.amount_out, null),
    b: poolSide(place.mintB, place.vaultB, aToB ? fields.amount_out : fields.amount_in, null),
    aToB,
    fees,
    feesIncluded,
    limit: limitOf(context),
  });
}

export function swapFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const place = placeOf(context, context.account('lb_pair'));
  return swapFromMovement(context, place, context.account('user'), limitOf(context));
}

export function placeOf(context: InstructionContext, pool: string): PoolPlace {
  const [vaultA, vaultB] = [context.account('reserve_x'), context.account('reserve_y')];
  return {
    pool,
    vaultA,
    vaultB,
    mintA: vaultMint(context, context.account('token_x_mint'), vaultA),
    mintB: vaultMint(context, context.account('token_y_mint'), vaultB),
  };
}

function limitOf(context: InstructionContext): Trade['limit'] {
  const minimumOut = context.argument('min_amount_out');
  if (minimumOut !== null) return { what: 'min-out', amount: minimumOut };
  const maximumIn = context.argument('max_in_amount');
  return maximumIn === null ? null : { what: 'max-in', amount: maximumIn };
}
