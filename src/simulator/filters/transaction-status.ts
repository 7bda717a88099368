import { ProtobufReader } from '../../lib/protobuf-reader.ts';
import { ProtobufWriter } from '../../lib/protobuf-writer.ts';
import type { TransactionUpdate } from '../simulated-update.ts';

const STATUS_FIELD = 10;
const META_FIELD = 4;
const META_ERROR_FIELD = 1;

const bodies = new WeakMap<TransactionUpdate, Uint8Array>();

/** The short form of a transaction: its signature and error without the transaction. Made once, when someone asks for it. */
export function transactionStatusBody(update: TransactionUpdate): Uint8Array {
  let body = bodies.get(update);
  if (body === undefined) {
    body = encode(update);
    bodies.set(update, body);
  }
  return body;
}

function encode({ slot, index, transaction }: TransactionUpdate): Uint8Array {
  const error = fieldOf(fieldOf(transaction.bytes, META_FIELD), META_ERROR_FIELD);
  return new ProtobufWriter(128)
    .message(STATUS_FIELD, (status) => {
      status.uint(1, slot).bytes(2, transaction.signature).bool(3, transaction.vote).uint(4, index);
      if (error !== null) status.bytes(5, error);
    })
    .finish();
}

function fieldOf(message: Uint8Array | null, field: number): Uint8Array | null {
  if (message === null) return null;
  const reader = new ProtobufReader(message, 0, message.length);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag >>> 3 === field) return reader.view();
    reader.skip(tag);
  }
  return null;
}
