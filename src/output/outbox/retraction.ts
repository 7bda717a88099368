import type { StoredEvent } from '../../domain/contracts.ts';
import type { DomainEvent } from '../../domain/domain-event.ts';

/**
 * Pure: the event that takes back `event`. Its own identity is made of the id it takes back, so saying it twice is saying it once.
 */
export function retractionOf(event: StoredEvent, reason: string): DomainEvent {
  const envelope = JSON.parse(event.json) as {
    readonly subject: string;
    readonly time: string;
    readonly signature?: string;
  };
  return {
    type: 'stream.event.retracted',
    subject: event.id,
    slot: event.slot,
    signature: null,
    txIndex: null,
    path: null,
    ordinal: 0,
    timeMs: Date.parse(envelope.time),
    data: {
      id: event.id,
      type: event.type,
      slot: event.slot,
      signature: envelope.signature ?? null,
      subject: envelope.subject,
      reason,
    },
    causationId: event.id,
  };
}
