import type { LiquidityChanged, ProtocolEvent } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { feesOf, liquidityOf, poolCreatedOf } from '../pool-events.ts';
import { feesFromMovement, liquidityFromMovement } from '../pool-fallback.ts';
import { poolSide } from '../pool-movement.ts';
import { anchorDiscriminator } from '../program.ts';
import { hasSelfEvent } from '../self-event.ts';
import { placeOf } from './swap.ts';

const LIQUIDITY_CHANGE = anchorDiscriminator('event', 'EvtLiquidityChange');

interface PositionFields {
  readonly pool: string;
  readonly position: string;
  readonly owner: string;
  readonly token_a_amount: bigint;
  readonly token_b_amount: bigint;
}

interface LiquidityChangeFields extends PositionFields {
  readonly transfer_fee_included_token_a_amount: bigint;
  readonly transfer_fee_included_token_b_amount: bigint;
  readonly reserve_a_amount: bigint;
  readonly reserve_b_amount: bigint;
  readonly change_type: number;
}

/** What reaches the pool is without the mints' transfer fees, what leaves it is with them. */
export function changeFromEvent(fields: LiquidityChangeFields, context: InstructionContext): ProtocolEvent {
  const reserves = [fields.reserve_a_amount, fields.reserve_b_amount] as const;
  if (fields.change_type === 0) return changed(context, 'liquidity-added', fields, reserves);
  const amounts = {
    ...fields,
    token_a_amount: fields.transfer_fee_included_token_a_amount,
    token_b_amount: fields.transfer_fee_included_token_b_amount,
  };
  return changed(context, 'liquidity-removed', amounts, reserves);
}

/** From October to December 2025 the program told a change in its old words and then in its new ones: the new ones tell more. */
export function addedFromEvent(fields: PositionFields, context: InstructionContext): ProtocolEvent | null {
  if (hasSelfEvent(context, LIQUIDITY_CHANGE)) return null;
  return changed(context, 'liquidity-added', fields, [null, null]);
}

export function removedFromEvent(fields: PositionFields, context: InstructionContext): ProtocolEvent | null {
  if (hasSelfEvent(context, LIQUIDITY_CHANGE)) return null;
  return changed(context, 'liquidity-removed', fields, [null, null]);
}

function changed(
  context: InstructionContext,
  kind: LiquidityChanged['kind'],
  fields: PositionFields,
  reserves: readonly [bigint | null, bigint | null],
): ProtocolEvent {
  const place = placeOf(context, fields.pool);
  return {
    ...context.head,
    ...liquidityOf(kind, {
      pool: fields.pool,
      provider: fields.owner,
      a: poolSide(place.mintA, place.vaultA, fields.token_a_amount, reserves[0]),
      b: poolSide(place.mintB, place.vaultB, fields.token_b_amount, reserves[1]),
      lpAmount: null,
      lpMint: null,
      lpSupply: null,
      position: fields.position,
    }),
  };
}

export function addFromInstruction(context: InstructionContext): ProtocolEvent | null {
  return changeFromInstruction(context, 'liquidity-added');
}

export function removeFromInstruction(context: InstructionContext): ProtocolEvent | null {
  return changeFromInstruction(context, 'liquidity-removed');
}

function changeFromInstruction(context: InstructionContext, kind: LiquidityChanged['kind']): ProtocolEvent | null {
  const place = placeOf(context, context.account('pool'));
  return liquidityFromMovement(context, kind, place, context.account('signer'), context.account('position'));
}

interface InitializeFields {
  readonly pool: string;
  readonly token_a_mint: string;
  readonly token_b_mint: string;
  readonly creator: string;
  readonly token_a_flag: number;
  readonly token_b_flag: number;
  readonly token_a_amount: bigint;
  readonly token_b_amount: bigint;
  readonly total_amount_a: bigint;
  readonly total_amount_b: bigint;
}

/** Of a classic mint the total is what moved (at least one unit, even where the curve needs none); of Token-2022 it holds transfer fees. */
export function poolFromEvent(fields: InitializeFields, context: InstructionContext): ProtocolEvent {
  const amountA = fields.token_a_flag === 0 ? fields.total_amount_a : fields.token_a_amount;
  const amountB = fields.token_b_flag === 0 ? fields.total_amount_b : fields.token_b_amount;
  return {
    ...context.head,
    ...poolCreatedOf({
      pool: fields.pool,
      creator: fields.creator,
      a: newSide(context, fields.token_a_mint, amountA, 'token_a_vault'),
      b: newSide(context, fields.token_b_mint, amountB, 'token_b_vault'),
      lpMint: null,
      lpAmount: null,
    }),
  };
}

export function poolFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const [mintA, mintB] = [context.account('token_a_mint'), context.account('token_b_mint')];
  if (mintA === '' || mintB === '') return null;
  return {
    ...context.headFromInstruction(),
    ...poolCreatedOf({
      pool: context.account('pool'),
      creator: context.account('creator') || null,
      a: newSide(context, mintA, null, 'token_a_vault'),
      b: newSide(context, mintB, null, 'token_b_vault'),
      lpMint: null,
      lpAmount: null,
    }),
  };
}

function newSide(context: InstructionContext, mint: string, amount: bigint | null, vault: string) {
  const decimals = context.tokenChange(vault)?.decimals ?? null;
  return { mint, amount, vault: context.account(vault) || null, decimals };
}

interface ClaimPositionFields {
  readonly pool: string;
  readonly owner: string;
  readonly fee_a_claimed: bigint;
  readonly fee_b_claimed: bigint;
}

export function claimFromEvent(fields: ClaimPositionFields, context: InstructionContext): ProtocolEvent {
  return claimed(context, fields.pool, 'lp', fields.owner, fields.fee_a_claimed, fields.fee_b_claimed);
}

interface ClaimShareFields {
  readonly pool: string;
  readonly token_a_amount: bigint;
  readonly token_b_amount: bigint;
}

export function protocolClaimFromEvent(fields: ClaimShareFields, context: InstructionContext): ProtocolEvent {
  const collector = context.account('operator') || null;
  return claimed(context, fields.pool, 'protocol', collector, fields.token_a_amount, fields.token_b_amount);
}

export function partnerClaimFromEvent(fields: ClaimShareFields, context: InstructionContext): ProtocolEvent {
  const collector = context.account('partner') || null;
  return claimed(context, fields.pool, 'partner', collector, fields.token_a_amount, fields.token_b_amount);
}

function claimed(
  context: InstructionContext,
  pool: string,
  feeKind: string,
  collector: string | null,
  amountA: bigint,
  amountB: bigint,
): ProtocolEvent {
  const place = placeOf(context, pool);
  return {
    ...context.head,
    ...feesOf(pool, feeKind, collector, [
      { mint: place.mintA, amount: amountA },
      { mint: place.mintB, amount: amountB },
    ]),
  };
}

interface Claim2Fields {
  readonly pool: string;
  readonly token_mint: string;
  readonly amount: bigint;
}

export function protocolClaim2FromEvent(fields: Claim2Fields, context: InstructionContext): ProtocolEvent {
  const amounts = [{ mint: fields.token_mint, amount: fields.amount }];
  return { ...context.head, ...feesOf(fields.pool, 'protocol', context.account('signer') || null, amounts) };
}

export function feesFromInstruction(
  feeKind: string,
  collector: string,
): (context: InstructionContext) => ProtocolEvent | null {
  return (context) =>
    feesFromMovement(context, feeKind, placeOf(context, context.account('pool')), context.account(collector));
}
