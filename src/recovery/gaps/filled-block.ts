import { geyser } from '../../domain/geyser-messages.ts';
import type { RawUpdate, SourceItem } from '../../domain/update.ts';
import type { WholeBlock } from '../../domain/whole-block.ts';

/**
 * A block as a stream would have sent it. Its status comes first of all, or a slot that was once called dead would have its transactions
 * left out; then they, and behind them the block meta that proves they were all. Pure.
 */
export function blockItems(block: WholeBlock, connection: string, receivedAtMs: number): readonly SourceItem[] {
  const item = (kind: RawUpdate['kind'], bytes: Uint8Array): RawUpdate => ({
    type: 'update',
    kind,
    bytes,
    connection,
    receivedAtMs,
  });
  return [
    item('slot', confirmedBytes(block)),
    ...block.updates.map((bytes) => item('transaction', bytes)),
    item('blockMeta', metaBytes(block)),
  ];
}

function confirmedBytes({ slot, parent }: WholeBlock): Uint8Array {
  const update = geyser.SubscribeUpdate.fromPartial({
    filters: ['fill'],
    slot: { slot: String(slot), parent: String(parent), status: geyser.SlotStatus.SLOT_CONFIRMED },
  });
  return geyser.SubscribeUpdate.encode(update).finish();
}

function metaBytes(block: WholeBlock): Uint8Array {
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
