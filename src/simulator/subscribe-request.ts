import { geyser, type SubscribeRequest } from '../domain/geyser-messages.ts';
import { ProtobufReader } from '../lib/protobuf-reader.ts';
import { ProtobufWriter } from '../lib/protobuf-writer.ts';

/** The map fields of `SubscribeRequest`: accounts, slots, transactions, blocks, blocks_meta, entry, transactions_status. */
const MAP_FIELDS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 8, 10]);
const VALUE_FIELD = 2;
const EMPTY_VALUE = new ProtobufWriter(8).bytes(VALUE_FIELD, new Uint8Array(0)).finish();

/**
 * Reads a subscribe request of any client. A map entry whose value is the default may come without it (Rust clients do that with
 * a filter that states nothing); the generated codec would drop the whole entry, so the value is written out first.
 */
export function decodeSubscribeRequest(bytes: Uint8Array): SubscribeRequest {
  const reader = new ProtobufReader(bytes, 0, bytes.length);
  const parts: Uint8Array[] = [];
  for (let start = 0, tag = reader.tag(); tag !== 0; start = reader.position, tag = reader.tag()) {
    const field = tag >>> 3;
    if (!MAP_FIELDS.has(field)) {
      reader.skip(tag);
      parts.push(bytes.subarray(start, reader.position));
    } else {
      const entry = reader.view();
      const whole = hasValue(entry) ? entry : Buffer.concat([entry, EMPTY_VALUE]);
      parts.push(new ProtobufWriter(whole.length + 8).bytes(field, whole).finish());
    }
  }
  return geyser.SubscribeRequest.decode(Buffer.concat(parts));
}

function hasValue(entry: Uint8Array): boolean {
  const reader = new ProtobufReader(entry, 0, entry.length);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag >>> 3 === VALUE_FIELD) return true;
    reader.skip(tag);
  }
  return false;
}
