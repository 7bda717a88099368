import type { SlotStatus } from '../domain/slot.ts';
import { ProtobufWriter } from '../lib/protobuf-writer.ts';
import type { SimulatedAccountWrite, SimulatedTransaction } from './truth-source.ts';

/**
 * One update of the simulated chain: what the filters need to see of it, and `body`, the oneof field of a serialized
 * `SubscribeUpdate`. It is encoded once; subscribers share it.
 */
export type SimulatedUpdate = TransactionUpdate | AccountUpdate | SlotUpdate | BlockMetaUpdate | EntryUpdate;

interface Encoded {
  readonly slot: number;
  readonly body: Uint8Array;
}

export interface TransactionUpdate extends Encoded {
  readonly kind: 'transaction';
  readonly index: number;
  readonly transaction: SimulatedTransaction;
}

export interface AccountUpdate extends Encoded {
  readonly kind: 'account';
  readonly write: SimulatedAccountWrite;
}

export interface SlotUpdate extends Encoded {
  readonly kind: 'slot';
  readonly parent: number | null;
  readonly status: SlotStatus;
}

export interface BlockMeta {
  readonly slot: number;
  readonly parent: number;
  readonly blockhash: string;
  readonly parentBlockhash: string;
  readonly height: number;
  /** Unix seconds. */
  readonly blockTime: number;
  readonly executedTransactions: number;
  readonly entries: number;
}

export interface BlockMetaUpdate extends Encoded {
  readonly kind: 'blockMeta';
  readonly meta: BlockMeta;
}

export interface EntryUpdate extends Encoded {
  readonly kind: 'entry';
  readonly index: number;
}

/** Field numbers of the oneof in `SubscribeUpdate`. */
const FIELD = { account: 2, slot: 3, transaction: 4, blockMeta: 7, entry: 8 } as const;

const STATUS_NUMBER: Readonly<Record<SlotStatus, number>> = {
  processed: 0,
  confirmed: 1,
  finalized: 2,
  firstShredReceived: 3,
  completed: 4,
  createdBank: 5,
  dead: 6,
};

export function transactionUpdate(slot: number, index: number, transaction: SimulatedTransaction): TransactionUpdate {
  // The bulk of all bytes goes through here, so the nesting is laid out in one buffer instead of being copied at each level.
  const indexField = new ProtobufWriter(16).uint(5, index).finish();
  const slotField = new ProtobufWriter(16).uint(2, slot).finish();
  const infoLength = transaction.bytes.length + indexField.length;
  const innerLength = 1 + varintSize(infoLength) + infoLength + slotField.length;
  const body = Buffer.allocUnsafe(1 + varintSize(innerLength) + innerLength);
  let at = writeHeader(body, 0, FIELD.transaction, innerLength);
  at = writeHeader(body, at, 1, infoLength);
  body.set(transaction.bytes, at);
  body.set(indexField, at + transaction.bytes.length);
  body.set(slotField, at + infoLength);
  return { kind: 'transaction', slot, index, transaction, body };
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest >>>= 7) size++;
  return size;
}

/** Tag and length of a nested message; returns where its bytes begin. */
function writeHeader(target: Uint8Array, start: number, field: number, length: number): number {
  let at = start;
  target[at++] = (field << 3) | 2;
  let rest = length;
  for (; rest >= 0x80; rest >>>= 7) target[at++] = (rest & 0x7f) | 0x80;
  target[at++] = rest;
  return at;
}

/** The transaction info with its index: protobuf keeps the last value of a field, so the index is simply appended. */
export function indexedInfo(transaction: SimulatedTransaction, index: number): Uint8Array {
  const field = new ProtobufWriter(16).uint(5, index).finish();
  return Buffer.concat([transaction.bytes, field]);
}

export function accountUpdate(slot: number, write: SimulatedAccountWrite): AccountUpdate {
  return { kind: 'account', slot, write, body: accountBody(slot, write.bytes) };
}

export function accountBody(slot: number, info: Uint8Array): Uint8Array {
  return new ProtobufWriter(info.length + 32).bytes(FIELD.account, slotted(info, slot)).finish();
}

export function slotUpdate(slot: number, parent: number | null, status: SlotStatus): SlotUpdate {
  const message = new ProtobufWriter(64).uint(1, slot);
  if (parent !== null) message.uint(2, parent);
  message.uint(3, STATUS_NUMBER[status]);
  if (status === 'dead') message.string(4, 'the block was abandoned');
  return { kind: 'slot', slot, parent, status, body: field(FIELD.slot, message) };
}

export function blockMetaUpdate(meta: BlockMeta): BlockMetaUpdate {
  const message = new ProtobufWriter(256)
    .uint(1, meta.slot)
    .string(2, meta.blockhash)
    .message(3, () => undefined)
    .message(4, (time) => time.uint(1, meta.blockTime))
    .message(5, (height) => height.uint(1, meta.height))
    .uint(6, meta.parent)
    .string(7, meta.parentBlockhash)
    .uint(8, meta.executedTransactions)
    .uint(9, meta.entries);
  return { kind: 'blockMeta', slot: meta.slot, meta, body: field(FIELD.blockMeta, message) };
}

export interface Entry {
  readonly slot: number;
  readonly index: number;
  readonly hash: Uint8Array;
  readonly executedTransactions: number;
  readonly startingTransactionIndex: number;
}

export function entryUpdate(entry: Entry): EntryUpdate {
  const message = new ProtobufWriter(96)
    .uint(1, entry.slot)
    .uint(2, entry.index)
    .uint(3, 1)
    .bytes(4, entry.hash)
    .uint(5, entry.executedTransactions)
    .uint(6, entry.startingTransactionIndex);
  return { kind: 'entry', slot: entry.slot, index: entry.index, body: field(FIELD.entry, message) };
}

/** Field 11 of `SubscribeUpdate`: when the server made the update. */
export function createdAtField(wallMs: number): Uint8Array {
  const seconds = Math.floor(wallMs / 1000);
  const nanos = Math.round((wallMs - seconds * 1000) * 1e6);
  return new ProtobufWriter(32).message(11, (time) => time.uint(1, seconds).uint(2, nanos)).finish();
}

/** Field 1 of `SubscribeUpdate`, once per matched filter: prepended to a shared body it makes a subscriber's own message. */
export function filterNamesField(names: readonly string[]): Uint8Array {
  const writer = new ProtobufWriter(64);
  for (const name of names) writer.string(1, name);
  return writer.finish();
}

export const PING_BODY: Uint8Array = new ProtobufWriter(16).bytes(6, new Uint8Array(0)).finish();

export function pongBody(id: number): Uint8Array {
  return new ProtobufWriter(32).message(9, (pong) => pong.uint(1, id)).finish();
}

function slotted(info: Uint8Array, slot: number): Uint8Array {
  return new ProtobufWriter(info.length + 24).bytes(1, info).uint(2, slot).finish();
}

function field(number: number, message: ProtobufWriter): Uint8Array {
  const bytes = message.finish();
  return new ProtobufWriter(bytes.length + 8).bytes(number, bytes).finish();
}
