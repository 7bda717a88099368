import type { ConfirmChannel } from 'amqplib';
import type { StoredEvent } from '../domain/contracts.ts';
import { gatherWrites } from './amqp-connection.ts';

export type Done = (error: Error | null) => void;

/** What belongs to one channel and dies with it. */
export interface Session {
  readonly channel: ConfirmChannel;
  /** Called before publishing: what is published in one turn leaves as one write. */
  readonly gather: () => void;
  readonly unanswered: Map<number, Unanswered>;
  /** Ids the broker returned because no queue wants them; the confirm follows the return. */
  readonly returned: Map<string, string>;
}

interface Unanswered {
  readonly done: Done;
  /** Messages of the event without an answer. */
  open: number;
  failure: Error | null;
}

export function createSession(channel: ConfirmChannel): Session {
  return { channel, gather: gatherWrites(channel), unanswered: new Map(), returned: new Map() };
}

export function expectAnswers(session: Session, event: StoredEvent, messages: number, done: Done): void {
  session.unanswered.set(event.sequence, { done, open: messages, failure: null });
}

/** One message of the event has its answer; the event has its own when all of them have. */
export function answer(session: Session, event: StoredEvent, error: Error | null): void {
  const waiting = session.unanswered.get(event.sequence);
  if (waiting === undefined) return;
  waiting.failure ??= error;
  if (--waiting.open > 0) return;
  session.unanswered.delete(event.sequence);
  const returned = session.returned.get(event.id);
  session.returned.delete(event.id);
  if (waiting.failure === null && returned !== undefined)
    waiting.done(new Error(`no queue for ${event.type} (${returned})`));
  else waiting.done(waiting.failure);
}

/** Nothing more will be answered: everything under way failed. */
export function endSession(session: Session, reason: string): void {
  for (const { done } of session.unanswered.values()) done(new Error(reason));
  session.unanswered.clear();
}
