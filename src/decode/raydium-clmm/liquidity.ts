import type { ProtocolEvent } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { feesOf, liquidityOf, poolCreatedOf } from '../pool-events.ts';
import { moved, movementOf, poolSide, vaultMint } from '../pool-movement.ts';

interface PoolCreatedFields {
  readonly token_mint_0: string;
  readonly token_mint_1: string;
  readonly pool_state: string;
  readonly token_vault_0: string;
  readonly token_vault_1: string;
}

export function poolFromEvent(fields: PoolCreatedFields, context: InstructionContext): ProtocolEvent {
  return {
    ...context.head,
    ...poolCreatedOf({
      pool: fields.pool_state,
      creator: context.account('pool_creator') || null,
      a: { mint: fields.token_mint_0, amount: null, vault: fields.token_vault_0, decimals: null },
      b: { mint: fields.token_mint_1, amount: null, vault: fields.token_vault_1, decimals: null },
      lpMint: null,
      lpAmount: null,
    }),
  };
}

export function poolFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const [mint0, mint1] = [context.account('token_mint_0'), context.account('token_mint_1')];
  if (mint0 === '' || mint1 === '') return null;
  return {
    ...context.headFromInstruction(),
    ...poolCreatedOf({
      pool: context.account('pool_state'),
      creator: context.account('pool_creator') || null,
      a: { mint: mint0, amount: null, vault: context.account('token_vault_0') || null, decimals: null },
      b: { mint: mint1, amount: null, vault: context.account('token_vault_1') || null, decimals: null },
      lpMint: null,
      lpAmount: null,
    }),
  };
}

interface CreatePositionFields {
  readonly pool_state: string;
  readonly minter: string;
  readonly nft_owner: string;
  readonly deposit_amount_0: bigint;
  readonly deposit_amount_1: bigint;
}

export function openedFromEvent(fields: CreatePositionFields, context: InstructionContext): ProtocolEvent {
  return added(context, fields.pool_state, fields.nft_owner, fields.deposit_amount_0, fields.deposit_amount_1);
}

export function increasedFromEvent(
  fields: { readonly amount_0: bigint; readonly amount_1: bigint },
  context: InstructionContext,
): ProtocolEvent {
  return added(context, context.account('pool_state'), context.account('nft_owner'), fields.amount_0, fields.amount_1);
}

function added(
  context: InstructionContext,
  pool: string,
  provider: string,
  amount0: bigint,
  amount1: bigint,
): ProtocolEvent {
  return {
    ...context.head,
    ...liquidityOf('liquidity-added', { ...change(context, amount0, amount1), pool, provider }),
  };
}

interface DecreaseFields {
  readonly decrease_amount_0: bigint;
  readonly decrease_amount_1: bigint;
  readonly fee_amount_0: bigint;
  readonly fee_amount_1: bigint;
}

/** A decrease pays the position's trading fees out in the same transfers: two events. */
export function decreasedFromEvent(fields: DecreaseFields, context: InstructionContext): readonly ProtocolEvent[] {
  const pool = context.account('pool_state');
  const provider = context.account('nft_owner');
  const events: ProtocolEvent[] = [];
  const hasFees = fields.fee_amount_0 > 0n || fields.fee_amount_1 > 0n;
  if (fields.decrease_amount_0 > 0n || fields.decrease_amount_1 > 0n || !hasFees) {
    const removed = change(context, fields.decrease_amount_0, fields.decrease_amount_1);
    events.push({ ...context.head, ...liquidityOf('liquidity-removed', { ...removed, pool, provider }) });
  }
  if (hasFees) {
    events.push({
      ...context.head,
      ...feesOf(pool, 'lp', provider || null, amountsOf(context, fields.fee_amount_0, fields.fee_amount_1)),
    });
  }
  return events;
}

export function addedFromInstruction(context: InstructionContext): ProtocolEvent | null {
  return changedFromInstruction(context, 'liquidity-added');
}

/** Without the event what was liquidity and what were fees cannot be told apart. */
export function removedFromInstruction(context: InstructionContext): ProtocolEvent | null {
  return changedFromInstruction(context, 'liquidity-removed');
}

function changedFromInstruction(
  context: InstructionContext,
  kind: 'liquidity-added' | 'liquidity-removed',
): ProtocolEvent | null {
  const movement = movementOf(context, context.account('token_vault_0'), context.account('token_vault_1'));
  if (movement === null) return null;
  return {
    ...context.headFromInstruction(),
    strategy: movement.strategy,
    ...liquidityOf(kind, {
      ...change(context, moved(movement.a), moved(movement.b)),
      pool: context.account('pool_state'),
      provider: context.account('nft_owner') || context.account('position_nft_owner') || context.account('payer'),
    }),
  };
}

function change(context: InstructionContext, amount0: bigint, amount1: bigint) {
  const [vault0, vault1] = [context.account('token_vault_0'), context.account('token_vault_1')];
  return {
    a: poolSide(vaultMint(context, context.account('vault_0_mint'), vault0), vault0, amount0, null),
    b: poolSide(vaultMint(context, context.account('vault_1_mint'), vault1), vault1, amount1, null),
    lpAmount: null,
    lpMint: null,
    lpSupply: null,
    position: context.account('personal_position') || null,
  };
}

function amountsOf(context: InstructionContext, amount0: bigint, amount1: bigint) {
  return [
    { mint: vaultMint(context, context.account('vault_0_mint'), context.account('token_vault_0')), amount: amount0 },
    { mint: vaultMint(context, context.account('vault_1_mint'), context.account('token_vault_1')), amount: amount1 },
  ];
}

interface CollectFields {
  readonly pool_state: string;
  readonly amount_0: bigint;
  readonly amount_1: bigint;
}

/** One event name serves the protocol's and the fund's share: the instruction tells which. */
export function collectedFromEvent(fields: CollectFields, context: InstructionContext): ProtocolEvent {
  return {
    ...context.head,
    ...feesOf(
      fields.pool_state,
      shareOf(context),
      context.account('owner') || null,
      amountsOf(context, fields.amount_0, fields.amount_1),
    ),
  };
}

export function collectedFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const movement = movementOf(context, context.account('token_vault_0'), context.account('token_vault_1'));
  if (movement === null && !context.transaction.hasInner) return null;
  return {
    ...context.headFromInstruction(),
    strategy: movement?.strategy ?? 'instruction',
    ...feesOf(
      context.account('pool_state'),
      shareOf(context),
      context.account('owner') || null,
      amountsOf(context, movement?.a.sent ?? 0n, movement?.b.sent ?? 0n),
    ),
  };
}

function shareOf(context: InstructionContext): string {
  return context.spec?.name === 'collect_fund_fee' ? 'fund' : 'protocol';
}

/** Old versions paid fees out on their own; the position is told by its NFT mint only. */
export function personalFeesFromEvent(
  fields: { readonly amount_0: bigint; readonly amount_1: bigint },
  context: InstructionContext,
): ProtocolEvent {
  return {
    ...context.head,
    ...feesOf(
      context.account('pool_state') || null,
      'lp',
      context.account('nft_owner') || null,
      amountsOf(context, fields.amount_0, fields.amount_1),
    ),
  };
}

/** A closed position moves nothing (its liquidity left before): it is kept for those who follow positions. */
export function closedFromInstruction(context: InstructionContext): ProtocolEvent {
  return { ...context.headFromInstruction(), kind: 'other' };
}
