import { z } from 'zod';
import type { ProtocolEvent } from '../domain/protocol-event.ts';
import type { InstructionContext } from './instruction-context.ts';
import { chargedFees, feesOf, liquidityOf, poolCreatedOf, tradeOf } from './pool-events.ts';
import { feesFromMovement, liquidityFromMovement, type PoolPlace, swapFromMovement } from './pool-fallback.ts';
import { poolSide, vaultMint } from './pool-movement.ts';

/**
 * How a configured program says what its fields mean. A reference is the name of an event field, or "account.x" for an account of
 * the instruction, or "argument.x" for one of its arguments.
 */
const reference = z.string().min(1);

const place = z.strictObject({ mint: reference.optional(), vault: reference.optional() });
const side = place.extend({ amount: reference });

const trade = z.strictObject({
  kind: z.literal('trade'),
  pool: reference,
  trader: reference,
  a: place,
  b: place,
  /** True when the trader gives A. With `equals` the field is compared instead (a direction that is a number or a name). */
  aToB: z.union([
    reference,
    z.strictObject({ field: reference, equals: z.union([z.string(), z.number(), z.boolean()]) }),
  ]),
  amountIn: reference,
  amountOut: reference,
  fees: z
    .array(z.strictObject({ kind: z.string().min(1), amount: reference, on: z.enum(['input', 'output']) }))
    .default([]),
  feesIncluded: z.boolean().default(true),
});

const liquidity = z.strictObject({
  kind: z.enum(['liquidity-added', 'liquidity-removed']),
  pool: reference,
  provider: reference,
  a: side,
  b: side,
  position: reference.optional(),
});

const poolCreated = z.strictObject({
  kind: z.literal('pool-created'),
  pool: reference,
  creator: reference.optional(),
  a: place,
  b: place,
});

const collected = z.strictObject({
  kind: z.literal('fees-collected'),
  pool: reference,
  feeKind: z.string().min(1),
  collector: reference.optional(),
  a: side,
  b: side,
});

export const eventMapping = z.discriminatedUnion('kind', [
  trade,
  liquidity,
  poolCreated,
  collected,
  z.strictObject({ kind: z.literal('other') }),
]);
export type EventMapping = z.infer<typeof eventMapping>;

/** For instructions: which vaults tell what happened. References are accounts and arguments only. */
export const movementMapping = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('trade'), pool: reference, trader: reference, a: place, b: place }),
  z.strictObject({
    kind: z.enum(['liquidity-added', 'liquidity-removed']),
    pool: reference,
    provider: reference,
    a: place,
    b: place,
    position: reference.optional(),
  }),
  z.strictObject({
    kind: z.literal('fees-collected'),
    pool: reference,
    feeKind: z.string().min(1),
    collector: reference.optional(),
    a: place,
    b: place,
  }),
]);
export type MovementMapping = z.infer<typeof movementMapping>;

type Fields = Readonly<Record<string, unknown>>;
type Place = z.infer<typeof place>;

export function eventFrom(mapping: EventMapping, fields: Fields, context: InstructionContext): ProtocolEvent {
  const { head } = context;
  switch (mapping.kind) {
    case 'trade':
      return { ...head, ...tradeBody(mapping, fields, context) };
    case 'liquidity-added':
    case 'liquidity-removed':
      return {
        ...head,
        ...liquidityOf(mapping.kind, {
          pool: text(mapping.pool, fields, context),
          provider: text(mapping.provider, fields, context),
          a: sideOf(mapping.a, amount(mapping.a.amount, fields, context), fields, context),
          b: sideOf(mapping.b, amount(mapping.b.amount, fields, context), fields, context),
          lpAmount: null,
          lpMint: null,
          lpSupply: null,
          position: text(mapping.position, fields, context) || null,
        }),
      };
    case 'pool-created':
      return {
        ...head,
        ...poolCreatedOf({
          pool: text(mapping.pool, fields, context),
          creator: text(mapping.creator, fields, context) || null,
          a: { ...newSide(mapping.a, fields, context), amount: null, decimals: null },
          b: { ...newSide(mapping.b, fields, context), amount: null, decimals: null },
          lpMint: null,
          lpAmount: null,
        }),
      };
    case 'fees-collected':
      return {
        ...head,
        ...feesOf(
          text(mapping.pool, fields, context),
          mapping.feeKind,
          text(mapping.collector, fields, context) || null,
          [
            { mint: mintOf(mapping.a, fields, context), amount: amount(mapping.a.amount, fields, context) },
            { mint: mintOf(mapping.b, fields, context), amount: amount(mapping.b.amount, fields, context) },
          ],
        ),
      };
    case 'other':
      return { ...head, kind: 'other' };
  }
}

function tradeBody(mapping: z.infer<typeof trade>, fields: Fields, context: InstructionContext) {
  const aToB = isAToB(mapping.aToB, fields, context);
  const paid = amount(mapping.amountIn, fields, context);
  const got = amount(mapping.amountOut, fields, context);
  const a = sideOf(mapping.a, aToB ? paid : got, fields, context);
  const b = sideOf(mapping.b, aToB ? got : paid, fields, context);
  const [input, output] = aToB ? [a, b] : [b, a];
  const fees = mapping.fees.map(
    (fee) => [fee.kind, (fee.on === 'input' ? input : output).mint, amount(fee.amount, fields, context)] as const,
  );
  return tradeOf({
    pool: text(mapping.pool, fields, context),
    trader: text(mapping.trader, fields, context),
    a,
    b,
    aToB,
    fees: chargedFees(...fees),
    feesIncluded: mapping.feesIncluded,
    limit: null,
  });
}

export function movementEvent(mapping: MovementMapping, context: InstructionContext): ProtocolEvent | null {
  const where: PoolPlace = {
    pool: text(mapping.pool, {}, context),
    mintA: mintOf(mapping.a, {}, context),
    mintB: mintOf(mapping.b, {}, context),
    vaultA: text(mapping.a.vault, {}, context),
    vaultB: text(mapping.b.vault, {}, context),
  };
  switch (mapping.kind) {
    case 'trade':
      return swapFromMovement(context, where, text(mapping.trader, {}, context), null);
    case 'fees-collected':
      return feesFromMovement(context, mapping.feeKind, where, text(mapping.collector, {}, context));
    default: {
      const provider = text(mapping.provider, {}, context);
      return liquidityFromMovement(context, mapping.kind, where, provider, text(mapping.position, {}, context));
    }
  }
}

function isAToB(how: z.infer<typeof trade>['aToB'], fields: Fields, context: InstructionContext): boolean {
  if (typeof how === 'string') return lookUp(how, fields, context) === true;
  const value = lookUp(how.field, fields, context);
  return value === how.equals || (typeof value === 'bigint' && value === BigInt(Number(how.equals)));
}

function sideOf(where: Place, moved: bigint, fields: Fields, context: InstructionContext) {
  return poolSide(mintOf(where, fields, context), text(where.vault, fields, context), moved, null);
}

function newSide(where: Place, fields: Fields, context: InstructionContext) {
  return { mint: mintOf(where, fields, context) ?? '', vault: text(where.vault, fields, context) || null };
}

function mintOf(where: Place, fields: Fields, context: InstructionContext): string | null {
  return vaultMint(context, text(where.mint, fields, context), text(where.vault, fields, context));
}

function text(name: string | undefined, fields: Fields, context: InstructionContext): string {
  const value = name === undefined ? '' : lookUp(name, fields, context);
  return typeof value === 'string' ? value : '';
}

function amount(name: string, fields: Fields, context: InstructionContext): bigint {
  const value = lookUp(name, fields, context);
  return typeof value === 'bigint' ? value : typeof value === 'number' ? BigInt(value) : 0n;
}

function lookUp(name: string, fields: Fields, context: InstructionContext): unknown {
  if (name.startsWith('account.')) return context.account(name.slice('account.'.length));
  if (name.startsWith('argument.')) return context.args()?.[name.slice('argument.'.length)];
  return fields[name];
}
