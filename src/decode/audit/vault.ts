import { WRAPPED_SOL } from '../../domain/money.ts';
import type { TokenBalance, Transaction } from '../../domain/transaction.ts';
import type { Audited, Side } from './claim.ts';

/** The account that holds one side of a pool. */
export interface Vault {
  /** Key index; −1 when the transaction does not tell. */
  readonly index: number;
  /** It holds bare lamports (a bonding curve) instead of tokens. */
  readonly isLamports: boolean;
}

const UNKNOWN: Vault = { index: -1, isLamports: false };

/**
 * Finds the vault of an event's side: the named one, else the pool's only token account of the mint, else the pool's own lamports where
 * the quote is SOL and these lamports moved.
 */
export function vaultOf(transaction: Transaction, event: Audited, side: Side, at: number): Vault {
  const named = event.vaults?.[side] ?? '';
  if (named !== '') {
    const index = keyIndex(transaction, named, at);
    if (index >= 0) return { index, isLamports: named === event.pool };
  }
  if (event.pool === '') return UNKNOWN;
  const mint = side === 'base' ? event.baseMint : event.quoteMint;
  const owned = ownedAccount(transaction, event.pool, mint);
  if (owned >= 0) return { index: owned, isLamports: false };
  if (mint !== WRAPPED_SOL || side !== 'quote') return UNKNOWN;
  const pool = keyIndex(transaction, event.pool, at);
  return pool >= 0 && holdsMovingLamports(transaction, pool) ? { index: pool, isLamports: true } : UNKNOWN;
}

/** Looks among the accounts of one instruction first: that is where a vault stands, and keys cost to be spelled. */
function keyIndex(transaction: Transaction, key: string, at: number): number {
  const instruction = transaction.instructions[at];
  if (instruction !== undefined) {
    for (let place = instruction.accountsStart; place < instruction.accountsEnd; place++) {
      const index = transaction.bytes[place] as number;
      if (transaction.key(index) === key) return index;
    }
  }
  for (let index = 0; index < transaction.keyCount; index++) if (transaction.key(index) === key) return index;
  return -1;
}

/** −1 when the pool has none, or several: then it takes more to know which one was meant. */
function ownedAccount(transaction: Transaction, pool: string, mint: string | null): number {
  let found = -1;
  for (const balances of [transaction.postTokenBalances, transaction.preTokenBalances]) {
    for (const entry of balances ?? []) {
      if (entry.owner !== pool || entry.mint !== mint || entry.accountIndex === found) continue;
      if (found >= 0) return -1;
      found = entry.accountIndex;
    }
  }
  return found;
}

function holdsMovingLamports(transaction: Transaction, index: number): boolean {
  const isHere = ({ accountIndex }: TokenBalance) => accountIndex === index;
  if (transaction.postTokenBalances?.some(isHere) || transaction.preTokenBalances?.some(isHere)) return false;
  return transaction.preBalances[index] !== transaction.postBalances[index];
}
