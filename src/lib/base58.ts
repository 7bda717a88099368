import { EngineError } from './errors.ts';

/**
 * Base58 with Bitcoin's alphabet, as Solana spells keys and signatures. Five characters are worked on at a time (58^5 fits 30
 * bits); what recurs is remembered by its bytes, in a table of fixed size.
 */
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const DIGITS = new Int8Array(128).fill(-1);
for (let digit = 0; digit < 58; digit++) DIGITS[CODES[digit] as number] = digit;

const FIVE = 58 ** 5;
const { floor } = Math;
/** Longer text is no key, signature or instruction: decoding is quadratic, so it is refused. */
const DECODE_CHARACTERS_MAX = 65_536;

const limbs = new Float64Array(64);
const text = Buffer.alloc(5 * 64);

/** Base58 of the bytes in [start, end). */
export function encodeBase58(bytes: Uint8Array, start = 0, end = bytes.length): string {
  if (end - start > 160) return encodeLong(bytes, start, end);
  let first = start;
  while (first < end && bytes[first] === 0) first++;
  const zeros = first - start;
  return spell(zeros, limbs, toLimbs(bytes, first, end, limbs), text);
}

/** The number the bytes spell, two of them at a time. Returns how many limbs are in use. */
function toLimbs(bytes: Uint8Array, first: number, end: number, into: Float64Array): number {
  let used = 0;
  let position = first;
  if ((end - first) % 2 === 1) used = multiplyAdd(into, used, 256, bytes[position++] as number);
  for (; position < end; position += 2) {
    used = multiplyAdd(into, used, 65_536, ((bytes[position] as number) << 8) | (bytes[position + 1] as number));
  }
  return used;
}

/** limbs = limbs × factor + addend, in base 58^5, least significant first. Returns how many limbs are in use. */
function multiplyAdd(into: Float64Array, used: number, factor: number, addend: number): number {
  let carry = addend;
  for (let index = 0; index < used; index++) {
    const value = (into[index] as number) * factor + carry;
    carry = floor(value / FIVE);
    into[index] = value - carry * FIVE;
  }
  if (carry === 0) return used;
  into[used] = carry;
  return used + 1;
}

function spell(zeros: number, from: Float64Array, used: number, into: Buffer): string {
  let position = into.length;
  for (let index = 0; index < used; index++) {
    let value = from[index] as number;
    for (let count = 0; count < 5; count++) {
      const quotient = (value / 58) | 0;
      into[--position] = CODES[value - quotient * 58] as number;
      value = quotient;
    }
  }
  while (position < into.length && into[position] === 0x31) position++;
  const digits = into.toString('latin1', position);
  return zeros === 0 ? digits : '1'.repeat(zeros) + digits;
}

function encodeLong(bytes: Uint8Array, start: number, end: number): string {
  let first = start;
  while (first < end && bytes[first] === 0) first++;
  const wide = new Float64Array(Math.ceil((end - first) / 3) + 2);
  const used = toLimbs(bytes, first, end, wide);
  return spell(first - start, wide, used, Buffer.alloc(5 * used + 5));
}

/** The bytes that `value` spells. */
export function decodeBase58(value: string): Uint8Array {
  if (value.length > DECODE_CHARACTERS_MAX) throw malformed('it is too long');
  let zeros = 0;
  while (zeros < value.length && value.charCodeAt(zeros) === 0x31) zeros++;
  const words = new Float64Array(Math.ceil(((value.length - zeros) * 0.7326) / 2) + 1);
  let used = 0;
  for (let position = zeros; position < value.length; ) {
    let factor = 1;
    let carry = 0;
    for (let count = 0; count < 5 && position < value.length; count++, position++) {
      const digit = DIGITS[value.charCodeAt(position)] ?? -1;
      if (digit < 0) throw malformed(`character ${position + 1} is not in its alphabet`);
      carry = carry * 58 + digit;
      factor *= 58;
    }
    for (let index = 0; index < used; index++) {
      const word = (words[index] as number) * factor + carry;
      carry = floor(word / 65_536);
      words[index] = word - carry * 65_536;
    }
    for (; carry > 0; carry = floor(carry / 65_536)) words[used++] = carry % 65_536;
  }
  const odd = used > 0 && (words[used - 1] as number) < 256 ? 1 : 0;
  const bytes = new Uint8Array(zeros + used * 2 - odd);
  for (let index = 0, position = bytes.length; index < used; index++) {
    const word = words[index] as number;
    bytes[--position] = word & 255;
    if (position > zeros) bytes[--position] = word >>> 8;
  }
  return bytes;
}

function malformed(what: string): EngineError {
  return new EngineError('DECODE_MALFORMED', `This is not base58 text: ${what}.`);
}

const WORDS = 8;

/** Remembers the base58 of 32-byte keys by their bytes: a fixed number of places, the newcomer replaces what it meets. */
export class KeyTextCache {
  readonly #mask: number;
  readonly #words: Int32Array;
  readonly #texts: (string | undefined)[];
  hits: number;
  misses: number;

  /** `places` must be a power of two. */
  constructor(places: number) {
    this.#mask = places - 1;
    this.#words = new Int32Array(places * WORDS);
    this.#texts = new Array<string | undefined>(places).fill(undefined);
    this.hits = 0;
    this.misses = 0;
  }

  /** Base58 of the 32 bytes at `offset`; the caller guarantees that they exist. */
  text(bytes: Uint8Array, offset: number): string {
    const first = word(bytes, offset);
    const third = word(bytes, offset + 12);
    const last = word(bytes, offset + 24);
    const mixed = Math.imul(first ^ Math.imul(third, 0x85ebca6b) ^ (last >>> 7), 0x9e3779b1);
    const place = (mixed ^ (mixed >>> 15)) & this.#mask;
    const words = this.#words;
    const base = place * WORDS;
    const known = this.#texts[place];
    if (
      known !== undefined &&
      words[base] === first &&
      words[base + 3] === third &&
      words[base + 6] === last &&
      words[base + 1] === word(bytes, offset + 4) &&
      words[base + 2] === word(bytes, offset + 8) &&
      words[base + 4] === word(bytes, offset + 16) &&
      words[base + 5] === word(bytes, offset + 20) &&
      words[base + 7] === word(bytes, offset + 28)
    ) {
      this.hits++;
      return known;
    }
    this.misses++;
    const fresh = encodeBase58(bytes, offset, offset + 32);
    this.#texts[place] = fresh;
    for (let index = 0; index < WORDS; index++) words[base + index] = word(bytes, offset + 4 * index);
    return fresh;
  }
}

function word(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset] as number) |
    ((bytes[offset + 1] as number) << 8) |
    ((bytes[offset + 2] as number) << 16) |
    ((bytes[offset + 3] as number) << 24)
  );
}

/** The process's one memory of key texts: about 10 MB when full. A cache changes no result, so sharing it is safe. */
const sharedKeys = new KeyTextCache(65_536);

export function keyText(bytes: Uint8Array, offset: number): string {
  return sharedKeys.text(bytes, offset);
}
