import { FilterProblem } from './key-set.ts';

/** The compressed key set of a subscribe request (`geyser.CuckooFilter`). */
export interface CuckooFilterMessage {
  readonly data: Uint8Array;
  readonly bucketCount: number;
  readonly entriesPerBucket: number;
  readonly fingerprintBits: number;
  readonly hashSeed: string;
}

const MASK = 0xffffffffffffffffn;

/** Membership in a compressed key set: never a false no, now and then a false yes. It is only read here, never built. */
export class CuckooFilter {
  readonly #buckets: Uint16Array;
  readonly #entries: number;
  readonly #mask: number;
  readonly #seed: bigint;

  constructor(message: CuckooFilterMessage) {
    const expected = message.bucketCount * message.entriesPerBucket * 2;
    const powerOfTwo = message.bucketCount > 0 && (message.bucketCount & (message.bucketCount - 1)) === 0;
    if (message.fingerprintBits !== 16 || !powerOfTwo || message.data.length !== expected) {
      throw new FilterProblem('the cuckoo filter is malformed');
    }
    this.#buckets = new Uint16Array(expected / 2);
    const view = new DataView(message.data.buffer, message.data.byteOffset, message.data.length);
    for (let i = 0; i < this.#buckets.length; i++) this.#buckets[i] = view.getUint16(i * 2, true);
    this.#entries = message.entriesPerBucket;
    this.#mask = message.bucketCount - 1;
    this.#seed = BigInt(message.hashSeed);
  }

  has(key: Uint8Array): boolean {
    const hash = this.#hash(withLength(key));
    const fingerprint = fingerprintOf(hash);
    const first = Number(hash & BigInt(this.#mask));
    const second = first ^ Number(this.#hash(littleEndian16(fingerprint)) & BigInt(this.#mask));
    return this.#holds(first, fingerprint) || this.#holds(second, fingerprint);
  }

  #holds(bucket: number, fingerprint: number): boolean {
    const start = bucket * this.#entries;
    for (let i = start; i < start + this.#entries; i++) if (this.#buckets[i] === fingerprint) return true;
    return false;
  }

  #hash(bytes: Uint8Array): bigint {
    return sipHash24(this.#seed, rotate(this.#seed, 32n), bytes);
  }
}

/** Bits 32 to 47 of the hash; 0 would mean an empty place. */
function fingerprintOf(hash: bigint): number {
  const fingerprint = Number((hash >> 32n) & 0xffffn);
  return fingerprint === 0 ? 1 : fingerprint;
}

/** A key is hashed as an array: its length, 8 bytes little-endian, comes first. */
function withLength(key: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(8 + key.length);
  bytes.writeUInt32LE(key.length);
  bytes.set(key, 8);
  return bytes;
}

function littleEndian16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}

/** SipHash-2-4 of Aumasson and Bernstein, on 64-bit integers. */
export function sipHash24(key0: bigint, key1: bigint, bytes: Uint8Array): bigint {
  let v0 = key0 ^ 0x736f6d6570736575n;
  let v1 = key1 ^ 0x646f72616e646f6dn;
  let v2 = key0 ^ 0x6c7967656e657261n;
  let v3 = key1 ^ 0x7465646279746573n;
  const round = (): void => {
    v0 = (v0 + v1) & MASK;
    v2 = (v2 + v3) & MASK;
    v1 = rotate(v1, 13n) ^ v0;
    v3 = rotate(v3, 16n) ^ v2;
    v0 = rotate(v0, 32n);
    v2 = (v2 + v1) & MASK;
    v0 = (v0 + v3) & MASK;
    v1 = rotate(v1, 17n) ^ v2;
    v3 = rotate(v3, 21n) ^ v0;
    v2 = rotate(v2, 32n);
  };
  const padded = Buffer.alloc((Math.floor(bytes.length / 8) + 1) * 8);
  padded.set(bytes);
  padded[padded.length - 1] = bytes.length & 0xff;
  for (let at = 0; at < padded.length; at += 8) {
    const word = padded.readBigUInt64LE(at);
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
  v2 ^= 0xffn;
  for (let i = 0; i < 4; i++) round();
  return v0 ^ v1 ^ v2 ^ v3;
}

function rotate(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK;
}
