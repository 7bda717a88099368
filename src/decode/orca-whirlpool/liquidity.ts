import type { LiquidityChanged, ProtocolEvent } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { type Headless, liquidityOf, poolCreatedOf } from '../pool-events.ts';
import { feesFromMovement, liquidityFromMovement } from '../pool-fallback.ts';
import { poolSide } from '../pool-movement.ts';
import { placeOf } from './swap.ts';

interface LiquidityFields {
  readonly whirlpool: string;
  readonly position: string;
  readonly token_a_amount: bigint;
  readonly token_b_amount: bigint;
  readonly token_a_transfer_fee: bigint;
  readonly token_b_transfer_fee: bigint;
}

/** What the provider sent holds the mints' transfer fees; they never reach the pool. */
export function increasedFromEvent(fields: LiquidityFields, context: InstructionContext): ProtocolEvent {
  const amountA = fields.token_a_amount - fields.token_a_transfer_fee;
  const amountB = fields.token_b_amount - fields.token_b_transfer_fee;
  return { ...context.head, ...changed(context, 'liquidity-added', fields, amountA, amountB) };
}

export function decreasedFromEvent(fields: LiquidityFields, context: InstructionContext): ProtocolEvent {
  return {
    ...context.head,
    ...changed(context, 'liquidity-removed', fields, fields.token_a_amount, fields.token_b_amount),
  };
}

interface RepositionedFields {
  readonly whirlpool: string;
  readonly position: string;
  readonly existing_range_token_a_amount: bigint;
  readonly existing_range_token_b_amount: bigint;
  readonly new_range_token_a_amount: bigint;
  readonly new_range_token_b_amount: bigint;
}

/** A repositioning takes all out and puts in anew, and moves only the difference. */
export function repositionedFromEvent(
  fields: RepositionedFields,
  context: InstructionContext,
): readonly ProtocolEvent[] {
  const out = [fields.existing_range_token_a_amount, fields.existing_range_token_b_amount] as const;
  const back = [fields.new_range_token_a_amount, fields.new_range_token_b_amount] as const;
  return [
    { ...context.head, ...changed(context, 'liquidity-removed', fields, ...out) },
    { ...context.head, ...changed(context, 'liquidity-added', fields, ...back) },
  ];
}

function changed(
  context: InstructionContext,
  kind: LiquidityChanged['kind'],
  fields: { readonly whirlpool: string; readonly position: string },
  amountA: bigint,
  amountB: bigint,
): Headless<LiquidityChanged> {
  const place = placeOf(context, fields.whirlpool);
  return liquidityOf(kind, {
    pool: fields.whirlpool,
    provider: context.account('position_authority'),
    a: poolSide(place.mintA, place.vaultA, amountA, null),
    b: poolSide(place.mintB, place.vaultB, amountB, null),
    lpAmount: null,
    lpMint: null,
    lpSupply: null,
    position: fields.position,
  });
}

export function increaseFromInstruction(context: InstructionContext): ProtocolEvent | null {
  return changeFromInstruction(context, 'liquidity-added');
}

export function decreaseFromInstruction(context: InstructionContext): ProtocolEvent | null {
  return changeFromInstruction(context, 'liquidity-removed');
}

function changeFromInstruction(context: InstructionContext, kind: LiquidityChanged['kind']): ProtocolEvent | null {
  const place = placeOf(context, context.account('whirlpool'));
  const provider = context.account('position_authority');
  return liquidityFromMovement(context, kind, place, provider, context.account('position'));
}

export function feesFromInstruction(
  feeKind: string,
  collector: string,
): (context: InstructionContext) => ProtocolEvent | null {
  return (context) =>
    feesFromMovement(context, feeKind, placeOf(context, context.account('whirlpool')), context.account(collector));
}

interface PoolFields {
  readonly whirlpool: string;
  readonly token_mint_a: string;
  readonly token_mint_b: string;
  readonly decimals_a: number;
  readonly decimals_b: number;
}

export function poolFromEvent(fields: PoolFields, context: InstructionContext): ProtocolEvent {
  const a = { mint: fields.token_mint_a, decimals: fields.decimals_a };
  const b = { mint: fields.token_mint_b, decimals: fields.decimals_b };
  return { ...context.head, ...created(context, fields.whirlpool, a, b) };
}

export function poolFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const a = { mint: context.account('token_mint_a'), decimals: null };
  const b = { mint: context.account('token_mint_b'), decimals: null };
  if (a.mint === '' || b.mint === '') return null;
  return { ...context.headFromInstruction(), ...created(context, context.account('whirlpool'), a, b) };
}

interface NewSide {
  readonly mint: string;
  readonly decimals: number | null;
}

function created(context: InstructionContext, pool: string, a: NewSide, b: NewSide) {
  return poolCreatedOf({
    pool,
    creator: context.account('funder') || null,
    a: { ...a, amount: null, vault: context.account('token_vault_a') || null },
    b: { ...b, amount: null, vault: context.account('token_vault_b') || null },
    lpMint: null,
    lpAmount: null,
  });
}
