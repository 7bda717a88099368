import type { Claim } from './claim.ts';
import { type Evidence, type Finding, isSameVault, PROVED, refuted, sharedBy, sumOf, unknown } from './evidence.ts';
import { explains } from './fee-rules.ts';
import { isRentOfGrowth } from './rent.ts';

export interface TransferFinding {
  readonly finding: Finding;
  /** Nothing else may overrule it. */
  readonly isFinal: boolean;
  /** Tokens moved below the instruction, and none through the vault: it may not be the one that was meant. */
  readonly isElsewhere: boolean;
}

const CERTAIN: TransferFinding = { finding: PROVED, isFinal: true, isElsewhere: false };
const NOT_RECORDED: TransferFinding = open(unknown('no transfers were recorded'));

/** Judges a claim by what moved through its vault below its own instruction. An event that is nested in another's instruction counts in both. */
export function byTransfers(evidence: Evidence, claim: Claim): TransferFinding {
  if (claim.at < 0 || claim.end <= claim.at + 1) return NOT_RECORDED;
  return claim.isLamports ? byLamports(evidence, claim) : byTokens(evidence, claim);
}

function byTokens(evidence: Evidence, claim: Claim): TransferFinding {
  const { decoded, movements } = evidence;
  const moved = movements.tokens(claim.vault, claim.at + 1, claim.end);
  if (!moved.isRecorded) return NOT_RECORDED;
  if (moved.mint >= 0 && claim.mint !== null) {
    const mint = decoded.transaction.key(moved.mint);
    if (mint !== claim.mint) return final(refuted(`${claim.side}: event in ${claim.mint}, transferred in ${mint}`));
  }
  if (!moved.isTouched) {
    return claim.amount === 0n ? CERTAIN : { ...open(unknown('nothing moved through its vault')), isElsewhere: true };
  }
  const sharing = sharingBelow(evidence, claim);
  if (explains(moved.net - sumOf(sharing), sharing, decoded.events)) return CERTAIN;
  const note = `transferred ${moved.net}${sharedBy(sharing)}`;
  if (moved.isWhole && isNestingTold(evidence, claim)) {
    return final(refuted(`${claim.side}: event ${claim.amount}, ${note}`));
  }
  return open(unknown(note));
}

/** The system program's transfers are all that can bring lamports in; what a program takes off its own account leaves no trace. */
function byLamports(evidence: Evidence, claim: Claim): TransferFinding {
  const moved = evidence.movements.lamports(claim.vault, claim.at + 1, claim.end);
  if (!moved.isTouched) return NOT_RECORDED;
  const sharing = sharingBelow(evidence, claim);
  const difference = moved.net - sumOf(sharing);
  if (explains(difference, sharing, evidence.decoded.events) || isRentOfGrowth(evidence, claim, difference))
    return CERTAIN;
  return open(refuted(`transferred ${moved.net}${sharedBy(sharing)}`));
}

function sharingBelow({ claims }: Evidence, claim: Claim): readonly Claim[] {
  return claims.filter((other) => isSameVault(claim, other) && other.at >= claim.at && other.at < claim.end);
}

/** Old nodes did not record the stack height: where one call ends is then a guess. */
function isNestingTold({ decoded }: Evidence, { at }: Claim): boolean {
  const instruction = decoded.transaction.instructions[at];
  return instruction !== undefined && (instruction.inner < 0 || instruction.stackHeight > 0);
}

function open(finding: Finding): TransferFinding {
  return { finding, isFinal: false, isElsewhere: false };
}

function final(finding: Finding): TransferFinding {
  return { finding, isFinal: true, isElsewhere: false };
}
