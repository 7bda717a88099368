import type { ProtocolEvent, TokenCreated } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { feesOf, type Headless } from '../pool-events.ts';
import { feesFromMovement } from '../pool-fallback.ts';
import { lpMoved, movementOf } from '../pool-movement.ts';
import { placeOf } from './swap.ts';

interface InitializeFields {
  readonly pool: string;
  readonly creator: string;
  readonly base_mint: string;
}

export function createdFromEvent(fields: InitializeFields, context: InstructionContext): ProtocolEvent {
  return { ...context.head, ...created(context, fields.pool, fields.creator, fields.base_mint) };
}

export function createdFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const mint = context.account('base_mint');
  if (mint === '') return null;
  const body = created(context, context.account('pool'), context.account('creator'), mint);
  return { ...context.headFromInstruction(), ...body };
}

interface TokenText {
  readonly name: string;
  readonly symbol: string;
  readonly uri: string;
}

function created(context: InstructionContext, curve: string, creator: string, mint: string): Headless<TokenCreated> {
  const text = context.args()?.['params'] as TokenText | undefined;
  return {
    kind: 'token-created',
    mint,
    name: text?.name ?? '',
    symbol: text?.symbol ?? '',
    uri: text?.uri ?? '',
    creator,
    curve,
    quoteMint: context.account('quote_mint'),
    supply: lpMoved(context, mint, 'mint'),
    decimals: context.tokenChange('base_vault')?.decimals ?? null,
    tokenProgram: context.account('token_program') || null,
    virtualBase: null,
    virtualQuote: null,
    modes: [],
  };
}

export function completedFromEvent(fields: { readonly pool: string }, context: InstructionContext): ProtocolEvent {
  const { baseMint } = placeOf(context);
  // A log alone does not name the mint: keep what it tells.
  if (baseMint === null) return { ...context.head, kind: 'other' };
  const by = context.account('payer') || null;
  return { ...context.head, kind: 'curve-completed', mint: baseMint, curve: fields.pool, by };
}

/** Migrations write no event: the pool among the accounts and what left the curve's vaults tell them. */
export function graduatedTo(
  destination: string,
  baseMint: string,
  quoteMint: string,
): (context: InstructionContext) => ProtocolEvent | null {
  return (context) => {
    const mint = context.account(baseMint);
    if (mint === '') return null;
    const movement = movementOf(context, context.account('base_vault'), context.account('quote_vault'));
    return {
      ...context.headFromInstruction(),
      strategy: movement?.strategy ?? 'instruction',
      kind: 'curve-graduated',
      mint,
      curve: context.account('virtual_pool'),
      pool: context.account('pool') || null,
      destination,
      quoteMint: context.account(quoteMint) || null,
      baseAmount: movement?.a.sent ?? null,
      quoteAmount: movement?.b.sent ?? null,
      fee: null,
    };
  };
}

export function creatorFromEvent(
  fields: { readonly pool: string; readonly creator: string; readonly new_creator: string },
  context: InstructionContext,
): ProtocolEvent {
  return {
    ...context.head,
    kind: 'creator-changed',
    mint: null,
    pool: fields.pool,
    from: fields.creator,
    to: fields.new_creator,
  };
}

interface ClaimFields {
  readonly pool: string;
  readonly token_base_amount: bigint;
  readonly token_quote_amount: bigint;
}

export function claimFromEvent(feeKind: string, collector: string) {
  return (fields: ClaimFields, context: InstructionContext): ProtocolEvent => {
    const { baseMint, quoteMint } = placeOf(context);
    return {
      ...context.head,
      ...feesOf(fields.pool, feeKind, context.account(collector) || null, [
        { mint: baseMint, amount: fields.token_base_amount },
        { mint: quoteMint, amount: fields.token_quote_amount },
      ]),
    };
  };
}

export function protocolClaim2FromEvent(
  fields: { readonly pool: string; readonly token_mint: string; readonly amount: bigint },
  context: InstructionContext,
): ProtocolEvent {
  const amounts = [{ mint: fields.token_mint, amount: fields.amount }];
  return { ...context.head, ...feesOf(fields.pool, 'protocol', context.account('signer') || null, amounts) };
}

/** What a full curve holds beyond its migration is paid out in the quote. */
export function surplusFromEvent(feeKind: string) {
  return (fields: { readonly pool: string; readonly surplus_amount: bigint }, context: InstructionContext) =>
    quotePayout(context, feeKind, fields.pool, fields.surplus_amount);
}

export function migrationFeeFromEvent(
  fields: { readonly pool: string; readonly fee: bigint },
  context: InstructionContext,
): ProtocolEvent {
  return quotePayout(context, 'migrate', fields.pool, fields.fee);
}

function quotePayout(context: InstructionContext, feeKind: string, pool: string, amount: bigint): ProtocolEvent {
  const collector = context.account('fee_claimer') || context.account('creator') || context.account('sender') || null;
  const { quoteMint } = placeOf(context);
  return { ...context.head, ...feesOf(pool, feeKind, collector, [{ mint: quoteMint, amount }]) };
}

export function payoutFromInstruction(
  feeKind: string,
  collector: string,
): (context: InstructionContext) => ProtocolEvent | null {
  return (context) => {
    const { baseMint, quoteMint } = placeOf(context);
    const place = {
      pool: context.account('pool') || context.account('virtual_pool'),
      mintA: baseMint,
      vaultA: context.account('base_vault'),
      mintB: quoteMint,
      vaultB: context.account('quote_vault'),
    };
    return feesFromMovement(context, feeKind, place, context.account(collector));
  };
}
