import { WRAPPED_SOL } from '../../domain/money.ts';
import type { Audit, FeesCollected } from '../../domain/protocol-event.ts';
import type { Transaction } from '../../domain/transaction.ts';
import { keyIndexOf, type TokenTransfer } from '../spl-token/token-transfers.ts';
import { transfersBelow } from '../vault-flows.ts';
import type { Evidence } from './evidence.ts';

/**
 * Compares collected fees with what accounts lost below the event's own instruction: each amount must be the loss of one account in its
 * mint. Null when nothing was collected. Where another event shares the instruction, one transfer may carry both: then nothing is refuted.
 */
export function feeVerdict(evidence: Evidence, event: FeesCollected, at: number, end: number): Audit | null {
  const amounts = event.amounts.filter(({ amount }) => amount > 0n);
  if (amounts.length === 0) return null;
  const { transaction } = evidence.decoded;
  if (at < 0 || !transaction.hasInner) return unauditable('transfers were not recorded');
  const transfers = transfersBelow(transaction, at);
  const notes: string[] = [];
  let isRefuted = false;
  for (const { mint, amount } of amounts) {
    const losses = lossesIn(transfers, mint);
    if (losses.includes(amount) || (mint === WRAPPED_SOL && paysLamports(evidence, at, end, amount))) continue;
    if (mint === WRAPPED_SOL && lostLamports(evidence, event)) continue;
    notes.push(`fees: event ${amount} in ${mint ?? 'an unknown mint'}, transferred ${losses.join(', ') || 'nothing'}`);
    if (losses.length > 0 && !isShared(evidence, event)) isRefuted = true;
  }
  if (notes.length === 0) return { verdict: 'matched' };
  return isRefuted ? { verdict: 'mismatched', note: notes.join('; ') } : unauditable(notes.join('; '));
}

function unauditable(note: string): Audit {
  return { verdict: 'unauditable', note };
}

/** What single accounts lost in the mint, net, and what single transfers carried. */
function lossesIn(transfers: readonly TokenTransfer[], mint: string | null): readonly bigint[] {
  const losses = new Map<number, bigint>();
  const single: bigint[] = [];
  for (const transfer of transfers) {
    if (transfer.action === 'close' || mint === null || transfer.mint !== mint) continue;
    const { source, destination, amount } = transfer;
    if (source >= 0) losses.set(source, (losses.get(source) ?? 0n) + amount);
    if (destination >= 0) losses.set(destination, (losses.get(destination) ?? 0n) - amount);
    single.push(amount);
  }
  return [...new Set([...losses.values(), ...single])].filter((loss) => loss > 0n);
}

function paysLamports({ decoded, movements }: Evidence, at: number, end: number, amount: bigint): boolean {
  const accounts = new Set(accountsBelow(decoded.transaction, at, end));
  for (const account of accounts) if (movements.lamports(account, at + 1, end).net === -amount) return true;
  return false;
}

/** A curve gives lamports off its own account without a transfer: then its balance must have lost all that was collected from it. */
function lostLamports({ decoded, claims }: Evidence, { pool, program }: FeesCollected): boolean {
  const { transaction, events } = decoded;
  if (pool === null || claims.some(({ event }) => event.pool === pool)) return false;
  const index = keyIndexOf(transaction, pool);
  const [before, after] = [transaction.preBalances[index], transaction.postBalances[index]];
  if (before === undefined || after === undefined) return false;
  let collected = 0n;
  for (const event of events) {
    if (event.kind !== 'fees-collected' || event.pool !== pool || event.program !== program) continue;
    for (const { mint, amount } of event.amounts) if (mint === WRAPPED_SOL) collected += amount;
  }
  return before - after === collected;
}

function accountsBelow({ instructions }: Transaction, at: number, end: number): readonly number[] {
  return instructions.slice(at + 1, end).flatMap(({ accounts }) => [...accounts]);
}

function isShared({ decoded }: Evidence, event: FeesCollected): boolean {
  return decoded.events.some(
    (other) => other !== event && other.path.outer === event.path.outer && other.path.inner === event.path.inner,
  );
}
