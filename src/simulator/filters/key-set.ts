import { decodeBase58 } from '../../lib/base58.ts';

/** Keys and signatures as text that a Set can hold: one character a byte, so nothing is hashed or spelled. */
export function keyString(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

export function keyBytes(key: string): Uint8Array {
  return Buffer.from(key, 'latin1');
}

/** The public keys of a filter, decoded from base58; throws the plugin's words for one that is none. */
export function publicKeys(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.map((text) => keyString(decodeExactly(text, 32))));
}

export function decodeExactly(text: string, length: number): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = decodeBase58(text);
  } catch {
    throw new FilterProblem('Invalid Base58 string');
  }
  if (bytes.length !== length) throw new FilterProblem('String is the wrong size');
  return bytes;
}

/** What is wrong with a subscribe request; the server answers INVALID_ARGUMENT "failed to create filter: …". */
export class FilterProblem extends Error {}
