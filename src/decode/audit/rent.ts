import type { Claim } from './claim.ts';
import type { Evidence } from './evidence.ts';

const LAMPORTS_PER_BYTE = 6_960n;
const BYTES_MAX = 1_024n;

/**
 * True when an account that holds lamports got this much more than the events say because it grew: a program that appends to its accounts
 * has them paid, once for each, by who trades next. What new bytes cost is known, and it comes in one transfer.
 */
export function isRentOfGrowth({ decoded, movements }: Evidence, claim: Claim, surplus: bigint): boolean {
  if (!claim.isLamports || surplus <= 0n || surplus % LAMPORTS_PER_BYTE !== 0n) return false;
  if (surplus > LAMPORTS_PER_BYTE * BYTES_MAX) return false;
  return decoded.transaction.instructions.some((_, at) => movements.lamports(claim.vault, at, at + 1).net === surplus);
}
