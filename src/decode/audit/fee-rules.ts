import type { ProtocolEvent } from '../../domain/protocol-event.ts';
import type { Claim } from './claim.ts';

/** Towards the vault: the pool keeps it. Away from it: the pool pays it. Either: the one or the other, as the venue counts. */
type Direction = 'kept' | 'paid' | 'either';

/**
 * Which fees may stand between what an event says and what its vault moved, by venue and kind. The fewer, the sharper the audit: an amount
 * that is wrong by exactly such a fee goes unnoticed. Venues that are not listed (described in configuration) may differ by any fee.
 */
const FEES_BESIDE: Readonly<Record<string, Readonly<Record<string, Direction>>>> = {
  // The curve moves exactly the event's amount; every fee is paid apart from it.
  'pump-fun': {},
  // The pool keeps the share of its liquidity providers; everything else leaves.
  'pump-swap': { lp: 'kept' },
  'raydium-amm-v4': {},
  'raydium-cpmm': { transfer: 'either' },
  'raydium-clmm': { transfer: 'either' },
  'orca-whirlpool': { transfer: 'either' },
  // The host of a swap is paid out of what the pool took or gave.
  'meteora-dlmm': { referral: 'paid', transfer: 'either' },
  'meteora-damm-v2': { referral: 'paid', transfer: 'either' },
  'meteora-dbc': { referral: 'paid', transfer: 'either' },
};

export interface FeeBeside {
  readonly kind: string;
  readonly amount: bigint;
  readonly direction: Direction;
}

/** Above this many fees only "all of them" and "none" are tried: the number of combinations stays bounded. */
const FEES_MAX = 8;

/** True when a movement differs from the sum of these claims by nothing, or by some of the fees that may stand between. */
export function explains(difference: bigint, claims: readonly Claim[], events: readonly ProtocolEvent[]): boolean {
  if (difference === 0n) return true;
  const fees = claims.flatMap((claim) => feesBeside(claim, events));
  if (fees.length === 0) return false;
  return isSumOf(signed(fees, 1n), difference) || isSumOf(signed(fees, -1n), difference);
}

/** Fees of either direction go one way together: a venue counts all of its amounts with them, or all without. */
function signed(fees: readonly FeeBeside[], either: bigint): readonly bigint[] {
  return fees.map(
    ({ amount, direction }) => amount * (direction === 'either' ? either : direction === 'kept' ? 1n : -1n),
  );
}

/** The fees that may stand between a claim and what its vault moved. */
export function feesBeside(claim: Claim, events: readonly ProtocolEvent[]): readonly FeeBeside[] {
  const { event, mint } = claim;
  const found: FeeBeside[] = [];
  if (event.kind === 'trade') {
    const rules = FEES_BESIDE[event.venue];
    for (const { kind, mint: paidIn, amount } of event.fees) {
      const direction = rules === undefined ? 'either' : rules[kind];
      if (paidIn === mint && amount > 0n && direction !== undefined) found.push({ kind, amount, direction });
    }
  }
  // What the same instruction paid out as collected fees (a position that is closed) left the same vault.
  for (const other of events) {
    if (other.kind !== 'fees-collected' || other.pool !== event.pool || !isSamePlace(other, event)) continue;
    for (const { mint: paidIn, amount } of other.amounts) {
      if (paidIn === mint && amount > 0n) found.push({ kind: 'collected', amount, direction: 'paid' });
    }
  }
  return found;
}

function isSamePlace({ path }: ProtocolEvent, event: ProtocolEvent): boolean {
  return path.outer === event.path.outer && path.inner === event.path.inner;
}

function isSumOf(amounts: readonly bigint[], wanted: bigint): boolean {
  if (amounts.length > FEES_MAX) return amounts.reduce((sum, amount) => sum + amount, 0n) === wanted;
  return isSubsetSum(amounts, 0, wanted);
}

function isSubsetSum(amounts: readonly bigint[], from: number, wanted: bigint): boolean {
  if (wanted === 0n) return true;
  for (let i = from; i < amounts.length; i++) {
    if (isSubsetSum(amounts, i + 1, wanted - (amounts[i] as bigint))) return true;
  }
  return false;
}
