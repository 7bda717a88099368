import type { StoredEvent } from '../domain/contracts.ts';

/** What the relay needs of the outbox. */
export interface RelayOutbox {
  lastSequence(): number;
  /** Every event up to this sequence was confirmed. */
  confirmedThrough(): number;
  /** Events after `sequence`, oldest first; `through` is the place to read on from (damaged records are passed over). */
  pendingAfter(sequence: number, limit: number): { readonly events: readonly StoredEvent[]; readonly through: number };
  confirm(through: number): void;
  onAppend(callback: (lastSequence: number) => void): () => void;
}

/** `blocked`: connected, but the broker takes nothing at the moment. */
export type PublisherState = 'connecting' | 'ready' | 'blocked' | 'closed';

/**
 * A way to a broker, with nothing of its own to lose: it keeps no queue, repeats nothing, and tells of every event it was given
 * whether the broker has it. Another client library can take its place behind these six methods.
 */
export interface Publisher {
  /** Starts connecting and goes on for ever; rejects only for what an operator must correct. */
  open(): Promise<void>;
  state(): PublisherState;
  /** Called after each change of state; returns how to stop. */
  onState(callback: (state: PublisherState) => void): () => void;
  /** To be called while `ready`. `done` is called exactly once: null when the broker has the event and a queue for it. */
  publish(event: StoredEvent, done: (error: Error | null) => void): void;
  /** Drops the connection; a new one is made at once. */
  reconnect(reason: string): void;
  close(signal: AbortSignal): Promise<void>;
}
