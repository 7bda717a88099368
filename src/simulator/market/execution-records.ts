import type { Account, Holding, Program } from './account.ts';
import type { EventValues } from './event-layouts.ts';

/** What an execution records of a transaction, for the encoder and the ledger. */

/** Why a program stopped; the whole transaction is taken back. */
export class ProgramFailure extends Error {
  readonly code: number;
  /** What the program says about it; logged once, where it failed: its callers only repeat the code. */
  lines: readonly string[];

  constructor(code: number, lines: readonly string[]) {
    super(`custom program error: 0x${code.toString(16)}`);
    this.code = code;
    this.lines = lines;
  }
}

export interface InstructionRecord {
  readonly program: Program;
  readonly accounts: readonly Account[];
  readonly data: Uint8Array;
  readonly height: number;
}

/** One event a program emitted, where it did so and with what values. */
export interface RecordedEvent {
  readonly kind: string;
  readonly outer: number;
  readonly inner: number;
  readonly values: EventValues;
}

/** What an account looked like before the transaction. */
export interface Before {
  readonly lamports: bigint;
  readonly owner: Account | null;
  readonly holding: Holding | null;
  readonly amount: bigint;
}

export const SIGNER = 1;
export const WRITABLE = 2;
export const INVOKED = 4;
