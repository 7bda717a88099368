import type { LiquidityChanged, ProtocolEvent } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { feesOf, type Headless, liquidityOf, poolCreatedOf } from '../pool-events.ts';
import { feesFromMovement, liquidityFromMovement, type PoolPlace } from '../pool-fallback.ts';
import { poolSide } from '../pool-movement.ts';
import { placeOf } from './swap.ts';

interface LiquidityFields {
  readonly lb_pair: string;
  readonly from: string;
  readonly position: string;
  readonly amounts: readonly bigint[];
}

export function addedFromEvent(fields: LiquidityFields, context: InstructionContext): ProtocolEvent {
  return { ...context.head, ...changed('liquidity-added', fields, context) };
}

export function removedFromEvent(fields: LiquidityFields, context: InstructionContext): ProtocolEvent {
  return { ...context.head, ...changed('liquidity-removed', fields, context) };
}

function changed(
  kind: LiquidityChanged['kind'],
  fields: LiquidityFields,
  context: InstructionContext,
): Headless<LiquidityChanged> {
  const [amountX = 0n, amountY = 0n] = fields.amounts;
  const place = sidedPlace(context, fields.lb_pair, amountX > 0n);
  return body(kind, place, fields.from, fields.position, amountX, amountY);
}

function body(
  kind: LiquidityChanged['kind'],
  place: PoolPlace,
  provider: string,
  position: string,
  amountX: bigint,
  amountY: bigint,
): Headless<LiquidityChanged> {
  return liquidityOf(kind, {
    pool: place.pool,
    provider,
    a: poolSide(place.mintA, place.vaultA, amountX, null),
    b: poolSide(place.mintB, place.vaultB, amountY, null),
    lpAmount: null,
    lpMint: null,
    lpSupply: null,
    position,
  });
}

/** One-sided deposits name one reserve only: it belongs to the side that moved. */
function sidedPlace(context: InstructionContext, pool: string, isX: boolean): PoolPlace {
  const reserve = context.account('reserve');
  if (reserve === '') return placeOf(context, pool);
  const mint = context.account('token_mint') || null;
  return isX
    ? { pool, mintA: mint, vaultA: reserve, mintB: null, vaultB: '' }
    : { pool, mintA: null, vaultA: '', mintB: mint, vaultB: reserve };
}

interface RebalancingFields {
  readonly lb_pair: string;
  readonly position: string;
  readonly owner: string;
  readonly x_withdrawn_amount: bigint;
  readonly x_added_amount: bigint;
  readonly y_withdrawn_amount: bigint;
  readonly y_added_amount: bigint;
  readonly x_fee_amount: bigint;
  readonly y_fee_amount: bigint;
}

/** A rebalance takes out, puts in and pays fees, and moves only the difference. */
export function rebalancedFromEvent(fields: RebalancingFields, context: InstructionContext): readonly ProtocolEvent[] {
  const place = placeOf(context, fields.lb_pair);
  const { owner, position } = fields;
  const events: ProtocolEvent[] = [];
  if (fields.x_withdrawn_amount > 0n || fields.y_withdrawn_amount > 0n) {
    const amounts = [fields.x_withdrawn_amount, fields.y_withdrawn_amount] as const;
    events.push({ ...context.head, ...body('liquidity-removed', place, owner, position, ...amounts) });
  }
  if (fields.x_added_amount > 0n || fields.y_added_amount > 0n) {
    const amounts = [fields.x_added_amount, fields.y_added_amount] as const;
    events.push({ ...context.head, ...body('liquidity-added', place, owner, position, ...amounts) });
  }
  if (fields.x_fee_amount > 0n || fields.y_fee_amount > 0n) {
    events.push({ ...context.head, ...fees(place, owner, fields.x_fee_amount, fields.y_fee_amount) });
  }
  return events.length > 0 ? events : [{ ...context.head, kind: 'other' }];
}

interface ClaimFields {
  readonly lb_pair: string;
  readonly owner: string;
  readonly fee_x: bigint;
  readonly fee_y: bigint;
}

/** Newer versions write each claim twice (ClaimFee, ClaimFee2): it is one event. */
export function claimedFromEvent(fields: ClaimFields, context: InstructionContext): ProtocolEvent | null {
  if (context.eventKinds.includes('fees-collected')) return null;
  const place = placeOf(context, fields.lb_pair);
  return { ...context.head, ...fees(place, fields.owner, fields.fee_x, fields.fee_y) };
}

function fees(place: PoolPlace, owner: string, amountX: bigint, amountY: bigint) {
  return feesOf(place.pool, 'lp', owner, [
    { mint: place.mintA, amount: amountX },
    { mint: place.mintB, amount: amountY },
  ]);
}

interface PairFields {
  readonly lb_pair: string;
  readonly token_x: string;
  readonly token_y: string;
}

export function pairFromEvent(fields: PairFields, context: InstructionContext): ProtocolEvent {
  return { ...context.head, ...pair(context, fields.lb_pair, fields.token_x, fields.token_y) };
}

export function pairFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const [mintX, mintY] = [context.account('token_mint_x'), context.account('token_mint_y')];
  if (mintX === '' || mintY === '') return null;
  return { ...context.headFromInstruction(), ...pair(context, context.account('lb_pair'), mintX, mintY) };
}

function pair(context: InstructionContext, pool: string, mintX: string, mintY: string) {
  return poolCreatedOf({
    pool,
    creator: context.account('funder') || context.account('payer') || null,
    a: { mint: mintX, amount: null, vault: context.account('reserve_x') || null, decimals: null },
    b: { mint: mintY, amount: null, vault: context.account('reserve_y') || null, decimals: null },
    lpMint: null,
    lpAmount: null,
  });
}

export function addedFromInstruction(context: InstructionContext): ProtocolEvent | null {
  return changedFromInstruction(context, 'liquidity-added');
}

export function removedFromInstruction(context: InstructionContext): ProtocolEvent | null {
  return changedFromInstruction(context, 'liquidity-removed');
}

function changedFromInstruction(context: InstructionContext, kind: LiquidityChanged['kind']): ProtocolEvent | null {
  // Without the event a lone reserve cannot be told to be X or Y.
  const place = placeOf(context, context.account('lb_pair'));
  return liquidityFromMovement(context, kind, place, context.account('sender'), context.account('position'));
}

export function claimFromInstruction(context: InstructionContext): ProtocolEvent | null {
  return feesFromMovement(context, 'lp', placeOf(context, context.account('lb_pair')), context.account('sender'));
}

/** The protocol's withdrawals write no event; a zap takes one side out. */
export function protocolFeeFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const pool = context.account('lb_pair');
  const operator = context.account('operator');
  const reserve = context.account('reserve');
  if (reserve === '') return feesFromMovement(context, 'protocol', placeOf(context, pool), operator);
  const mintA = context.account('token_mint') || null;
  return feesFromMovement(context, 'protocol', { pool, mintA, vaultA: reserve, mintB: null, vaultB: '' }, operator);
}
