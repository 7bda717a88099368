import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { encodeJsonRpcTransaction } from '../domain/json-rpc-transaction.ts';
import { parseTransactionText } from '../domain/transaction-file.ts';
import { readTransaction } from '../domain/wire-transaction.ts';
import { EngineError, messageOf } from '../lib/errors.ts';
import { ProtobufReader } from '../lib/protobuf-reader.ts';
import type { SimulatedTransaction } from './truth-source.ts';

export interface RecordedTransaction {
  readonly transaction: SimulatedTransaction;
  /** Null when the recording does not tell. */
  readonly slot: number | null;
  readonly index: number;
  /** Unix seconds. */
  readonly blockTime: number | null;
}

export interface Recording {
  readonly transactions: readonly RecordedTransaction[];
  /** What could not be read, and why: one sentence each. */
  readonly problems: readonly { readonly file: string; readonly reason: string }[];
}

/** Reads JSON-RPC transactions from a file or every file of a folder (one, a list, a block or one a line). */
export function readRecording(path: string): Recording {
  const transactions: RecordedTransaction[] = [];
  const problems: { file: string; reason: string }[] = [];
  for (const file of filesOf(path)) {
    try {
      for (const json of parseTransactionText(readFileSync(file, 'utf8'))) transactions.push(recordedTransaction(json));
    } catch (error) {
      problems.push({ file, reason: messageOf(error) });
    }
  }
  return { transactions, problems };
}

/** One `getTransaction` answer as the chain would have carried it. Throws one sentence when it is none. */
export function recordedTransaction(json: unknown): RecordedTransaction {
  const update = encodeJsonRpcTransaction(json, { index: 0, createdAtMs: null });
  const view = readTransaction(update);
  const transaction: SimulatedTransaction = {
    bytes: withoutIndex(fieldOf(fieldOf(update, 4), 1)),
    signature: view.signature,
    failed: view.failed,
    vote: view.isVote,
    keys: Array.from({ length: view.keyCount }, (_, index) => view.keyBytes(index)),
  };
  return { transaction, slot: view.slot === 0 ? null : view.slot, index: view.index, blockTime: blockTimeOf(json) };
}

function filesOf(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return (readdirSync(path, { recursive: true }) as string[])
      .filter((name) => ['.json', '.jsonl'].includes(extname(name)))
      .sort()
      .map((name) => join(path, name));
  } catch (cause) {
    const hint = 'Name a file or folder of JSON-RPC transactions.';
    throw new EngineError('SIMULATOR_SOURCE', `The recording cannot be read: ${messageOf(cause)}. ${hint}`, { cause });
  }
}

function blockTimeOf(json: unknown): number | null {
  const value = (json as { blockTime?: unknown } | null)?.blockTime;
  return typeof value === 'number' ? value : null;
}

function fieldOf(message: Uint8Array, field: number): Uint8Array {
  const reader = new ProtobufReader(message, 0, message.length);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag >>> 3 === field) return reader.view();
    reader.skip(tag);
  }
  throw new EngineError('DECODE_MALFORMED', `The encoded transaction lacks field ${field}.`);
}

/** The transaction info without field 5: the chain gives it its own index. */
function withoutIndex(info: Uint8Array): Uint8Array {
  const reader = new ProtobufReader(info, 0, info.length);
  const parts: Uint8Array[] = [];
  for (let start = 0, tag = reader.tag(); tag !== 0; start = reader.position, tag = reader.tag()) {
    reader.skip(tag);
    if (tag >>> 3 !== 5) parts.push(info.subarray(start, reader.position));
  }
  return Buffer.concat(parts);
}
