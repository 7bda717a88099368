import type { EventType } from './domain-event.ts';
import type { ProtocolEvent } from './protocol-event.ts';

/** The domain event each kind of protocol event becomes; null for kinds that stay with their program. */
export const EVENT_TYPE_BY_KIND: Readonly<Record<ProtocolEvent['kind'], EventType | null>> = {
  'token-created': 'token.mint.created',
  trade: 'trade.swap.executed',
  'curve-completed': 'token.curve.completed',
  'curve-graduated': 'token.curve.graduated',
  'pool-created': 'liquidity.pool.created',
  'liquidity-added': 'liquidity.deposit.executed',
  'liquidity-removed': 'liquidity.withdrawal.executed',
  'fees-collected': 'liquidity.fees.collected',
  'creator-changed': 'token.creator.changed',
  'token-burned': 'burn.token.detected',
  'lp-burned': 'burn.lp.detected',
  other: null,
};

/** The type a protocol event goes by: its domain event type, or `<venue>.<name on chain>` where no domain event exists. */
export function eventTypeOf(event: ProtocolEvent): string {
  return EVENT_TYPE_BY_KIND[event.kind] ?? `${event.venue}.${event.source}`;
}
