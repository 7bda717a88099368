import type { Cursor } from './cursor.ts';
import type { DomainEvent } from './domain-event.ts';
import type { Interest } from './interest.ts';
import type { ProtocolEvent, Undecoded } from './protocol-event.ts';
import type { BlockMetaNotice, Gap, SlotNotice, SlotProgress } from './slot.ts';
import type { Transaction } from './transaction.ts';
import type { SourceItem } from './update.ts';

/** Yields batches, in order on each connection, starting at `from` (inclusive; null = the tip); ends when `signal` aborts. */
export interface Source {
  updates(from: Cursor | null, signal: AbortSignal): AsyncIterable<readonly SourceItem[]>;
}

/** Everything the decoders found in one transaction. A failed transaction has no events, whatever its logs say. */
export interface DecodedTransaction {
  readonly transaction: Transaction;
  readonly events: readonly ProtocolEvent[];
  readonly undecoded: readonly Undecoded[];
}

/** Bytes to meaning, for one transaction and all programs. Pure and synchronous; never throws for what a chain may contain. */
export type DecodeTransaction = (transaction: Transaction) => DecodedTransaction;

export interface TokenFacts {
  readonly name?: string;
  readonly symbol?: string;
  readonly decimals?: number;
  readonly supply?: bigint;
  readonly createdAtMs?: number;
  /** The pool whose liquidity token this is. */
  readonly lpOf?: string;
}

/** What does not change about a pool: enough to read an event that names only the pool. */
export interface PoolFacts {
  readonly baseMint: string;
  readonly quoteMint: string;
  readonly baseVault: string | null;
  readonly quoteVault: string | null;
}

/** A decoded transaction with what the caches knew of its mints and quote prices. */
export interface EnrichedTransaction extends DecodedTransaction {
  /** Block time (or first sight) of its slot, Unix milliseconds. */
  readonly timeMs: number;
  /** What was known at its turn of a mint that one of its events speaks of. */
  token(mint: string): TokenFacts | undefined;
  /** USD per whole unit of a quote mint; undefined while unknown. */
  usdPrice(quoteMint: string): number | undefined;
}

/** The only plug that may wait on the outside world; what it does not know in time it leaves out. */
export interface Enricher {
  enrich(batch: readonly TimedTransaction[], signal: AbortSignal): Promise<readonly EnrichedTransaction[]>;
}

export interface TimedTransaction extends DecodedTransaction {
  readonly timeMs: number;
}

/** States its interest and turns transactions into events. Synchronous and deterministic: time is the slot, never a clock. */
export interface Monitor {
  readonly name: string;
  readonly interest: Interest;
  observe(transaction: EnrichedTransaction): readonly DomainEvent[];
}

/** Owns the resume point: `append` resolves once the events and the cursor are durable together. */
export interface Sink {
  resumeFrom(): Cursor | null;
  append(events: readonly DomainEvent[], through: Cursor | null): Promise<void>;
  /**
   * Announces, with the same ids, that what was emitted for a dead slot never happened. Resolves once that is durable, with how many events
   * those are; null when it no longer knows all of them.
   */
  retractSlot(slot: number, reason: string): Promise<number | null>;
}

/**
 * The bookkeeping that proves slots complete (recovery/slot-ledger). Order-free and monotone; ingestion tells it what it saw and asks
 * what changed.
 */
export interface SlotTracker {
  opened(connection: string, groups: readonly string[], fromSlot: number | null): void;
  closed(connection: string, groups: readonly string[]): void;
  slot(connection: string, notice: SlotNotice): void;
  blockMeta(connection: string, notice: BlockMetaNotice): void;
  /** A transaction or account write of this slot arrived. */
  data(connection: string, slot: number): void;
  /** A transaction of this slot arrived and could not be read; told before anything behind it becomes durable. */
  unreadable?(connection: string, slot: number): void;
  /** What changed since the last call. */
  progress(): SlotProgress;
  /** Everything that fills these gaps is durable: a crash can't take it back any more. For trackers that keep a record of gaps. */
  gapsFilled?(gaps: readonly Gap[]): void;
}

/** One event as the outbox keeps it: serialized once, read many times. */
export interface StoredEvent {
  /** Rises by one per event, never reused: the resume token of every live reader. */
  readonly sequence: number;
  readonly id: string;
  readonly type: string;
  readonly slot: number;
  /** The CloudEvents envelope as JSON text. */
  readonly json: string;
}

/** What live readers (server-sent events, API) see of the outbox. */
export interface EventFeed {
  lastSequence(): number;
  /** The oldest sequence still kept; 0 when the outbox is empty. */
  firstSequence(): number;
  /** Events after `sequence`, oldest first. */
  readAfter(sequence: number, limit: number): readonly StoredEvent[];
  /** Called after each durable append with the last sequence; returns how to stop. */
  onAppend(callback: (lastSequence: number) => void): () => void;
}
