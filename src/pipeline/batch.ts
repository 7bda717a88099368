import type { EnrichedTransaction, TimedTransaction } from '../domain/contracts.ts';
import type { SlotProgress } from '../domain/slot.ts';
import type { AccountWrite, RawUpdate } from '../domain/update.ts';

/** What travels with every batch from stage to stage. Batches never overtake each other. */
export interface BatchHead {
  /** Monotonic milliseconds at which its oldest update arrived; null when it carries none. */
  readonly receivedAtMs: number | null;
  /** What the batch changed in the slot accounting: true once everything in it and before it is appended. */
  readonly progress: SlotProgress | null;
  /** Updates taken from the source for it, whatever became of them. */
  readonly updates: number;
}

/** New transactions, still bytes, each with the time of its slot (two arrays of one length). */
export interface IngestedBatch extends BatchHead {
  readonly transactions: readonly RawUpdate[];
  readonly timesMs: readonly number[];
  readonly accounts: readonly AccountWrite[];
}

export interface ParsedBatch extends BatchHead {
  readonly transactions: readonly TimedTransaction[];
}

export interface EnrichedBatch extends BatchHead {
  readonly transactions: readonly EnrichedTransaction[];
}

export const QUARANTINE_REASONS = [
  'malformed-update',
  'malformed-transaction',
  'unknown-version',
  'decoder-failed',
  'monitor-failed',
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** Bytes nobody could work with, or not in full, handed over raw to be kept and tried again. */
export interface QuarantinedUpdate {
  readonly reason: QuarantineReason;
  readonly bytes: Uint8Array;
  readonly connection: string;
  readonly note: string;
}

export type Quarantine = (update: QuarantinedUpdate) => void;
