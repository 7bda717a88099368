import type { SubscribeRequest } from '../../domain/geyser-messages.ts';
import { ProtobufWriter } from '../../lib/protobuf-writer.ts';
import { type BlockMetaUpdate, indexedInfo, type SimulatedUpdate } from '../simulated-update.ts';
import { CuckooFilter } from './cuckoo-filter.ts';
import type { DataSlices } from './data-slices.ts';
import { checkKeys, type FilterLimits } from './filter-limits.ts';
import { keyBytes, keyString, publicKeys } from './key-set.ts';
import { transactionKeys } from './transaction-filter.ts';

type Message = SubscribeRequest['blocks'][string];

/** Everything of one slot, once it is whole: what a `blocks` subscriber receives in a single message. */
export interface WholeBlock {
  readonly meta: BlockMetaUpdate;
  readonly updates: readonly SimulatedUpdate[];
}

const BLOCK_FIELD = 5;

/** One named filter of `blocks`: builds the block with the transactions, accounts and entries it asks for. */
export class BlockFilter {
  readonly name: string;
  readonly #include: ReadonlySet<string>;
  readonly #compressed: CuckooFilter | null;
  readonly #transactions: boolean;
  readonly #accounts: boolean;
  readonly #entries: boolean;

  constructor(name: string, message: Message, limits: FilterLimits) {
    checkKeys(message.accountInclude, limits);
    this.name = name;
    this.#include = publicKeys(message.accountInclude);
    this.#compressed =
      message.cuckooAccountInclude === undefined ? null : new CuckooFilter(message.cuckooAccountInclude);
    this.#transactions = message.includeTransactions !== false;
    this.#accounts = message.includeAccounts === true;
    this.#entries = message.includeEntries === true;
  }

  /** The oneof field of a `SubscribeUpdate` with this filter's view of the block. */
  body(block: WholeBlock, slices: DataSlices): Uint8Array {
    const { meta } = block.meta;
    const writer = new ProtobufWriter(4096)
      .uint(1, meta.slot)
      .string(2, meta.blockhash)
      .message(3, () => undefined)
      .message(4, (time) => time.uint(1, meta.blockTime))
      .message(5, (height) => height.uint(1, meta.height));
    for (const update of block.updates) this.#write(writer, update, slices);
    writer
      .uint(7, meta.parent)
      .string(8, meta.parentBlockhash)
      .uint(9, meta.executedTransactions)
      .uint(10, block.updates.filter((update) => update.kind === 'account').length)
      .uint(12, meta.entries);
    const bytes = writer.finish();
    return new ProtobufWriter(bytes.length + 8).bytes(BLOCK_FIELD, bytes).finish();
  }

  #write(writer: ProtobufWriter, update: SimulatedUpdate, slices: DataSlices): void {
    if (update.kind === 'transaction' && this.#transactions) {
      if (this.#wantsAny(transactionKeys(update.transaction))) {
        writer.bytes(6, indexedInfo(update.transaction, update.index));
      }
    } else if (update.kind === 'account' && this.#accounts) {
      if (this.#wantsAny([keyString(update.write.address)])) writer.bytes(11, slices.cutInfo(update.write.bytes));
    } else if (update.kind === 'entry' && this.#entries) {
      writer.bytes(13, withoutHeader(update.body));
    }
  }

  #wantsAny(keys: Iterable<string>): boolean {
    if (this.#include.size === 0 && this.#compressed === null) return true;
    for (const key of keys) if (this.#include.has(key) || this.#compressed?.has(keyBytes(key)) === true) return true;
    return false;
  }
}

/** The message inside a body: without the oneof's tag (one byte) and its length. */
function withoutHeader(body: Uint8Array): Uint8Array {
  let start = 1;
  while ((body[start] as number) >= 0x80) start++;
  return body.subarray(start + 1);
}
