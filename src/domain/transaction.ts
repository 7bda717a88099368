/** Where an instruction stands: `outer` counts the message's instructions, `inner` the inner ones below it (−1 = the outer itself). */
export interface InstructionPath {
  readonly outer: number;
  readonly inner: number;
}

/** One instruction in execution order. Data and accounts are views into the update's bytes: nothing is copied. */
export interface Instruction extends InstructionPath {
  /** 1 for an outer instruction; 0 when the source did not tell. */
  readonly stackHeight: number;
  /** Position of the program in the transaction's keys. */
  readonly programIndex: number;
  readonly data: Uint8Array;
  /** Positions of its accounts in the transaction's keys, one byte each. */
  readonly accounts: Uint8Array;
  /** Where data and accounts lie in the transaction's `bytes`: for readers in a hurry, as even a view costs more than a short read. */
  readonly dataStart: number;
  readonly dataEnd: number;
  readonly accountsStart: number;
  readonly accountsEnd: number;
}

export interface TokenBalance {
  readonly accountIndex: number;
  readonly mint: string;
  readonly owner: string;
  readonly programId: string;
  readonly decimals: number;
  /** Base units. */
  readonly amount: bigint;
}

export type TransactionVersion = 'legacy' | number;

/** True for versions whose every part this build reads. */
export function isKnownVersion(version: TransactionVersion): boolean {
  return version === 'legacy' || version === 0 || version === 1;
}

/**
 * A lazy view of one transaction. Reading it costs only what is asked for: keys are spelled as base58 when someone
 * needs text, logs and balances are parsed on first use and remembered.
 */
export interface Transaction {
  readonly slot: number;
  readonly index: number;
  /** 64 bytes. */
  readonly signature: Uint8Array;
  readonly signatureText: string;
  readonly isVote: boolean;
  readonly failed: boolean;
  readonly version: TransactionVersion;
  /** Serialized TransactionError when failed. */
  readonly error: Uint8Array | null;
  readonly fee: bigint;
  /** Static keys, then loaded writable, then loaded readonly. */
  readonly keyCount: number;
  /** Base58 of key `index`; "" when there is no such key. */
  key(index: number): string;
  /** 32 bytes of key `index`; empty when there is no such key. */
  keyBytes(index: number): Uint8Array;
  /** All instructions flattened in execution order: outer 0, its inner ones, outer 1, … */
  readonly instructions: readonly Instruction[];
  /** False when the source did not record inner instructions. */
  readonly hasInner: boolean;
  /** Null when the source recorded none. */
  readonly logs: readonly string[] | null;
  /** Where each log line lies in `bytes`: start, end, start, end, …; null when the source recorded none. */
  readonly logSpans: readonly number[] | null;
  readonly preBalances: readonly bigint[];
  readonly postBalances: readonly bigint[];
  /** Null when the source recorded none. */
  readonly preTokenBalances: readonly TokenBalance[] | null;
  readonly postTokenBalances: readonly TokenBalance[] | null;
  /** When the provider made the message, Unix milliseconds; null when it did not say. */
  readonly createdAtMs: number | null;
  /** The whole serialized SubscribeUpdate it was read from. */
  readonly bytes: Uint8Array;
}
