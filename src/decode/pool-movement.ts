import type { InstructionContext } from './instruction-context.ts';
import { tokenChangeOf } from './instruction-context.ts';
import type { PoolSide } from './pool-events.ts';
import { keyIndexOf, mintOf } from './spl-token/token-transfers.ts';
import { supplyChange, transfersBelow, vaultFlow } from './vault-flows.ts';

/**
 * What an instruction moved through the two vaults of a pool, for instructions whose event is missing: from the token transfers
 * below it, else from the balances before and after when no other instruction of the transaction uses these vaults.
 */
export interface PoolMovement {
  readonly strategy: 'instruction' | 'balances';
  readonly a: VaultMovement;
  readonly b: VaultMovement;
}

export interface VaultMovement {
  readonly received: bigint;
  readonly sent: bigint;
}

/** Null when neither transfers nor balances tell. A vault that is not named moved nothing. */
export function movementOf(context: InstructionContext, vaultA: string, vaultB: string): PoolMovement | null {
  const indexA = vaultA === '' ? -1 : keyIndexOf(context.transaction, vaultA);
  const indexB = vaultB === '' ? -1 : keyIndexOf(context.transaction, vaultB);
  if (indexA < 0 && indexB < 0) return null;
  return fromTransfers(context, indexA, indexB) ?? fromBalances(context, indexA, indexB);
}

function fromTransfers(context: InstructionContext, vaultA: number, vaultB: number): PoolMovement | null {
  if (context.position < 0) return null;
  const transfers = transfersBelow(context.transaction, context.position);
  const a = vaultA < 0 ? null : vaultFlow(transfers, vaultA);
  const b = vaultB < 0 ? null : vaultFlow(transfers, vaultB);
  if ((a?.transfers.length ?? 0) === 0 && (b?.transfers.length ?? 0) === 0) return null;
  return { strategy: 'instruction', a: a ?? NOTHING, b: b ?? NOTHING };
}

function fromBalances(context: InstructionContext, vaultA: number, vaultB: number): PoolMovement | null {
  if (isShared(context, vaultA) || isShared(context, vaultB)) return null;
  const a = vaultA < 0 ? NOTHING : balanceMovement(context, vaultA);
  const b = vaultB < 0 ? NOTHING : balanceMovement(context, vaultB);
  return a === null || b === null ? null : { strategy: 'balances', a, b };
}

const NOTHING: VaultMovement = { received: 0n, sent: 0n };

function balanceMovement(context: InstructionContext, vault: number): VaultMovement | null {
  const change = tokenChangeOf(context.transaction, vault);
  if (change === null) return null;
  const difference = change.after - change.before;
  return difference < 0n ? { received: 0n, sent: -difference } : { received: difference, sent: 0n };
}

/** Two instructions of the program on one vault: the change of its balance belongs to neither alone. */
function isShared(context: InstructionContext, vault: number): boolean {
  if (vault < 0 || context.instruction === null) return false;
  const { programIndex } = context.instruction;
  let users = 0;
  for (const instruction of context.transaction.instructions) {
    if (instruction.programIndex === programIndex && instruction.accounts.includes(vault)) users += 1;
  }
  return users > 1;
}

/** The mint of a vault: what the instruction names, else what balances or transfers tell. */
export function vaultMint(context: InstructionContext, named: string, vault: string): string | null {
  if (named !== '') return named;
  const index = vault === '' ? -1 : keyIndexOf(context.transaction, vault);
  return index < 0 ? null : mintOf(context.transaction, index);
}

export function poolSide(mint: string | null, vault: string, amount: bigint, reserve: bigint | null): PoolSide {
  return { mint, vault: vault === '' ? null : vault, amount, reserve };
}

/** What left or reached the pool on one side, whichever of the two it was. */
export function moved(movement: VaultMovement): bigint {
  return movement.received > movement.sent ? movement.received - movement.sent : movement.sent - movement.received;
}

/** Liquidity tokens minted or burned below the instruction; null when the inner calls were not recorded. */
export function lpMoved(context: InstructionContext, lpMint: string, kind: 'mint' | 'burn'): bigint | null {
  if (context.position < 0 || lpMint === '') return null;
  return supplyChange(transfersBelow(context.transaction, context.position), lpMint, kind);
}
