/** A block with all its transactions, as an RPC endpoint answers it and a gap is filled with it. */
export interface WholeBlock {
  readonly slot: number;
  readonly parent: number;
  readonly blockhash: string;
  readonly parentBlockhash: string;
  /** Unix seconds; null when the block tells none. */
  readonly blockTime: number | null;
  readonly transactionCount: number;
  /** Its transactions without votes, as the SubscribeUpdate messages a stream would have sent. */
  readonly updates: readonly Uint8Array[];
}
