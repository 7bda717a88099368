import { WRAPPED_SOL } from '../../domain/money.ts';
import type { Transaction } from '../../domain/transaction.ts';
import type { TokenTransfer } from '../spl-token/token-transfers.ts';
import { transfersBelow } from '../vault-flows.ts';
import type { Claim } from './claim.ts';
import { type Evidence, type Finding, PROVED, refuted, unknown } from './evidence.ts';
import { explains } from './fee-rules.ts';

/**
 * Judges a claim whose vault is not known by what any account of the mint gained or lost below the instruction. The pool is the one that
 * gained or lost most: fees and rebates are parts of a trade. It only refutes where everything that moved is known.
 */
export function byLargestFlow(evidence: Evidence, claim: Claim, reason: string): Finding {
  const { transaction, events } = evidence.decoded;
  const because = (why: string): Finding => unknown(`${claim.side}: ${reason}, ${why}`);
  if (claim.at < 0 || !transaction.hasInner) return because('and transfers were not recorded');
  const transfers = transfersBelow(transaction, claim.at).filter(({ action }) => action !== 'close');
  if (transfers.length === 0) return because('and no transfers were recorded');
  if (isAllOfOtherSide(evidence, claim, transfers) && !mayBeLamports(transaction, claim)) {
    return claim.amount === 0n ? PROVED : refuted(`${claim.side}: event ${claim.amount}, nothing was transferred`);
  }
  if (claim.mint === null) return because('nor the mint');
  const isTold = transfers.every(({ mint, isToken2022, fee }) => mint !== null && (!isToken2022 || fee !== null));
  const largest = largestFlow(transfers, claim);
  if (largest === null && claim.amount === 0n) {
    return isTold && !mayBeLamports(transaction, claim) ? PROVED : because('and not every transfer tells its mint');
  }
  if (largest !== null && claim.amount !== 0n && explains(largest - claim.amount, [claim], events)) return PROVED;
  const note =
    largest === null ? 'nothing of its mint was transferred' : `at most ${largest} of its mint was transferred`;
  if (!isTold || mayBeLamports(transaction, claim) || isCrowded(evidence, claim)) return because(note);
  return refuted(`${claim.side}: event ${claim.amount}, ${note}`);
}

/** The greatest gain (or loss, for a claim of a loss) of one account in the claim's mint; null when none moved that way. */
function largestFlow(transfers: readonly TokenTransfer[], claim: Claim): bigint | null {
  const flows = new Map<number, bigint>();
  const add = (account: number, amount: bigint) => flows.set(account, (flows.get(account) ?? 0n) + amount);
  for (const { mint, source, destination, amount, fee } of transfers) {
    if (mint !== claim.mint || source === destination) continue;
    if (source >= 0) add(source, -amount);
    if (destination >= 0) add(destination, amount - (fee ?? 0n));
  }
  let largest: bigint | null = null;
  for (const flow of flows.values()) {
    const isFurther = claim.amount < 0n ? flow < (largest ?? 0n) : flow > (largest ?? 0n);
    if (isFurther) largest = flow;
  }
  return largest;
}

/** Whatever moved went through the vault of the event's other side: nothing is left that could have moved on this one. */
function isAllOfOtherSide({ claims }: Evidence, claim: Claim, transfers: readonly TokenTransfer[]): boolean {
  const other = claims.find(({ event, side }) => event === claim.event && side !== claim.side);
  if (other === undefined || other.vault < 0 || other.isLamports) return false;
  return transfers.every(({ source, destination }) => source === other.vault || destination === other.vault);
}

/** SOL may lie on the pool's own account: then no token transfer tells of it. */
function mayBeLamports(transaction: Transaction, { mint, event }: Claim): boolean {
  if (mint !== WRAPPED_SOL) return false;
  for (let index = 0; index < transaction.keyCount; index++) {
    if (transaction.key(index) !== event.pool) continue;
    const before = transaction.preBalances[index];
    return before === undefined || before !== transaction.postBalances[index];
  }
  return true;
}

/** More than one event below this instruction in this mint: the largest flow need not be this one's. */
function isCrowded({ claims }: Evidence, claim: Claim): boolean {
  return claims.some(
    (other) => other !== claim && other.mint === claim.mint && other.at >= claim.at && other.at < claim.end,
  );
}
