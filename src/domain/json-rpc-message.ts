import { decodeBase58, encodeBase58 } from '../lib/base58.ts';
import { EngineError } from '../lib/errors.ts';
import { asArray, asBigint, asNumber, asObject, asString, type JsonObject } from '../lib/json-value.ts';
import type { ConfigParts, InstructionParts, LookupParts, MessageParts } from './message-parts.ts';
import { encodeParsedInstruction } from './parsed-instruction.ts';
import { parseSerializedTransaction } from './serialized-transaction.ts';

/** The keys of one transaction and where each stands; text that names a key not listed gets a place at the end. */
export class KeyTable {
  readonly staticKeys: Uint8Array[];
  readonly loadedWritable: Uint8Array[];
  readonly loadedReadonly: Uint8Array[];
  readonly #positions: Map<string, number>;

  constructor() {
    this.staticKeys = [];
    this.loadedWritable = [];
    this.loadedReadonly = [];
    this.#positions = new Map();
  }

  /** Called once all keys are known. */
  index(): this {
    const keys = [...this.staticKeys, ...this.loadedWritable, ...this.loadedReadonly];
    for (const [position, key] of keys.entries()) {
      const text = encodeBase58(key);
      if (!this.#positions.has(text)) this.#positions.set(text, position);
    }
    return this;
  }

  position(text: string): number {
    const known = this.#positions.get(text);
    if (known !== undefined) return known;
    const position = this.staticKeys.length + this.loadedWritable.length + this.loadedReadonly.length;
    this.loadedReadonly.push(readKey(text));
    this.#positions.set(text, position);
    return position;
  }
}

/** Turns the `transaction` member of a JSON-RPC answer, in any of its encodings, into one message. */
export function readJsonMessage(
  transaction: unknown,
  meta: JsonObject | null,
  version: unknown,
): [MessageParts, KeyTable] {
  const serialized = serializedForm(transaction);
  if (serialized !== null) return fromSerialized(serialized, meta);
  const object = asObject(transaction);
  const message = asObject(object?.['message']);
  if (object === null || message === null) {
    throw unreadable('it has no "transaction" with a "message" (or a base64 or base58 form of it)');
  }
  return fromJson(object, message, meta, version);
}

function serializedForm(transaction: unknown): Uint8Array | null {
  const pair = asArray(transaction);
  if (pair !== null) {
    const text = asString(pair[0]);
    const encoding = asString(pair[1]);
    if (text === null || (encoding !== 'base64' && encoding !== 'base58')) {
      throw unreadable(`its "transaction" pair has the encoding ${JSON.stringify(pair[1])}, not base64 or base58`);
    }
    return encoding === 'base64' ? Buffer.from(text, 'base64') : decodeBase58(text);
  }
  const text = asString(transaction);
  if (text === null) return null;
  // A bare string does not say which it is; base58 text is also valid base64, so the one that parses wins.
  const base64 = Buffer.from(text, 'base64');
  try {
    parseSerializedTransaction(base64);
    return base64;
  } catch (error) {
    if (/[0OIl+/=]/.test(text)) throw error;
    return decodeBase58(text);
  }
}

function fromSerialized(bytes: Uint8Array, meta: JsonObject | null): [MessageParts, KeyTable] {
  const parts = parseSerializedTransaction(bytes);
  const keys = new KeyTable();
  keys.staticKeys.push(...parts.staticKeys);
  addLoaded(keys, meta);
  keys.index();
  return [withKeys(parts, keys), keys];
}

function withKeys(parts: MessageParts, keys: KeyTable): MessageParts {
  return { ...parts, loadedWritable: keys.loadedWritable, loadedReadonly: keys.loadedReadonly };
}

function addLoaded(keys: KeyTable, meta: JsonObject | null): void {
  const loaded = asObject(meta?.['loadedAddresses']);
  const writable = asArray(loaded?.['writable']) ?? asArray(meta?.['loadedWritableAddresses']) ?? [];
  const readonly = asArray(loaded?.['readonly']) ?? asArray(meta?.['loadedReadonlyAddresses']) ?? [];
  for (const key of writable) keys.loadedWritable.push(readKey(key));
  for (const key of readonly) keys.loadedReadonly.push(readKey(key));
}

function fromJson(
  transaction: JsonObject,
  message: JsonObject,
  meta: JsonObject | null,
  version: unknown,
): [MessageParts, KeyTable] {
  const listed = asArray(message['accountKeys']);
  if (listed === null) throw unreadable('its message has no "accountKeys"');
  const keys = new KeyTable();
  let listsLoaded = false;
  let signers = 0;
  for (const entry of listed) {
    const object = asObject(entry);
    const key = readKey(object === null ? entry : object['pubkey']);
    if (object?.['source'] === 'lookupTable') {
      listsLoaded = true;
      (object['writable'] === true ? keys.loadedWritable : keys.loadedReadonly).push(key);
    } else keys.staticKeys.push(key);
    if (object?.['signer'] === true) signers++;
  }
  if (!listsLoaded) addLoaded(keys, meta);
  keys.index();
  const signatures = (asArray(transaction['signatures']) ?? []).map(readSignature);
  const header = asObject(message['header']);
  const lookups = (asArray(message['addressTableLookups']) ?? []).map(readLookup);
  const config = readConfig(message['transactionConfig'] ?? message['config']);
  const parts: MessageParts = {
    version: readVersion(version, message, lookups.length > 0 || listsLoaded, config !== null),
    signatures,
    header: [
      asNumber(header?.['numRequiredSignatures']) ?? (signers || signatures.length),
      asNumber(header?.['numReadonlySignedAccounts']) ?? 0,
      asNumber(header?.['numReadonlyUnsignedAccounts']) ?? 0,
    ],
    staticKeys: keys.staticKeys,
    loadedWritable: [],
    loadedReadonly: [],
    blockhash: readBytes(message['recentBlockhash']),
    instructions: (asArray(message['instructions']) ?? []).map((each) => readInstruction(each, keys)),
    lookups,
    config,
  };
  return [withKeys(parts, keys), keys];
}

function readVersion(
  stated: unknown,
  message: JsonObject,
  hasLookups: boolean,
  hasConfig: boolean,
): MessageParts['version'] {
  const number = typeof stated === 'number' ? stated : null;
  if (number !== null && number >= 0) return Math.min(number, 254);
  if (hasConfig) return 1;
  if (hasLookups || message['versioned'] === true) return 0;
  return stated === undefined && Array.isArray(message['addressTableLookups']) ? 0 : 'legacy';
}

/** One instruction in the json form (key positions) or the jsonParsed form (key texts, or a parsed object). */
export function readInstruction(value: unknown, keys: KeyTable): InstructionParts {
  const json = asObject(value) ?? {};
  const stackHeight = asNumber(json['stackHeight']);
  const programText = asString(json['programId']);
  if (json['parsed'] !== undefined && programText !== null) {
    const encoded = encodeParsedInstruction(programText, json['parsed']);
    const accounts = (encoded?.accounts ?? []).map((key) => keys.position(key) & 255);
    return {
      programIndex: keys.position(programText),
      accounts: Uint8Array.from(accounts),
      data: encoded?.data ?? new Uint8Array(0),
      stackHeight,
    };
  }
  const programIndex = asNumber(json['programIdIndex']) ?? (programText === null ? null : keys.position(programText));
  if (programIndex === null) throw unreadable('an instruction names no program');
  return { programIndex, accounts: readAccounts(json['accounts'], keys), data: readBytes(json['data']), stackHeight };
}

function readAccounts(value: unknown, keys: KeyTable): Uint8Array {
  if (typeof value === 'string') return decodeBase58(value);
  const positions = (asArray(value) ?? bufferArray(value) ?? []).map((account) => {
    const text = asString(account);
    return (text === null ? (asNumber(account) ?? 0) : keys.position(text)) & 255;
  });
  return Uint8Array.from(positions);
}

function readLookup(value: unknown): LookupParts {
  const json = asObject(value) ?? {};
  return {
    key: readBytes(json['accountKey']),
    writable: readIndexes(json['writableIndexes']),
    readonly: readIndexes(json['readonlyIndexes']),
  };
}

function readIndexes(value: unknown): Uint8Array {
  return Uint8Array.from((asArray(value) ?? bufferArray(value) ?? []).map((index) => (asNumber(index) ?? 0) & 255));
}

function readConfig(value: unknown): ConfigParts | null {
  const json = asObject(value);
  if (json === null) return null;
  return {
    priorityFee: asBigint(json['priorityFee'] ?? json['priorityFeeLamports']),
    computeUnitLimit: asNumber(json['computeUnitLimit']),
    loadedAccountsDataSizeLimit: asNumber(json['loadedAccountsDataSizeLimit']),
    heapSize: asNumber(json['heapSize']),
  };
}

function readSignature(value: unknown): Uint8Array {
  return readBytes(value);
}

/** A key: 32 bytes as base58 text, or as a byte list in dumps of other tools. */
function readKey(value: unknown): Uint8Array {
  const bytes = readBytes(value);
  if (bytes.length !== 32) throw unreadable(`an account key is not 32 bytes: ${JSON.stringify(value)?.slice(0, 60)}`);
  return bytes;
}

function readBytes(value: unknown): Uint8Array {
  if (typeof value === 'string') return decodeBase58(value);
  const pair = asArray(value);
  if (pair !== null && pair.length === 2 && typeof pair[0] === 'string') {
    return pair[1] === 'base64' ? Buffer.from(pair[0], 'base64') : decodeBase58(pair[0]);
  }
  return Uint8Array.from((pair ?? bufferArray(value) ?? []).map((byte) => (asNumber(byte) ?? 0) & 255));
}

/** What JSON.stringify makes of a Buffer: {type: "Buffer", data: [...]}. */
function bufferArray(value: unknown): readonly unknown[] | null {
  return asArray(asObject(value)?.['data']);
}

export function unreadable(what: string): EngineError {
  return new EngineError('DECODE_MALFORMED', `This is no readable JSON-RPC transaction: ${what}.`);
}
