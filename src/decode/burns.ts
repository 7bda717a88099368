import type { LiquidityChanged, LpBurned, OtherEvent, ProtocolEvent, TokenBurned } from '../domain/protocol-event.ts';

/**
 * What the burns of one transaction mean, once everything it did is known. Liquidity tokens that a withdrawal takes back, and what another
 * program's event already tells as burned, are no burns of their own; liquidity tokens of a pool this transaction names are burned as such.
 * Knows nothing of other transactions: liquidity tokens whose pool is not spoken of here stay tokens.
 */
export function withBurnsTold(events: readonly ProtocolEvent[]): readonly ProtocolEvent[] {
  if (!events.some((event) => event.kind === 'token-burned')) return events;
  const pools = poolsByLpMint(events);
  const reasons = events.filter(isReason);
  return events.map((event) => {
    if (event.kind !== 'token-burned') return event;
    const reason = reasons.findIndex((each) => includes(each, event));
    if (reason >= 0) {
      // A reason stands for one burn: burning what is left after a withdrawal is a burn of its own.
      reasons.splice(reason, 1);
      return withoutMeaning(event);
    }
    const pool = pools.get(event.mint);
    return pool === undefined ? event : lpBurned(event, pool);
  });
}

/** A burn as one that nobody is told of: kept with its fields. */
export function withoutMeaning(burn: TokenBurned): OtherEvent {
  const { mint: _mint, account: _account, authority: _authority, amount: _amount, ...head } = burn;
  return { ...head, kind: 'other' };
}

function isReason(event: ProtocolEvent): event is LiquidityChanged | TokenBurned {
  return event.kind === 'liquidity-removed' || event.kind === 'token-burned';
}

function poolsByLpMint(events: readonly ProtocolEvent[]): ReadonlyMap<string, string> {
  const pools = new Map<string, string>();
  for (const event of events) {
    const namesMint =
      event.kind === 'pool-created' || event.kind === 'liquidity-added' || event.kind === 'liquidity-removed';
    if (namesMint && event.lpMint !== null) pools.set(event.lpMint, event.pool);
  }
  return pools;
}

/** True when the burn ran below the event's instruction and is a part of what the event tells. */
function includes(event: LiquidityChanged | TokenBurned, burn: TokenBurned): boolean {
  const { outer, inner } = event.path;
  if (outer !== burn.path.outer || (inner >= 0 && inner >= burn.path.inner)) return false;
  if (event.kind === 'token-burned') {
    return event.program !== burn.program && event.mint === burn.mint && event.amount === burn.amount;
  }
  return event.lpMint === burn.mint && (event.lpAmount === null || event.lpAmount === burn.amount);
}

function lpBurned(burn: TokenBurned, pool: string): LpBurned {
  return { ...burn, kind: 'lp-burned', pool };
}
