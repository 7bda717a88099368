import { asArray, asBigint, asNumber, asObject, asString, type JsonObject } from '../lib/json-value.ts';
import { ProtobufWriter } from '../lib/protobuf-writer.ts';
import { type KeyTable, readInstruction, readJsonMessage, unreadable } from './json-rpc-message.ts';
import type { ConfigParts, InstructionParts, MessageParts } from './message-parts.ts';
import { encodeTransactionError } from './transaction-error.ts';
import { VERSION_FIELD } from './wire-transaction.ts';

export interface EncodeOptions {
  /** Position in its block when the file does not tell. */
  readonly index: number;
  readonly createdAtMs: number | null;
}

/**
 * Turns a JSON-RPC `getTransaction` answer, in any encoding and version, into the serialized SubscribeUpdate a provider would have
 * sent. What the file lacks stays missing (logs, inner instructions, balances); throws one sentence when it cannot be a transaction.
 */
export function encodeJsonRpcTransaction(json: unknown, options: EncodeOptions): Uint8Array {
  const root = unwrap(json);
  const meta = asObject(root['meta']);
  const [message, keys] = readJsonMessage(root['transaction'], meta, root['version']);
  const signature = message.signatures[0];
  if (signature === undefined || signature.length !== 64) throw unreadable('it has no 64-byte signature');
  // Read before the keys are written: parsed inner instructions may name keys the message does not list.
  const inner = readInner(meta, keys);
  const writer = new ProtobufWriter(4096);
  writer.message(4, (update) => {
    update.message(1, (info) => {
      info.bytes(1, signature);
      info.message(3, (transaction) => {
        for (const each of message.signatures) transaction.bytes(1, each);
        transaction.message(2, (target) => writeMessage(target, message));
      });
      if (meta !== null) info.message(4, (target) => writeMeta(target, meta, message, inner));
      info.uint(5, asNumber(root['transactionIndex']) ?? options.index);
    });
    update.uint(2, Math.max(asNumber(root['slot']) ?? 0, 0));
  });
  if (options.createdAtMs !== null) writeTimestamp(writer, options.createdAtMs);
  return writer.finish();
}

function unwrap(json: unknown): JsonObject {
  let object = asObject(json);
  for (let depth = 0; depth < 3 && object !== null; depth++) {
    const result = asObject(object['result']) ?? asObject(object['value']);
    const nested = asObject(object['transaction']);
    if (result !== null) object = result;
    else if (nested?.['transaction'] !== undefined)
      object = { slot: object['slot'], blockTime: object['blockTime'], ...nested };
    else return object;
  }
  throw unreadable('it is no JSON object with a "transaction"');
}

function writeMessage(writer: ProtobufWriter, message: MessageParts): void {
  const [required, readonlySigned, readonlyUnsigned] = message.header;
  writer.message(1, (header) => header.uint(1, required).uint(2, readonlySigned).uint(3, readonlyUnsigned));
  for (const key of message.staticKeys) writer.bytes(2, key);
  writer.bytes(3, message.blockhash);
  for (const each of message.instructions) writer.message(4, (target) => writeInstruction(target, each));
  if (message.version !== 'legacy') writer.bool(5, true);
  for (const lookup of message.lookups) {
    writer.message(6, (target) => target.bytes(1, lookup.key).bytes(2, lookup.writable).bytes(3, lookup.readonly));
  }
  if (message.config !== null || message.version === 1) {
    writer.message(7, (target) => writeConfig(target, message.config));
  }
  if (message.version !== 'legacy' && message.version > 1) writer.uint(VERSION_FIELD, message.version);
}

function writeConfig(writer: ProtobufWriter, config: ConfigParts | null): void {
  if (config === null) return;
  if (config.priorityFee !== null) writer.uint(1, config.priorityFee);
  if (config.computeUnitLimit !== null) writer.uint(2, config.computeUnitLimit);
  if (config.loadedAccountsDataSizeLimit !== null) writer.uint(3, config.loadedAccountsDataSizeLimit);
  if (config.heapSize !== null) writer.uint(4, config.heapSize);
}

function writeInstruction(writer: ProtobufWriter, parts: InstructionParts): void {
  writer.uint(1, parts.programIndex).bytes(2, parts.accounts).bytes(3, parts.data);
}

type InnerGroups = readonly (readonly [outer: number, instructions: readonly InstructionParts[]])[];

function readInner(meta: JsonObject | null, keys: KeyTable): InnerGroups | null {
  const groups = asArray(meta?.['innerInstructions']);
  if (groups === null) return null;
  return groups.map((value) => {
    const group = asObject(value) ?? {};
    const instructions = (asArray(group['instructions']) ?? []).map((each) => readInstruction(each, keys));
    return [asNumber(group['index']) ?? 0, instructions] as const;
  });
}

function writeMeta(writer: ProtobufWriter, meta: JsonObject, message: MessageParts, inner: InnerGroups | null): void {
  const error = meta['err'] ?? asObject(meta['status'])?.['Err'] ?? null;
  if (error !== null) writer.message(1, (target) => target.bytes(1, encodeTransactionError(error)));
  const fee = asBigint(meta['fee']);
  if (fee !== null) writer.uint(2, fee);
  const preBalances = readBigints(meta['preBalances']);
  if (preBalances.length > 0) writer.packed(3, preBalances);
  const postBalances = readBigints(meta['postBalances']);
  if (postBalances.length > 0) writer.packed(4, postBalances);
  const logs = asArray(meta['logMessages'])?.map(String) ?? [];
  if (inner === null || !wasRecorded(inner, logs, preBalances.length)) writer.bool(10, true);
  else {
    for (const [outer, instructions] of inner)
      writer.message(5, (target) => writeInnerGroup(target, outer, instructions));
  }
  // Every executed transaction logs something: an empty list says that the logs were not recorded.
  if (logs.length === 0) writer.bool(11, true);
  for (const line of logs) writer.string(6, line);
  for (const each of asArray(meta['preTokenBalances']) ?? []) writer.message(7, (to) => writeTokenBalance(to, each));
  for (const each of asArray(meta['postTokenBalances']) ?? []) writer.message(8, (to) => writeTokenBalance(to, each));
  for (const key of message.loadedWritable) writer.bytes(12, key);
  for (const key of message.loadedReadonly) writer.bytes(13, key);
  const units = asBigint(meta['computeUnitsConsumed']);
  if (units !== null) writer.uint(16, units);
  const cost = asBigint(meta['costUnits']);
  if (cost !== null) writer.uint(17, cost);
}

/** Some sources write an empty list for "not recorded": logs that show inner calls, or the lack of all balances, give it away. */
function wasRecorded(inner: InnerGroups, logs: readonly string[], balances: number): boolean {
  if (inner.length > 0) return true;
  return balances > 0 && !logs.some((line) => line.endsWith(' invoke [2]'));
}

function writeInnerGroup(writer: ProtobufWriter, outer: number, instructions: readonly InstructionParts[]): void {
  writer.uint(1, outer);
  for (const each of instructions) {
    writer.message(2, (target) => {
      writeInstruction(target, each);
      if (each.stackHeight !== null) target.uint(4, each.stackHeight);
    });
  }
}

function writeTokenBalance(writer: ProtobufWriter, value: unknown): void {
  const json = asObject(value) ?? {};
  const amount = asObject(json['uiTokenAmount']);
  writer.uint(1, asNumber(json['accountIndex']) ?? 0);
  writer.string(2, asString(json['mint']) ?? '');
  writer.message(3, (target) => {
    const shown = amount?.['uiAmount'];
    if (typeof shown === 'number') target.double(1, shown);
    target.uint(2, asNumber(amount?.['decimals']) ?? 0);
    target.string(3, asString(amount?.['amount']) ?? '0');
    target.string(4, asString(amount?.['uiAmountString']) ?? '');
  });
  writer.string(4, asString(json['owner']) ?? '');
  writer.string(5, asString(json['programId']) ?? '');
}

function readBigints(value: unknown): readonly bigint[] {
  return (asArray(value) ?? []).map((each) => asBigint(each) ?? 0n);
}

function writeTimestamp(writer: ProtobufWriter, ms: number): void {
  const seconds = Math.floor(ms / 1000);
  writer.message(11, (target) => target.uint(1, seconds).uint(2, Math.round((ms - seconds * 1000) * 1e6)));
}
