/** One instruction of a message, by key positions. */
export interface InstructionParts {
  readonly programIndex: number;
  readonly accounts: Uint8Array;
  readonly data: Uint8Array;
  /** Null when the source does not tell. */
  readonly stackHeight: number | null;
}

/** What version 1 carries instead of compute-budget instructions. */
export interface ConfigParts {
  readonly priorityFee: bigint | null;
  readonly computeUnitLimit: number | null;
  readonly loadedAccountsDataSizeLimit: number | null;
  readonly heapSize: number | null;
}

export interface LookupParts {
  readonly key: Uint8Array;
  readonly writable: Uint8Array;
  readonly readonly: Uint8Array;
}

/** A transaction's signatures and message, whatever text or bytes it came from. */
export interface MessageParts {
  readonly version: 'legacy' | number;
  readonly signatures: readonly Uint8Array[];
  readonly header: readonly [required: number, readonlySigned: number, readonlyUnsigned: number];
  readonly staticKeys: readonly Uint8Array[];
  readonly loadedWritable: readonly Uint8Array[];
  readonly loadedReadonly: readonly Uint8Array[];
  readonly blockhash: Uint8Array;
  readonly instructions: readonly InstructionParts[];
  readonly lookups: readonly LookupParts[];
  readonly config: ConfigParts | null;
}
