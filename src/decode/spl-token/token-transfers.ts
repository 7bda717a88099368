import type { InstructionPath, TokenBalance, Transaction } from '../../domain/transaction.ts';
import { readTokenInstruction, TOKEN_2022_PROGRAM, TOKEN_PROGRAM, type TokenAction } from './token-instruction.ts';

/** One movement of tokens in a transaction, with where it stands. Accounts are key indexes, −1 where there is none. */
export interface TokenTransfer extends InstructionPath {
  readonly action: TokenAction;
  /** Position in `transaction.instructions`. */
  readonly at: number;
  readonly stackHeight: number;
  readonly source: number;
  readonly destination: number;
  /** Base58; null when neither the instruction nor the balances tell. */
  readonly mint: string | null;
  readonly authority: number;
  /** What left the source (or was minted). */
  readonly amount: bigint;
  /** What a Token-2022 transfer fee withheld of it; null when the instruction does not say. */
  readonly fee: bigint | null;
  readonly isToken2022: boolean;
}

const REMEMBERED = new WeakMap<Transaction, readonly TokenTransfer[]>();
const MINTS = new WeakMap<Transaction, ReadonlyMap<number, TokenBalance>>();

/** Every token movement of the transaction in execution order; read once per transaction and remembered with it. */
export function tokenTransfers(transaction: Transaction): readonly TokenTransfer[] {
  const known = REMEMBERED.get(transaction);
  if (known !== undefined) return known;
  const found = readAll(transaction);
  REMEMBERED.set(transaction, found);
  return found;
}

/** The token balance entry of a key index, whichever side of the transaction has one. */
export function tokenAccount(transaction: Transaction, index: number): TokenBalance | null {
  let known = MINTS.get(transaction);
  if (known === undefined) {
    known = indexBalances(transaction);
    MINTS.set(transaction, known);
  }
  return known.get(index) ?? null;
}

/** Base58 mint of the token account at a key index; null when the transaction does not tell. */
export function mintOf(transaction: Transaction, index: number): string | null {
  const entry = tokenAccount(transaction, index);
  if (entry !== null) return entry.mint;
  for (const transfer of tokenTransfers(transaction)) {
    if (transfer.mint !== null && (transfer.source === index || transfer.destination === index)) return transfer.mint;
  }
  return null;
}

function readAll(transaction: Transaction): readonly TokenTransfer[] {
  const classic = keyIndexOf(transaction, TOKEN_PROGRAM);
  const extended = keyIndexOf(transaction, TOKEN_2022_PROGRAM);
  const found: TokenTransfer[] = [];
  if (classic < 0 && extended < 0) return found;
  const { instructions } = transaction;
  for (let at = 0; at < instructions.length; at += 1) {
    const instruction = instructions[at];
    if (instruction === undefined) continue;
    const { programIndex } = instruction;
    if (programIndex !== classic && programIndex !== extended) continue;
    for (const part of readTokenInstruction(instruction.data, instruction.accounts)) {
      found.push({
        action: part.action,
        at,
        outer: instruction.outer,
        inner: instruction.inner,
        stackHeight: instruction.stackHeight,
        source: part.source,
        destination: part.destination,
        mint: mintText(transaction, part.mint, part.source, part.destination),
        authority: part.authority,
        amount: part.amount,
        fee: part.fee,
        isToken2022: programIndex === extended,
      });
    }
  }
  return found;
}

function mintText(transaction: Transaction, mint: number, source: number, destination: number): string | null {
  if (mint >= 0) return transaction.key(mint) || null;
  return (tokenAccount(transaction, source) ?? tokenAccount(transaction, destination))?.mint ?? null;
}

/** Position of a key; −1 when the transaction does not use it. */
export function keyIndexOf(transaction: Transaction, key: string): number {
  for (let index = 0; index < transaction.keyCount; index += 1) {
    if (transaction.key(index) === key) return index;
  }
  return -1;
}

function indexBalances(transaction: Transaction): ReadonlyMap<number, TokenBalance> {
  const entries = new Map<number, TokenBalance>();
  for (const entry of transaction.preTokenBalances ?? []) entries.set(entry.accountIndex, entry);
  for (const entry of transaction.postTokenBalances ?? []) {
    if (!entries.has(entry.accountIndex)) entries.set(entry.accountIndex, entry);
  }
  return entries;
}
