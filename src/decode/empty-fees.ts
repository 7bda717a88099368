import type { ProtocolEvent } from '../domain/protocol-event.ts';

/** A collection of fees where there was nothing to collect is kept with its fields and told to nobody; other events stay what they are. */
export function unlessEmptyFees(event: ProtocolEvent): ProtocolEvent {
  if (event.kind !== 'fees-collected' || event.amounts.some(({ amount }) => amount !== 0n)) return event;
  const { pool: _pool, feeKind: _feeKind, collector: _collector, amounts: _amounts, ...head } = event;
  return { ...head, kind: 'other' };
}
