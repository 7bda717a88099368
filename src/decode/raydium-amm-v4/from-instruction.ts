import type { ProtocolEvent, Trade } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { feesOf, liquidityOf, poolCreatedOf, tradeOf } from '../pool-events.ts';
import { lpMoved, moved, movementOf, poolSide, vaultMint } from '../pool-movement.ts';
import { type PoolAccounts, poolAccounts } from './accounts.ts';

/** What Raydium AMM v4 did when no ray_log tells it: from the transfers through the vaults, else from their balances. */
export function swapFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const accounts = poolAccounts(context);
  const movement = movementOf(context, accounts.coinVault, accounts.pcVault);
  if (movement === null) return null;
  const { a, b } = movement;
  const aToB = a.received > a.sent;
  const [paid, got] = aToB ? [a.received, b.sent] : [b.received, a.sent];
  if (paid === 0n || got === 0n) return null;
  return {
    ...context.headFromInstruction(),
    strategy: movement.strategy,
    ...tradeOf({
      pool: accounts.pool,
      trader: accounts.user,
      ...sides(context, accounts, aToB ? paid : got, aToB ? got : paid),
      aToB,
      fees: [],
      feesIncluded: true,
      limit: swapLimit(context),
    }),
  };
}

function swapLimit(context: InstructionContext): Trade['limit'] {
  const minimumOut = context.argument('minimum_amount_out');
  if (minimumOut !== null) return { what: 'min-out', amount: minimumOut };
  const maximumIn = context.argument('max_amount_in');
  return maximumIn === null ? null : { what: 'max-in', amount: maximumIn };
}

export function depositFromInstruction(context: InstructionContext): ProtocolEvent | null {
  return liquidityFromInstruction(context, 'liquidity-added');
}

export function withdrawFromInstruction(context: InstructionContext): ProtocolEvent | null {
  return liquidityFromInstruction(context, 'liquidity-removed');
}

function liquidityFromInstruction(
  context: InstructionContext,
  kind: 'liquidity-added' | 'liquidity-removed',
): ProtocolEvent | null {
  const accounts = poolAccounts(context);
  const movement = movementOf(context, accounts.coinVault, accounts.pcVault);
  if (movement === null) return null;
  const lpAmount =
    lpMoved(context, accounts.lpMint, kind === 'liquidity-added' ? 'mint' : 'burn') ?? context.argument('amount');
  return {
    ...context.headFromInstruction(),
    strategy: movement.strategy,
    ...liquidityOf(kind, {
      pool: accounts.pool,
      provider: accounts.user,
      ...sides(context, accounts, moved(movement.a), moved(movement.b)),
      lpAmount,
      lpMint: accounts.lpMint || null,
      lpSupply: null,
      position: null,
    }),
  };
}

export function poolFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const accounts = poolAccounts(context);
  if (accounts.coinMint === '' || accounts.pcMint === '') return null;
  return {
    ...context.headFromInstruction(),
    ...poolCreatedOf({
      pool: accounts.pool,
      creator: accounts.user || null,
      a: {
        mint: accounts.coinMint,
        amount: context.argument('init_coin_amount'),
        vault: accounts.coinVault || null,
        decimals: null,
      },
      b: {
        mint: accounts.pcMint,
        amount: context.argument('init_pc_amount'),
        vault: accounts.pcVault || null,
        decimals: null,
      },
      lpMint: accounts.lpMint || null,
      lpAmount: lpMoved(context, accounts.lpMint, 'mint'),
    }),
  };
}

export function pnlFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const accounts = poolAccounts(context);
  const movement = movementOf(context, accounts.coinVault, accounts.pcVault);
  // No transfer at all means that there was nothing to take: that is an answer when the inner calls were recorded.
  if (movement === null && !context.transaction.hasInner) return null;
  return {
    ...context.headFromInstruction(),
    strategy: movement?.strategy ?? 'instruction',
    ...feesOf(accounts.pool, 'protocol', accounts.user || null, [
      { mint: vaultMint(context, '', accounts.coinVault), amount: movement?.a.sent ?? 0n },
      { mint: vaultMint(context, '', accounts.pcVault), amount: movement?.b.sent ?? 0n },
    ]),
  };
}

function sides(context: InstructionContext, accounts: PoolAccounts, coin: bigint, pc: bigint) {
  return {
    a: poolSide(vaultMint(context, accounts.coinMint, accounts.coinVault), accounts.coinVault, coin, null),
    b: poolSide(vaultMint(context, accounts.pcMint, accounts.pcVault), accounts.pcVault, pc, null),
  };
}
