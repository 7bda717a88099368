/** What one serialized `geyser.SubscribeUpdate` carries, by the field number of its oneof. */
export const UPDATE_KINDS = {
  2: 'account',
  3: 'slot',
  4: 'transaction',
  5: 'block',
  6: 'ping',
  7: 'blockMeta',
  8: 'entry',
  9: 'pong',
  10: 'transactionStatus',
} as const;

export type UpdateKind = (typeof UPDATE_KINDS)[keyof typeof UPDATE_KINDS];

/**
 * What came off the wire. `unknown`: well-formed, but newer than this build (a kind of update, a status of a slot); it is counted and passed
 * over. `unreadable`: broken bytes, handed on to be kept aside.
 */
export type RawKind = UpdateKind | 'unknown' | 'unreadable';

/** One message as it came off the wire. The bytes are shared, never changed, and valid for ever (no buffer is reused). */
export interface RawUpdate {
  readonly type: 'update';
  readonly kind: RawKind;
  /** The whole serialized SubscribeUpdate. */
  readonly bytes: Uint8Array;
  /** Name of the connection it arrived on. */
  readonly connection: string;
  /** Monotonic milliseconds at arrival. */
  readonly receivedAtMs: number;
}

/**
 * A change of the source itself, in line with its data: what follows on this connection belongs to these groups.
 * When it closed, updates that were under way may be missing until a replay brings them.
 */
export type SourceMark =
  | {
      readonly type: 'opened';
      readonly connection: string;
      readonly groups: readonly string[];
      /** The slot the replay was asked from; null when the stream started at the tip. */
      readonly fromSlot: number | null;
    }
  | {
      readonly type: 'closed';
      readonly connection: string;
      readonly groups: readonly string[];
      /** True when another connection had taken the groups over before this one closed. */
      readonly handedOver: boolean;
      readonly reason: string;
    };

/** What a source yields: batches of updates and marks, in the order in which they happened on each connection. */
export type SourceItem = RawUpdate | SourceMark;

/** One account write as the stream carried it. */
export interface AccountWrite {
  readonly slot: number;
  /** Base58. */
  readonly address: string;
  readonly owner: string;
  readonly lamports: bigint;
  readonly data: Uint8Array;
  readonly writeVersion: bigint;
  /** 64 bytes of the transaction that wrote it; empty at startup. */
  readonly signature: Uint8Array;
}
