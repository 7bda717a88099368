import type { DecodedTransaction } from '../../domain/contracts.ts';
import type { Claim } from './claim.ts';
import type { Movements } from './movements.ts';

/** What there is to judge a claim by. */
export interface Evidence {
  readonly decoded: DecodedTransaction;
  readonly movements: Movements;
  /** Of all events of the transaction: events share vaults. */
  readonly claims: readonly Claim[];
}

/** Proved, refuted (with the difference in words), or unknown for lack of evidence. */
export interface Finding {
  readonly is: 'proved' | 'refuted' | 'unknown';
  readonly note: string;
}

export const PROVED: Finding = { is: 'proved', note: '' };

export function refuted(note: string): Finding {
  return { is: 'refuted', note };
}

export function unknown(note: string): Finding {
  return { is: 'unknown', note };
}

export function sumOf(claims: readonly Claim[]): bigint {
  let sum = 0n;
  for (const { amount } of claims) sum += amount;
  return sum;
}

export function isSameVault(claim: Claim, other: Claim): boolean {
  return other.vault === claim.vault && other.isLamports === claim.isLamports;
}

/** " for 5 over 2 events", when a movement belongs to more than one of them. */
export function sharedBy(claims: readonly Claim[]): string {
  return claims.length > 1 ? ` for ${sumOf(claims)} over ${claims.length} events` : '';
}
