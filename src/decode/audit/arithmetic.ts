import type { DecodedTransaction } from '../../domain/contracts.ts';
import type { ProtocolEvent } from '../../domain/protocol-event.ts';
import { evidenceOf } from './audit.ts';
import { changeOf } from './change-evidence.ts';
import type { Claim } from './claim.ts';
import { type Evidence, isSameVault } from './evidence.ts';
import { feesBeside } from './fee-rules.ts';

/** The sums behind each verdict, in words for people: what the event says, what its vault moved, and what may stand between. It decides nothing. */
export function auditArithmetic(decoded: DecodedTransaction): ReadonlyMap<ProtocolEvent, readonly string[]> {
  const lines = new Map<ProtocolEvent, string[]>();
  const evidence = evidenceOf(decoded);
  for (const claim of evidence?.claims ?? []) {
    const line = `${claim.side.padEnd(5)} event ${withSign(claim.amount)}; ${comparison(evidence as Evidence, claim)}`;
    lines.set(claim.event, [...(lines.get(claim.event) ?? []), line]);
  }
  return lines;
}

function comparison(evidence: Evidence, claim: Claim): string {
  const { decoded, movements, claims } = evidence;
  if (claim.vault < 0) return 'its vault is not known';
  const parts: string[] = [];
  const read = claim.isLamports ? movements.lamports : movements.tokens;
  const moved = claim.at < 0 ? null : read.call(movements, claim.vault, claim.at + 1, claim.end);
  if (moved?.isTouched) parts.push(`transferred ${withSign(moved.net)}`);
  const change = changeOf(decoded.transaction, claim);
  const sharing = claims.filter((other) => isSameVault(claim, other)).length;
  if (change !== null) {
    parts.push(`balance changed by ${withSign(change)}${sharing > 1 ? ` over ${sharing} events` : ''}`);
  }
  if (parts.length === 0) parts.push('nothing was recorded to compare it with');
  const fees = feesBeside(claim, decoded.events).map(({ kind, amount }) => `${kind} ${amount}`);
  if (fees.length > 0) parts.push(`beside it ${fees.join(', ')}`);
  const holder = claim.isLamports ? 'lamports of' : 'vault';
  return `${holder} ${decoded.transaction.key(claim.vault)}: ${parts.join(', ')}`;
}

function withSign(amount: bigint): string {
  return amount > 0n ? `+${amount}` : String(amount);
}
