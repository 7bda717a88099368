import { encodeBase58, keyText } from '../lib/base58.ts';
import { EngineError } from '../lib/errors.ts';
import { ProtobufReader } from '../lib/protobuf-reader.ts';
import type { BlockMetaNotice, SlotNotice, SlotStatus } from './slot.ts';
import { type AccountWrite, UPDATE_KINDS, type UpdateKind } from './update.ts';

/**
 * Reads the small messages of a serialized `geyser.SubscribeUpdate` and peeks at the large ones, straight from the bytes.
 * Transactions themselves are read by wire-transaction.ts.
 */
const FILTERS = 1;
const CREATED_AT = 11;

/** What the update carries; null when it is of a kind this build does not know. */
export function updateKind(bytes: Uint8Array): UpdateKind | null {
  const reader = new ProtobufReader(bytes, 0, bytes.length);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    const kind = UPDATE_KINDS[(tag >>> 3) as keyof typeof UPDATE_KINDS];
    if (kind !== undefined) return kind;
    reader.skip(tag);
  }
  return null;
}

/** Names of the subscription filters the update matched. Never throws: of a broken update, those that come before the break. */
export function filtersOf(bytes: Uint8Array): readonly string[] {
  const filters: string[] = [];
  try {
    const reader = new ProtobufReader(bytes, 0, bytes.length);
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag >>> 3 === FILTERS) filters.push(reader.string());
      else reader.skip(tag);
    }
  } catch {
    // Whoever reads the update itself tells what is wrong with it.
  }
  return filters;
}

/** When the provider made the message, Unix milliseconds; null when it does not say. */
export function createdAtMs(bytes: Uint8Array): number | null {
  const reader = new ProtobufReader(bytes, 0, bytes.length);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag >>> 3 === CREATED_AT) return readTimestampMs(reader);
    reader.skip(tag);
  }
  return null;
}

/** Reads a nested google.protobuf.Timestamp and moves past it. */
export function readTimestampMs(reader: ProtobufReader): number {
  const nested = nestedReader(reader);
  let seconds = 0;
  let nanos = 0;
  for (let tag = nested.tag(); tag !== 0; tag = nested.tag()) {
    if (tag === 8) seconds = nested.int53();
    else if (tag === 16) nanos = nested.uint32();
    else nested.skip(tag);
  }
  return seconds * 1000 + nanos / 1e6;
}

const SLOT_STATUS_BY_NUMBER: readonly SlotStatus[] = [
  'processed',
  'confirmed',
  'finalized',
  'firstShredReceived',
  'completed',
  'createdBank',
  'dead',
];

/** Null when the slot is in a status this build does not know. */
export function readSlotNotice(bytes: Uint8Array): SlotNotice | null {
  const reader = enter(bytes, 3, 'slot status');
  let slot = 0;
  let parent: number | null = null;
  let status = 0;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 8) slot = reader.uint53();
    else if (tag === 16) parent = reader.uint53();
    else if (tag === 24) status = reader.uint32();
    else reader.skip(tag);
  }
  const name = SLOT_STATUS_BY_NUMBER[status];
  return name === undefined ? null : { slot, parent, status: name };
}

export function readBlockMeta(bytes: Uint8Array): BlockMetaNotice {
  const reader = enter(bytes, 7, 'block meta');
  let slot = 0;
  let parent: number | null = null;
  let blockhash = '';
  let parentBlockhash = '';
  let executedTransactions = 0;
  let blockTime: number | null = null;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 8) slot = reader.uint53();
    else if (tag === 18) blockhash = reader.string();
    else if (tag === 34) blockTime = readUnixTime(reader);
    else if (tag === 48) parent = reader.uint53();
    else if (tag === 58) parentBlockhash = reader.string();
    else if (tag === 64) executedTransactions = reader.uint53();
    else reader.skip(tag);
  }
  return { slot, parent, blockhash, parentBlockhash, executedTransactions, blockTime };
}

function readUnixTime(reader: ProtobufReader): number {
  const nested = nestedReader(reader);
  let seconds = 0;
  for (let tag = nested.tag(); tag !== 0; tag = nested.tag()) {
    if (tag === 8) seconds = nested.int53();
    else nested.skip(tag);
  }
  return seconds;
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

export function readAccountWrite(bytes: Uint8Array): AccountWrite {
  const reader = enter(bytes, 2, 'account');
  let slot = 0;
  let info: ProtobufReader | null = null;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) info = nestedReader(reader);
    else if (tag === 16) slot = reader.uint53();
    else reader.skip(tag);
  }
  if (info === null) throw malformed('an account update carries no account');
  let address = '';
  let owner = '';
  let lamports = 0n;
  let data = NO_BYTES;
  let writeVersion = 0n;
  let signature = NO_BYTES;
  for (let tag = info.tag(); tag !== 0; tag = info.tag()) {
    if (tag === 10) address = readKey(info);
    else if (tag === 16) lamports = info.uint64();
    else if (tag === 26) owner = readKey(info);
    else if (tag === 50) data = info.view();
    else if (tag === 56) writeVersion = info.uint64();
    else if (tag === 66) signature = info.view();
    else info.skip(tag);
  }
  return { slot, address, owner, lamports, data, writeVersion, signature };
}

/** Slot of an account write, without reading the account. */
export function accountSlot(bytes: Uint8Array): number {
  return slotField(enter(bytes, 2, 'account'), 16);
}

/** The transaction's 64-byte signature (a view), without reading the transaction. */
export function transactionSignature(bytes: Uint8Array): Uint8Array {
  const reader = enter(bytes, 4, 'transaction');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag !== 10) {
      reader.skip(tag);
      continue;
    }
    const info = nestedReader(reader);
    for (let inner = info.tag(); inner !== 0; inner = info.tag()) {
      if (inner === 10) return info.view();
      info.skip(inner);
    }
  }
  throw malformed('a transaction update carries no signature');
}

/** Slot of a transaction, without reading it. */
export function transactionSlot(bytes: Uint8Array): number {
  return slotField(enter(bytes, 4, 'transaction'), 16);
}

function slotField(reader: ProtobufReader, wanted: number): number {
  let slot = 0;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === wanted) slot = reader.uint53();
    else reader.skip(tag);
  }
  return slot;
}

/** A reader of the update's own message, which must be of this kind. */
export function enter(bytes: Uint8Array, field: keyof typeof UPDATE_KINDS, name: string): ProtobufReader {
  const reader = new ProtobufReader(bytes, 0, bytes.length);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === ((field << 3) | 2)) return nestedReader(reader);
    reader.skip(tag);
  }
  throw malformed(`it carries no ${name}`);
}

/** A reader of the nested message that starts here; the outer reader moves past it. */
export function nestedReader(reader: ProtobufReader): ProtobufReader {
  const end = reader.length();
  const nested = new ProtobufReader(reader.bytes, reader.position, end);
  reader.position = end;
  return nested;
}

function readKey(reader: ProtobufReader): string {
  const end = reader.length();
  const start = reader.position;
  reader.position = end;
  return end - start === 32 ? keyText(reader.bytes, start) : encodeBase58(reader.bytes, start, end);
}

function malformed(what: string): EngineError {
  return new EngineError('DECODE_MALFORMED', `The update is malformed: ${what}.`);
}
