import type { Instruction, Transaction } from '../../domain/transaction.ts';
import { balanceChange } from '../vault-flows.ts';
import type { Claim } from './claim.ts';
import { type Evidence, type Finding, isSameVault, PROVED, refuted, sharedBy, sumOf, unknown } from './evidence.ts';
import { explains } from './fee-rules.ts';
import type { Moved } from './movements.ts';
import { isRentOfGrowth } from './rent.ts';

/**
 * Judges a claim by how its vault's balance changed over the whole transaction: all events on the vault together must account for it,
 * beside what other instructions visibly moved (the rent that opened a curve, a deposit no event tells). It only refutes where nothing
 * else can have moved anything unseen.
 */
export function byChange(evidence: Evidence, claim: Claim): Finding {
  const { decoded, claims } = evidence;
  const change = changeOf(decoded.transaction, claim);
  if (change === null) return unknown('neither transfers nor balances were recorded');
  const sharing = claims.filter((other) => isSameVault(claim, other));
  const apart = movedApart(evidence, claim, sharing);
  const difference = change - apart.net - sumOf(sharing);
  if (explains(difference, sharing, decoded.events) || isRentOfGrowth(evidence, claim, difference)) return PROVED;
  const besides = apart.net === 0n ? '' : `, ${apart.net} of it apart from the event`;
  const note = `balance changed by ${change}${besides}${sharedBy(sharing)}`;
  return apart.isWhole && !movesUnseen(evidence, claim, sharing) ? refuted(note) : unknown(note);
}

/** How the vault's balance changed over the transaction; null when that was not recorded. */
export function changeOf(transaction: Transaction, claim: Claim): bigint | null {
  if (!claim.isLamports) return balanceChange(transaction, claim.vault);
  const before = transaction.preBalances[claim.vault];
  const after = transaction.postBalances[claim.vault];
  return before === undefined || after === undefined ? null : after - before;
}

/** What moved through the vault by instructions that belong to none of these claims, and the rent that opened it wherever it was paid. */
function movedApart({ decoded, movements }: Evidence, claim: Claim, sharing: readonly Claim[]): Moved {
  const { instructions } = decoded.transaction;
  const moved: Moved = { net: 0n, isTouched: false, isRecorded: false, isWhole: true, mint: -1 };
  for (let at = 0; at < instructions.length; at++) {
    const isPart = isClaimed(instructions, at, sharing);
    if (claim.isLamports) movements.addLamports(moved, claim.vault, at, isPart ? 'rent' : 'all');
    else if (!isPart) movements.addTokens(moved, claim.vault, at);
  }
  return moved;
}

function isClaimed(instructions: readonly Instruction[], at: number, claims: readonly Claim[]): boolean {
  return claims.some((claim) =>
    claim.at < 0 ? instructions[at]?.outer === claim.event.path.outer : at >= claim.at && at < claim.end,
  );
}

/**
 * True when another instruction can have moved something without a trace: a call below it where calls were not recorded, or the vault's
 * own program, which may take lamports off it by itself.
 */
function movesUnseen({ decoded, movements }: Evidence, claim: Claim, sharing: readonly Claim[]): boolean {
  const { transaction } = decoded;
  const { instructions, hasInner } = transaction;
  if (hasInner && !claim.isLamports) return false;
  return instructions.some((instruction, at) => {
    if (isClaimed(instructions, at, sharing) || movements.isMover(instruction.programIndex)) return false;
    if (hasInner && transaction.key(instruction.programIndex) !== claim.event.program) return false;
    return names(transaction, instruction, claim.vault);
  });
}

function names({ bytes }: Transaction, { accountsStart, accountsEnd }: Instruction, account: number): boolean {
  for (let place = accountsStart; place < accountsEnd; place++) if (bytes[place] === account) return true;
  return false;
}
