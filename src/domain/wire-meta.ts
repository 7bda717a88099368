import type { ProtobufReader } from '../lib/protobuf-reader.ts';
import type { TokenBalance } from './transaction.ts';
import { nestedReader } from './update-reader.ts';

/** Reads the parts of a TransactionStatusMeta that few readers need, when they need them. */
export function readLogSpans(meta: ProtobufReader): readonly number[] {
  const spans: number[] = [];
  for (let tag = meta.tag(); tag !== 0; tag = meta.tag()) {
    if (tag === 50) {
      const end = meta.length();
      spans.push(meta.position, end);
      meta.position = end;
    } else meta.skip(tag);
  }
  return spans;
}

export function logTexts(bytes: Uint8Array, spans: readonly number[]): readonly string[] {
  const buffer = asBuffer(bytes);
  const logs: string[] = [];
  for (let index = 0; index < spans.length; index += 2)
    logs.push(buffer.toString('utf8', spans[index], spans[index + 1]));
  return logs;
}

/** The same bytes with Buffer's reading methods. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Lamport balances: field 3 (before) or 4 (after), packed or not. */
export function readBalances(meta: ProtobufReader, field: number): readonly bigint[] {
  const balances: bigint[] = [];
  for (let tag = meta.tag(); tag !== 0; tag = meta.tag()) {
    if (tag === ((field << 3) | 2)) {
      const packed = nestedReader(meta);
      while (packed.position < packed.end) balances.push(packed.uint64());
    } else if (tag === field << 3) balances.push(meta.uint64());
    else meta.skip(tag);
  }
  return balances;
}

/** Token balances: field 7 (before) or 8 (after). */
export function readTokenBalances(meta: ProtobufReader, field: number): readonly TokenBalance[] {
  const balances: TokenBalance[] = [];
  for (let tag = meta.tag(); tag !== 0; tag = meta.tag()) {
    if (tag === ((field << 3) | 2)) balances.push(readTokenBalance(nestedReader(meta)));
    else meta.skip(tag);
  }
  return balances;
}

function readTokenBalance(reader: ProtobufReader): TokenBalance {
  let accountIndex = 0;
  let mint = '';
  let owner = '';
  let programId = '';
  let decimals = 0;
  let amount = 0n;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 8) accountIndex = reader.uint32();
    else if (tag === 18) mint = reader.string();
    else if (tag === 26) {
      const nested = nestedReader(reader);
      for (let inner = nested.tag(); inner !== 0; inner = nested.tag()) {
        if (inner === 16) decimals = nested.uint32();
        else if (inner === 26) amount = toAmount(nested.string());
        else nested.skip(inner);
      }
    } else if (tag === 34) owner = reader.string();
    else if (tag === 42) programId = reader.string();
    else reader.skip(tag);
  }
  return { accountIndex, mint, owner, programId, decimals, amount };
}

/** Base units as the node spells them; text that is no number counts as nothing rather than as an error of the whole transaction. */
function toAmount(text: string): bigint {
  return /^\d{1,39}$/.test(text) ? BigInt(text) : 0n;
}
