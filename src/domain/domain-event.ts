import type { InstructionPath } from './transaction.ts';

/** Every domain event type is also its routing key: `<domain>.<entity>.<action>`. */
export const EVENT_TYPES = [
  'token.mint.created',
  'token.milestone.reached',
  'token.curve.completed',
  'token.curve.graduated',
  'token.creator.changed',
  'token.metadata.resolved',
  'trade.swap.executed',
  'price.token.updated',
  'liquidity.pool.created',
  'liquidity.deposit.executed',
  'liquidity.withdrawal.executed',
  'liquidity.fees.collected',
  'burn.token.detected',
  'burn.lp.detected',
  'audit.trade.mismatched',
  'audit.liquidity.mismatched',
  'worker.status.changed',
  'stream.gap.opened',
  'stream.gap.closed',
  'stream.slot.confirmed',
  'stream.slot.finalized',
  'stream.slot.retracted',
  'stream.event.retracted',
  'stream.connection.failed',
  'stream.connection.recovered',
  'stream.decoder.drifted',
  'stream.performance.degraded',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** True for what the engine says of itself and of the stream, not of the chain: it is never taken back, and no part of a replay. */
export function isEngineEventType(type: string): boolean {
  return type.startsWith('stream.') || type.startsWith('worker.');
}

/** Types that are no news but a warning about another event: they go to the dead letters of the queues that event goes to. */
export const DEAD_LETTER_TYPES: Readonly<Partial<Record<EventType, readonly EventType[]>>> = {
  'audit.trade.mismatched': ['trade.swap.executed'],
  'audit.liquidity.mismatched': [
    'liquidity.pool.created',
    'liquidity.deposit.executed',
    'liquidity.withdrawal.executed',
    'liquidity.fees.collected',
  ],
};

/** A value an event may carry: bigint is spelled as a decimal string in JSON; undefined members are left out. */
export type EventValue =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | readonly EventValue[]
  | { readonly [name: string]: EventValue };

/** What a monitor says happened. Identity comes from the chain alone, so that a replay says the same thing again. */
export interface DomainEvent {
  readonly type: EventType;
  /** What the event is about: the mint for token and trade events, the pool for liquidity, else the name of the part. */
  readonly subject: string;
  readonly slot: number;
  /** Base58; null for events of the engine itself. */
  readonly signature: string | null;
  readonly txIndex: number | null;
  readonly path: InstructionPath | null;
  /** Counts events of this type under this path, from 0. */
  readonly ordinal: number;
  /** Unix milliseconds of the block when known, else of the slot's first sight. Not part of the identity. */
  readonly timeMs: number;
  readonly data: { readonly [name: string]: EventValue };
  /** Id of the event this one follows from (a retraction names what it takes back). */
  readonly causationId?: string;
}

/**
 * The event's id: a pure function of (signature, instruction path, type, ordinal), readable, the same on every replay.
 * Events without a transaction are identified by what they are about and their slot.
 */
export function eventId(event: DomainEvent): string {
  if (event.signature === null) return `${event.type}:${event.subject}:${event.slot}:${event.ordinal}`;
  const path = event.path === null ? '-' : pathText(event.path);
  return `${event.signature}:${path}:${event.type}:${event.ordinal}`;
}

export function pathText(path: InstructionPath): string {
  return path.inner < 0 ? String(path.outer) : `${path.outer}.${path.inner}`;
}
