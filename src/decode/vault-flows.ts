import type { Instruction, Transaction } from '../domain/transaction.ts';
import { isTokenProgram } from './spl-token/token-instruction.ts';
import { type TokenTransfer, tokenTransfers } from './spl-token/token-transfers.ts';

/**
 * What an instruction moved through a token account, read from the token transfers below it. This is the evidence of the strategy
 * "instruction" and never consults events or logs.
 */
export interface VaultFlow {
  readonly received: bigint;
  readonly sent: bigint;
  /** The transfers that touch the vault, in execution order. */
  readonly transfers: readonly TokenTransfer[];
}

const MEMO_PROGRAMS: ReadonlySet<string> = new Set([
  'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
  'Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo',
]);
const SYSTEM_PROGRAM = '11111111111111111111111111111111';

/** Position just past the last instruction that ran below the one at `at`. */
export function subtreeEnd(transaction: Transaction, at: number): number {
  const { instructions } = transaction;
  const parent = instructions[at];
  if (parent === undefined) return at;
  for (let next = at + 1; next < instructions.length; next += 1) {
    const instruction = instructions[next];
    if (instruction === undefined || instruction.outer !== parent.outer) return next;
    if (parent.inner < 0) continue;
    if (instruction.stackHeight > 0 && parent.stackHeight > 0) {
      if (instruction.stackHeight <= parent.stackHeight) return next;
    } else if (!belongsToLeaf(transaction, instruction, parent.programIndex)) {
      return next;
    }
  }
  return instructions.length;
}

/** Without stack heights a pool's own calls are told by their program: tokens, memos, accounts, its own events. */
function belongsToLeaf(transaction: Transaction, instruction: Instruction, parentIndex: number): boolean {
  if (instruction.programIndex === parentIndex) return isSelfEvent(instruction.data);
  const program = transaction.key(instruction.programIndex);
  return isTokenProgram(program) || program === SYSTEM_PROGRAM || MEMO_PROGRAMS.has(program);
}

/** The tag of an event that an Anchor program carries in a call of itself. */
function isSelfEvent(data: Uint8Array): boolean {
  return data[0] === 0xe4 && data[1] === 0x45 && data[2] === 0xa5 && data[3] === 0x2e && data[4] === 0x51;
}

/** All token movements below the instruction at `at`. */
export function transfersBelow(transaction: Transaction, at: number): readonly TokenTransfer[] {
  const end = subtreeEnd(transaction, at);
  return tokenTransfers(transaction).filter((transfer) => transfer.at > at && transfer.at < end);
}

export function vaultFlow(transfers: readonly TokenTransfer[], vault: number): VaultFlow {
  let received = 0n;
  let sent = 0n;
  const touching: TokenTransfer[] = [];
  for (const transfer of transfers) {
    if (transfer.action === 'close' || transfer.amount === 0n) continue;
    const isIn = transfer.destination === vault;
    const isOut = transfer.source === vault;
    if (isIn === isOut) continue;
    touching.push(transfer);
    if (isIn) received += transfer.amount - (transfer.fee ?? 0n);
    else sent += transfer.amount;
  }
  return { received, sent, transfers: touching };
}

/** How a token account's balance changed over the whole transaction; null when the source recorded no balances for it. */
export function balanceChange(transaction: Transaction, account: number): bigint | null {
  const { preTokenBalances, postTokenBalances } = transaction;
  if (preTokenBalances === null || postTokenBalances === null) return null;
  const before = preTokenBalances.find((entry) => entry.accountIndex === account);
  const after = postTokenBalances.find((entry) => entry.accountIndex === account);
  if (before === undefined && after === undefined) return null;
  return (after?.amount ?? 0n) - (before?.amount ?? 0n);
}

/** Amount minted to, or burned of, a mint below an instruction: liquidity tokens. */
export function supplyChange(
  transfers: readonly TokenTransfer[],
  mint: string,
  action: 'mint' | 'burn',
): bigint | null {
  let total: bigint | null = null;
  for (const transfer of transfers) {
    if (transfer.action === action && transfer.mint === mint) total = (total ?? 0n) + transfer.amount;
  }
  return total;
}
