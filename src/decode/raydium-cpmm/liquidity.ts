import type { LiquidityChanged, ProtocolEvent } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { feesOf, liquidityOf, poolCreatedOf } from '../pool-events.ts';
import { lpMoved, moved, movementOf, poolSide } from '../pool-movement.ts';

export interface LpChangeFields {
  readonly pool_id: string;
  readonly lp_amount_before: bigint;
  readonly token_0_vault_before: bigint;
  readonly token_1_vault_before: bigint;
  readonly token_0_amount: bigint;
  readonly token_1_amount: bigint;
  readonly token_0_transfer_fee: bigint;
  readonly token_1_transfer_fee: bigint;
  readonly change_type: number;
}

/** A deposit tells what reached the vaults, a withdrawal what reached the owner: the mints' transfer fees left the vault too. */
export function lpChangeFromEvent(fields: LpChangeFields, context: InstructionContext): ProtocolEvent {
  const isDeposit = fields.change_type === 0;
  const amount0 = fields.token_0_amount + (isDeposit ? 0n : fields.token_0_transfer_fee);
  const amount1 = fields.token_1_amount + (isDeposit ? 0n : fields.token_1_transfer_fee);
  const lpMint = context.account('lp_mint');
  const lpAmount = context.argument('lp_token_amount') ?? lpMoved(context, lpMint, isDeposit ? 'mint' : 'burn');
  const sign = isDeposit ? 1n : -1n;
  const [vault0, vault1] = [context.account('token_0_vault'), context.account('token_1_vault')];
  return {
    ...context.head,
    ...liquidityOf(isDeposit ? 'liquidity-added' : 'liquidity-removed', {
      pool: fields.pool_id,
      provider: context.account('owner'),
      a: poolSide(
        context.account('vault_0_mint') || null,
        vault0,
        amount0,
        fields.token_0_vault_before + sign * amount0,
      ),
      b: poolSide(
        context.account('vault_1_mint') || null,
        vault1,
        amount1,
        fields.token_1_vault_before + sign * amount1,
      ),
      lpAmount,
      lpMint: lpMint || null,
      lpSupply: lpAmount === null ? null : fields.lp_amount_before + sign * lpAmount,
      position: null,
    }),
  };
}

export function depositFromInstruction(context: InstructionContext): ProtocolEvent | null {
  return liquidityFromInstruction(context, 'liquidity-added');
}

export function withdrawFromInstruction(context: InstructionContext): ProtocolEvent | null {
  return liquidityFromInstruction(context, 'liquidity-removed');
}

function liquidityFromInstruction(context: InstructionContext, kind: LiquidityChanged['kind']): ProtocolEvent | null {
  const [vault0, vault1] = [context.account('token_0_vault'), context.account('token_1_vault')];
  const movement = movementOf(context, vault0, vault1);
  if (movement === null) return null;
  return {
    ...context.headFromInstruction(),
    strategy: movement.strategy,
    ...liquidityOf(kind, {
      pool: context.account('pool_state'),
      provider: context.account('owner'),
      a: poolSide(context.account('vault_0_mint') || null, vault0, moved(movement.a), null),
      b: poolSide(context.account('vault_1_mint') || null, vault1, moved(movement.b), null),
      lpAmount: context.argument('lp_token_amount'),
      lpMint: context.account('lp_mint') || null,
      lpSupply: null,
      position: null,
    }),
  };
}

/** CPMM writes no event when a pool is opened: the amounts are arguments. */
export function poolFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const [mint0, mint1] = [context.account('token_0_mint'), context.account('token_1_mint')];
  if (mint0 === '' || mint1 === '') return null;
  const lpMint = context.account('lp_mint');
  return {
    ...context.headFromInstruction(),
    ...poolCreatedOf({
      pool: context.account('pool_state'),
      creator: context.account('creator') || null,
      a: newSide(context, mint0, 'token_0_vault', 'init_amount_0'),
      b: newSide(context, mint1, 'token_1_vault', 'init_amount_1'),
      lpMint: lpMint || null,
      lpAmount: lpMoved(context, lpMint, 'mint'),
    }),
  };
}

function newSide(context: InstructionContext, mint: string, vault: string, amount: string) {
  return {
    mint,
    amount: context.argument(amount),
    vault: context.account(vault) || null,
    decimals: context.tokenChange(vault)?.decimals ?? null,
  };
}

/** Fee collections write no event either; the requested amounts are limits, so the transfers decide. */
export function feesFromInstruction(
  feeKind: string,
  collector: string,
): (context: InstructionContext) => ProtocolEvent | null {
  return (context) => {
    const movement = movementOf(context, context.account('token_0_vault'), context.account('token_1_vault'));
    // Nothing moved is an answer when the inner calls were recorded.
    if (movement === null && !context.transaction.hasInner) return null;
    return {
      ...context.headFromInstruction(),
      strategy: movement?.strategy ?? 'instruction',
      ...feesOf(context.account('pool_state'), feeKind, context.account(collector) || null, [
        { mint: context.account('vault_0_mint') || null, amount: movement?.a.sent ?? 0n },
        { mint: context.account('vault_1_mint') || null, amount: movement?.b.sent ?? 0n },
      ]),
    };
  };
}
