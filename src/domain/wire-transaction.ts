import { encodeBase58, keyText } from '../lib/base58.ts';
import { EngineError } from '../lib/errors.ts';
import { ProtobufReader } from '../lib/protobuf-reader.ts';
import type { Instruction, TokenBalance, Transaction, TransactionVersion } from './transaction.ts';
import { nestedReader, readTimestampMs } from './update-reader.ts';
import { flatten, readInnerGroup, WireInstruction } from './wire-instruction.ts';
import { logTexts, readBalances, readLogSpans, readTokenBalances } from './wire-meta.ts';

/** What `version` says when the message carries fields that no version known to this build has. */
export const UNKNOWN_VERSION = 255;
/** Our own field of the Message for versions that the published protobuf cannot spell; other readers skip it. */
export const VERSION_FIELD = 1999;

const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * Reads the transaction of a serialized SubscribeUpdate. The bytes are walked once, only positions are kept; text, balances and logs
 * are made when somebody asks. Throws DECODE_MALFORMED for bytes that are no such update.
 */
export function readTransaction(bytes: Uint8Array): Transaction {
  return new WireTransaction(bytes);
}

class WireTransaction implements Transaction {
  readonly bytes: Uint8Array;
  slot = 0;
  index = 0;
  signature: Uint8Array = NO_BYTES;
  isVote = false;
  failed = false;
  version: TransactionVersion = 'legacy';
  error: Uint8Array | null = null;
  fee = 0n;
  hasInner = false;
  createdAtMs: number | null = null;
  instructions: readonly Instruction[] = [];
  /** Where each key starts in the bytes; −1 for a key that is not 32 bytes long. */
  readonly #keys: number[] = [];
  readonly #loadedReadonly: number[] = [];
  #hasMeta = false;
  #metaStart = 0;
  #metaEnd = 0;
  #hasLogs = false;
  #signatureText: string | null = null;
  #logs: readonly string[] | null = null;
  #logSpans: readonly number[] | null = null;
  #preBalances: readonly bigint[] | null = null;
  #postBalances: readonly bigint[] | null = null;
  #preTokenBalances: readonly TokenBalance[] | null = null;
  #postTokenBalances: readonly TokenBalance[] | null = null;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    const reader = new ProtobufReader(bytes, 0, bytes.length);
    let found = false;
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === 34) {
        found = true;
        this.#readUpdate(nestedReader(reader));
      } else if (tag === 90) this.createdAtMs = readTimestampMs(reader);
      else reader.skip(tag);
    }
    if (!found) throw malformed('it carries no transaction');
  }

  #readUpdate(reader: ProtobufReader): void {
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === 10) this.#readInfo(nestedReader(reader));
      else if (tag === 16) this.slot = reader.uint53();
      else reader.skip(tag);
    }
  }

  #readInfo(reader: ProtobufReader): void {
    const outer: Instruction[] = [];
    const inner: Instruction[] = [];
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === 10) this.signature = reader.view();
      else if (tag === 16) this.isVote = reader.uint32() !== 0;
      else if (tag === 26) this.#readTransaction(nestedReader(reader), outer);
      else if (tag === 34) this.#readMeta(nestedReader(reader), inner);
      else if (tag === 40) this.index = reader.uint53();
      else reader.skip(tag);
    }
    for (const start of this.#loadedReadonly) this.#keys.push(start);
    this.instructions = inner.length === 0 ? outer : flatten(outer, inner);
  }

  #readTransaction(reader: ProtobufReader, outer: Instruction[]): void {
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === 18) this.#readMessage(nestedReader(reader), outer);
      else if (tag === 10 && this.signature.length === 0) this.signature = reader.view();
      else reader.skip(tag);
    }
  }

  #readMessage(reader: ProtobufReader, outer: Instruction[]): void {
    let versioned = false;
    let hasConfig = false;
    let stated = -1;
    const keys: number[] = [];
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === 18) keys.push(readKeyStart(reader));
      else if (tag === 34) outer.push(new WireInstruction(reader, reader.length(), outer.length, -1));
      else if (tag === 40) versioned = reader.uint32() !== 0;
      else if (tag === 58) {
        hasConfig = true;
        reader.skip(tag);
      } else if (tag === VERSION_FIELD << 3) stated = reader.uint32();
      else {
        if (tag >>> 3 > 7 && stated < 0) stated = UNKNOWN_VERSION;
        reader.skip(tag);
      }
    }
    // Static keys stand before the loaded ones, whatever order the fields came in.
    this.#keys.unshift(...keys);
    if (stated >= 0) this.version = stated;
    else if (hasConfig) this.version = 1;
    else if (versioned) this.version = 0;
  }

  #readMeta(reader: ProtobufReader, inner: Instruction[]): void {
    this.#hasMeta = true;
    this.#metaStart = reader.position;
    this.#metaEnd = reader.end;
    let innerNone = false;
    let logsNone = false;
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === 42) readInnerGroup(reader, inner);
      else if (tag === 10) this.#readError(nestedReader(reader));
      else if (tag === 16) this.fee = reader.uint64();
      else if (tag === 80) innerNone = reader.uint32() !== 0;
      else if (tag === 88) logsNone = reader.uint32() !== 0;
      else if (tag === 98) this.#keys.push(readKeyStart(reader));
      else if (tag === 106) this.#loadedReadonly.push(readKeyStart(reader));
      else reader.skip(tag);
    }
    this.hasInner = !innerNone;
    this.#hasLogs = !logsNone;
  }

  #readError(reader: ProtobufReader): void {
    this.failed = true;
    this.error = NO_BYTES;
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === 10) this.error = reader.view();
      else reader.skip(tag);
    }
  }

  get signatureText(): string {
    this.#signatureText ??= encodeBase58(this.signature);
    return this.#signatureText;
  }

  get keyCount(): number {
    return this.#keys.length;
  }

  key(index: number): string {
    const start = this.#keys[index] ?? -1;
    return start < 0 ? '' : keyText(this.bytes, start);
  }

  keyBytes(index: number): Uint8Array {
    const start = this.#keys[index] ?? -1;
    return start < 0 ? NO_BYTES : this.bytes.subarray(start, start + 32);
  }

  keyOffset(index: number): number {
    return this.#keys[index] ?? -1;
  }

  get logs(): readonly string[] | null {
    const spans = this.logSpans;
    if (spans === null) return null;
    this.#logs ??= logTexts(this.bytes, spans);
    return this.#logs;
  }

  get logSpans(): readonly number[] | null {
    if (!this.#hasLogs) return null;
    this.#logSpans ??= readLogSpans(this.#meta());
    return this.#logSpans;
  }

  get preBalances(): readonly bigint[] {
    this.#preBalances ??= readable(() => readBalances(this.#meta(), 3));
    return this.#preBalances;
  }

  get postBalances(): readonly bigint[] {
    this.#postBalances ??= readable(() => readBalances(this.#meta(), 4));
    return this.#postBalances;
  }

  get preTokenBalances(): readonly TokenBalance[] | null {
    this.#preTokenBalances ??= readable(() => readTokenBalances(this.#meta(), 7));
    return this.#recordedOrNull(this.#preTokenBalances);
  }

  get postTokenBalances(): readonly TokenBalance[] | null {
    this.#postTokenBalances ??= readable(() => readTokenBalances(this.#meta(), 8));
    return this.#recordedOrNull(this.#postTokenBalances);
  }

  /** The wire cannot say "not recorded"; but every executed transaction has lamport balances, so without any nothing was recorded. */
  #recordedOrNull(balances: readonly TokenBalance[]): readonly TokenBalance[] | null {
    if (balances.length > 0) return balances;
    return this.#hasMeta && this.preBalances.length > 0 ? balances : null;
  }

  #meta(): ProtobufReader {
    return new ProtobufReader(this.bytes, this.#metaStart, this.#metaEnd);
  }
}

/** What is read late must not throw late: balances that cannot be read count as not recorded. */
function readable<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch {
    return [];
  }
}

function readKeyStart(reader: ProtobufReader): number {
  const end = reader.length();
  const start = reader.position;
  reader.position = end;
  return end - start === 32 ? start : -1;
}

function malformed(what: string): EngineError {
  return new EngineError('DECODE_MALFORMED', `The transaction update is malformed: ${what}.`);
}
