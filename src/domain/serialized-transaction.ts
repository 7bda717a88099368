import { EngineError } from '../lib/errors.ts';
import type { ConfigParts, InstructionParts, LookupParts, MessageParts } from './message-parts.ts';

/**
 * Reads a transaction in the form it has on the wire between validators: legacy, version 0 and version 1. It checks bounds, not
 * signatures.
 */
export function parseSerializedTransaction(bytes: Uint8Array): MessageParts {
  const cursor = new WireCursor(bytes);
  if (bytes[0] === 0x81) return parseVersion1(cursor);
  if (bytes[0] !== undefined && bytes[0] > 0x81) {
    throw malformed(`its version ${bytes[0] & 0x7f} is not known to this build`);
  }
  const signatures = repeat(cursor.shortLength(), () => cursor.take(64));
  return parseMessage(cursor, signatures);
}

function parseMessage(cursor: WireCursor, signatures: readonly Uint8Array[]): MessageParts {
  let version: 'legacy' | number = 'legacy';
  if (cursor.peek() >= 0x80) {
    version = cursor.byte() & 0x7f;
    if (version !== 0) throw malformed(`its message version ${version} is not known in this form`);
  }
  const header = [cursor.byte(), cursor.byte(), cursor.byte()] as const;
  const staticKeys = repeat(cursor.shortLength(), () => cursor.take(32));
  const blockhash = cursor.take(32);
  const instructions = repeat(cursor.shortLength(), (): InstructionParts => {
    const programIndex = cursor.byte();
    const accounts = cursor.take(cursor.shortLength());
    const data = cursor.take(cursor.shortLength());
    return { programIndex, accounts, data, stackHeight: null };
  });
  const lookups =
    version === 0
      ? repeat(cursor.shortLength(), (): LookupParts => {
          const key = cursor.take(32);
          const writable = cursor.take(cursor.shortLength());
          return { key, writable, readonly: cursor.take(cursor.shortLength()) };
        })
      : [];
  return {
    version,
    signatures,
    header,
    staticKeys,
    loadedWritable: [],
    loadedReadonly: [],
    blockhash,
    instructions,
    lookups,
    config: null,
  };
}

function parseVersion1(cursor: WireCursor): MessageParts {
  cursor.byte();
  const header = [cursor.byte(), cursor.byte(), cursor.byte()] as const;
  const mask = cursor.uint32();
  const blockhash = cursor.take(32);
  const instructionCount = cursor.byte();
  const staticKeys = repeat(cursor.byte(), () => cursor.take(32));
  const config: ConfigParts = {
    priorityFee: (mask & 3) === 0 ? null : cursor.uint64(),
    computeUnitLimit: (mask & 4) === 0 ? null : cursor.uint32(),
    loadedAccountsDataSizeLimit: (mask & 8) === 0 ? null : cursor.uint32(),
    heapSize: (mask & 16) === 0 ? null : cursor.uint32(),
  };
  if (mask >>> 5 !== 0)
    throw malformed(`its configuration mask 0x${mask.toString(16)} has bits this build does not know`);
  const headers = repeat(instructionCount, () => ({
    programIndex: cursor.byte(),
    accounts: cursor.byte(),
    data: cursor.uint16(),
  }));
  const instructions = headers.map(
    (each): InstructionParts => ({
      programIndex: each.programIndex,
      accounts: cursor.take(each.accounts),
      data: cursor.take(each.data),
      stackHeight: null,
    }),
  );
  const signatures = repeat(header[0], () => cursor.take(64));
  return {
    version: 1,
    signatures,
    header,
    staticKeys,
    loadedWritable: [],
    loadedReadonly: [],
    blockhash,
    instructions,
    lookups: [],
    config,
  };
}

class WireCursor {
  readonly #bytes: Uint8Array;
  #position: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#position = 0;
  }

  peek(): number {
    return this.#bytes[this.#position] ?? 0;
  }

  byte(): number {
    return this.take(1)[0] as number;
  }

  uint16(): number {
    return this.byte() | (this.byte() << 8);
  }

  uint32(): number {
    return (this.uint16() | (this.uint16() << 16)) >>> 0;
  }

  uint64(): bigint {
    return BigInt(this.uint32()) | (BigInt(this.uint32()) << 32n);
  }

  /** A length in 1 to 3 bytes of 7 bits each. */
  shortLength(): number {
    let value = 0;
    for (let shift = 0; shift < 21; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw malformed('a length is longer than 3 bytes');
  }

  take(count: number): Uint8Array {
    const end = this.#position + count;
    if (end > this.#bytes.length) throw malformed('it ends too early');
    const view = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return view;
  }
}

/** The cursor's own bounds stop a hostile count: every item takes at least one byte. */
function repeat<T>(count: number, read: () => T): T[] {
  const items: T[] = [];
  for (let index = 0; index < count; index++) items.push(read());
  return items;
}

function malformed(what: string): EngineError {
  return new EngineError('DECODE_MALFORMED', `The serialized transaction cannot be read: ${what}.`);
}
