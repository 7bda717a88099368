import { geyser } from '../domain/geyser-messages.ts';
import type { RawUpdate, SourceItem } from '../domain/update.ts';

/** A whole block as the filler needs it. */
export interface FilledBlock {
  readonly slot: number;
  readonly parent: number;
  readonly blockhash: string;
  readonly parentBlockhash: string;
  readonly blockTime: number | null;
  readonly transactionCount: number;
  /** SubscribeUpdate messages of its transactions. */
  readonly updates: readonly Uint8Array[];
}

/** A block as a stream would have sent it: its transactions, and behind them the block meta that proves they were all. Pure. */
export function blockItems(block: FilledBlock, connection: string, receivedAtMs: number): readonly SourceItem[] {
  const items: RawUpdate[] = block.updates.map((bytes) => ({
    type: 'update',
    kind: 'transaction',
    bytes,
    connection,
    receivedAtMs,
  }));
  items.push({ type: 'update', kind: 'blockMeta', bytes: metaBytes(block), connection, receivedAtMs });
  return items;
}

function metaBytes(block: FilledBlock): Uint8Array {
  const update = geyser.SubscribeUpdate.fromPartial({
    filters: ['fill'],
    blockMeta: {
      slot: String(block.slot),
      blockhash: block.blockhash,
      parentSlot: String(block.parent),
      parentBlockhash: block.parentBlockhash,
      executedTransactionCount: String(block.transactionCount),
      ...(block.blockTime === null ? {} : { blockTime: { timestamp: String(block.blockTime) } }),
    },
  });
  return geyser.SubscribeUpdate.encode(update).finish();
}
