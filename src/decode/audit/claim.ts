import type { PoolCreated, ProtocolEvent } from '../../domain/protocol-event.ts';

export type Side = 'base' | 'quote';

/** What an event says it did to one vault of a pool, and where in the transaction it did it. */
export interface Claim {
  readonly event: Audited;
  readonly side: Side;
  /** Base58; null when the event does not know it. */
  readonly mint: string | null;
  /** Into the vault is positive, out of it negative. */
  readonly amount: bigint;
  /** Place of the event's instruction in the transaction's list; −1 when it is not there. */
  readonly at: number;
  /** Just past the last instruction that ran below it. */
  readonly end: number;
  /** Key index of the account that holds this side; −1 when the transaction does not tell. */
  readonly vault: number;
  /** The vault is an account that holds bare lamports instead of tokens. */
  readonly isLamports: boolean;
}

/** The kinds of event that move something through a pool. */
export type Audited = Extract<
  ProtocolEvent,
  { readonly kind: 'trade' | 'liquidity-added' | 'liquidity-removed' | 'pool-created' }
>;

export function isAudited(event: ProtocolEvent): event is Audited {
  switch (event.kind) {
    case 'trade':
    case 'liquidity-added':
    case 'liquidity-removed':
      return true;
    case 'pool-created':
      return movesAnything(event);
    default:
      return false;
  }
}

/** A pool may be opened empty: then there is nothing to prove. */
function movesAnything({ baseAmount, quoteAmount }: PoolCreated): boolean {
  return (baseAmount !== null && baseAmount > 0n) || (quoteAmount !== null && quoteAmount > 0n);
}

/**
 * The amount an event claims on one side, signed as seen by the vault; null where it claims nothing. A fee that waits in the vault comes
 * in with a buy and does not leave with a sell.
 */
export function claimedAmount(event: Audited, side: Side): bigint | null {
  const amount = side === 'base' ? event.baseAmount : event.quoteAmount;
  if (amount === null) return null;
  switch (event.kind) {
    case 'trade': {
      const kept = side === 'quote' ? (event.feesKept ?? 0n) : 0n;
      return ((event.side === 'buy') === (side === 'base') ? -amount : amount) + kept;
    }
    case 'liquidity-removed':
      return -amount;
    default:
      return amount;
  }
}
