import type { ProtocolEvent, TokenCreated } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import type { Headless } from '../pool-events.ts';
import { feesOf } from '../pool-events.ts';
import { movementOf } from '../pool-movement.ts';

interface MintParams {
  readonly decimals: number;
  readonly name: string;
  readonly symbol: string;
  readonly uri: string;
}

interface PoolCreateFields {
  readonly pool_state: string;
  readonly creator: string;
  readonly base_mint_param: object;
  readonly curve_param: object;
}

export function createdFromEvent(fields: PoolCreateFields, context: InstructionContext): ProtocolEvent {
  const { base_mint_param: mint, curve_param: curve } = fields;
  const body = createdBody(context, fields.pool_state, fields.creator, mint as MintParams, curve as CurveParams);
  // A log alone does not name the mint: keep what it tells, claim no token.
  return body === null ? { ...context.head, kind: 'other' } : { ...context.head, ...body };
}

interface CurveParams {
  readonly variant: string;
  readonly supply: bigint;
}

export function createdFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const args = context.args();
  const mint = args?.['base_mint_param'] as MintParams | undefined;
  const curve = args?.['curve_param'] as CurveParams | undefined;
  if (mint === undefined || curve === undefined) return null;
  const body = createdBody(context, context.account('pool_state'), context.account('creator'), mint, curve);
  return body === null ? null : { ...context.headFromInstruction(), ...body };
}

function createdBody(
  context: InstructionContext,
  curve: string,
  creator: string,
  mint: MintParams,
  params: CurveParams,
): Headless<TokenCreated> | null {
  const baseMint = context.account('base_mint');
  if (baseMint === '') return null;
  return {
    kind: 'token-created',
    mint: baseMint,
    name: mint.name,
    symbol: mint.symbol,
    uri: mint.uri,
    creator,
    curve,
    quoteMint: context.account('quote_mint'),
    supply: params.supply,
    decimals: mint.decimals,
    tokenProgram: context.account('base_token_program') || null,
    virtualBase: null,
    virtualQuote: null,
    modes: [],
  };
}

/** Migrations write no event of their own: the pool that is opened and the vaults that are emptied tell them. */
export function graduatedTo(destination: string, pool: string): (context: InstructionContext) => ProtocolEvent | null {
  return (context) => {
    const mint = context.account('base_mint');
    if (mint === '') return null;
    const movement = movementOf(context, context.account('base_vault'), context.account('quote_vault'));
    return {
      ...context.headFromInstruction(),
      strategy: movement?.strategy ?? 'instruction',
      kind: 'curve-graduated',
      mint,
      curve: context.account('pool_state'),
      pool: context.account(pool) || null,
      destination,
      quoteMint: context.account('quote_mint') || null,
      baseAmount: movement === null ? null : movement.a.sent,
      quoteAmount: movement === null ? null : movement.b.sent,
      fee: null,
    };
  };
}

/** Claims write no event: what left the vault is what was claimed. */
export function claimOf(
  feeKind: string,
  vault: string,
  collector: string,
): (context: InstructionContext) => ProtocolEvent | null {
  return (context) => {
    const movement = movementOf(context, '', context.account(vault));
    if (movement === null && !context.transaction.hasInner) return null;
    return {
      ...context.headFromInstruction(),
      strategy: movement?.strategy ?? 'instruction',
      ...feesOf(context.account('pool_state') || null, feeKind, context.account(collector) || null, [
        { mint: context.account('quote_mint') || null, amount: movement?.b.sent ?? 0n },
      ]),
    };
  };
}
