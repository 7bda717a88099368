import type { DomainEvent, EventType } from '../domain-event.ts';
import type { InstructionPath, Transaction } from '../transaction.ts';
import type { EventData } from './catalogue.ts';

/** Where an event stands: the part of a protocol event that makes its identity. */
export interface EventPlace {
  readonly path: InstructionPath;
  readonly ordinal: number;
}

/** A domain event of a transaction. The type decides what `data` must be: a wrong or missing field does not compile. */
export function transactionEvent<T extends EventType>(
  type: T,
  subject: string,
  transaction: Transaction,
  timeMs: number,
  place: EventPlace,
  data: EventData<T>,
): DomainEvent {
  return {
    type,
    subject,
    slot: transaction.slot,
    signature: transaction.signatureText,
    txIndex: transaction.index,
    path: place.path,
    ordinal: place.ordinal,
    timeMs,
    data: data as DomainEvent['data'],
  };
}

/** A domain event of the engine itself, identified by its subject and slot. */
export function engineEvent<T extends EventType>(
  type: T,
  subject: string,
  slot: number,
  timeMs: number,
  data: EventData<T>,
): DomainEvent {
  return {
    type,
    subject,
    slot,
    signature: null,
    txIndex: null,
    path: null,
    ordinal: 0,
    timeMs,
    data: data as DomainEvent['data'],
  };
}
