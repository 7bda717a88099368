import type { LiquidityChanged, ProtocolEvent, Trade } from '../domain/protocol-event.ts';
import type { InstructionContext } from './instruction-context.ts';
import { feesOf, liquidityOf, tradeOf } from './pool-events.ts';
import { moved, movementOf, type PoolMovement, poolSide } from './pool-movement.ts';

/** Where a pool stands in an instruction: its two vaults and what is known of their mints. */
export interface PoolPlace {
  readonly pool: string;
  readonly mintA: string | null;
  readonly mintB: string | null;
  readonly vaultA: string;
  readonly vaultB: string;
}

/**
 * Events for instructions whose own event is missing, from what moved through the vaults. They state no fees and no reserves: the
 * transfers do not tell them. Null when nothing is known of the movement.
 */
export function swapFromMovement(
  context: InstructionContext,
  place: PoolPlace,
  trader: string,
  limit: Trade['limit'],
): ProtocolEvent | null {
  const movement = movementOf(context, place.vaultA, place.vaultB);
  if (movement === null) return null;
  const aToB = movement.a.received > movement.a.sent;
  const [input, output] = aToB ? [movement.a, movement.b] : [movement.b, movement.a];
  const [paid, got] = [input.received, output.sent];
  if (paid === 0n || got === 0n) return null;
  return {
    ...context.headFromInstruction(),
    strategy: movement.strategy,
    ...tradeOf({
      pool: place.pool,
      trader,
      a: poolSide(place.mintA, place.vaultA, aToB ? paid : got, null),
      b: poolSide(place.mintB, place.vaultB, aToB ? got : paid, null),
      aToB,
      fees: [],
      feesIncluded: true,
      limit,
    }),
  };
}

export function liquidityFromMovement(
  context: InstructionContext,
  kind: LiquidityChanged['kind'],
  place: PoolPlace,
  provider: string,
  position: string,
): ProtocolEvent | null {
  const movement = movementOf(context, place.vaultA, place.vaultB);
  if (movement === null) return null;
  return {
    ...context.headFromInstruction(),
    strategy: movement.strategy,
    ...liquidityOf(kind, {
      pool: place.pool,
      provider,
      a: poolSide(place.mintA, place.vaultA, moved(movement.a), null),
      b: poolSide(place.mintB, place.vaultB, moved(movement.b), null),
      lpAmount: null,
      lpMint: null,
      lpSupply: null,
      position: position || null,
    }),
  };
}

/** Nothing moved is an answer (there was nothing to collect) when the inner calls were recorded. */
export function feesFromMovement(
  context: InstructionContext,
  feeKind: string,
  place: PoolPlace,
  collector: string,
): ProtocolEvent | null {
  const movement: PoolMovement | null = movementOf(context, place.vaultA, place.vaultB);
  if (movement === null && !context.transaction.hasInner) return null;
  const amounts = [];
  if (place.vaultA !== '') amounts.push({ mint: place.mintA, amount: movement?.a.sent ?? 0n });
  if (place.vaultB !== '') amounts.push({ mint: place.mintB, amount: movement?.b.sent ?? 0n });
  return {
    ...context.headFromInstruction(),
    strategy: movement?.strategy ?? 'instruction',
    ...feesOf(place.pool || null, feeKind, collector || null, amounts),
  };
}
