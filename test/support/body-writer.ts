import type { Field, FieldType } from '../../src/decode/layout.ts';
import { decodeBase58 } from '../../src/lib/base58.ts';
import { keyNamed } from './raw-transaction.ts';

/** Values by field name; what is not named is zero, empty, or the first of its kind. */
export type Values = Readonly<Record<string, unknown>>;

/** Writes the body a layout reads: the other direction, made for tests only. Fields named in `without` and all after them are left out. */
export function writeBody(fields: readonly Field[], values: Values = {}, until?: string): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [name, type] of fields) {
    if (name === until) break;
    parts.push(writeValue(type, values[name]));
  }
  return Buffer.concat(parts);
}

const SIZES: Readonly<Record<string, number>> = {
  u8: 1,
  i8: 1,
  bool: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  u64: 8,
  i64: 8,
  f64: 8,
  u128: 16,
  i128: 16,
};

function writeValue(type: FieldType, value: unknown): Uint8Array {
  if (type === 'pubkey') return decodeBase58(keyNamed(typeof value === 'string' ? value : 'nobody'));
  if (type === 'string' || type === 'bytes') return withLength(Buffer.from(String(value ?? '')));
  if (typeof type === 'string') return writeNumber(SIZES[type] as number, value);
  if ('option' in type) {
    return value == null ? Uint8Array.of(0) : Buffer.concat([Uint8Array.of(1), writeValue(type.option, value)]);
  }
  if ('vec' in type) {
    const items = Array.isArray(value) ? value : [];
    const count = Buffer.alloc(4);
    count.writeUInt32LE(items.length);
    return Buffer.concat([count, ...items.map((item) => writeValue(type.vec, item))]);
  }
  if ('array' in type) {
    const items = Array.isArray(value) ? value : [];
    return Buffer.concat(Array.from({ length: type.array[1] }, (_, index) => writeValue(type.array[0], items[index])));
  }
  if ('blob' in type) return Buffer.alloc(type.blob);
  if ('struct' in type) return writeBody(type.struct, (value ?? {}) as Values);
  if ('enum' in type) return Uint8Array.of(Math.max(type.enum.indexOf(String(value)), 0));
  const variant = (value ?? {}) as Values;
  const index = Math.max(
    type.variants.findIndex(([name]) => name === variant['variant']),
    0,
  );
  return Buffer.concat([Uint8Array.of(index), writeBody(type.variants[index]?.[1] ?? [], variant)]);
}

function writeNumber(size: number, value: unknown): Uint8Array {
  const bytes = new Uint8Array(size);
  let rest = BigInt.asUintN(size * 8, BigInt((value ?? 0) as bigint | number | boolean));
  for (let index = 0; index < size; index += 1) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

function withLength(bytes: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}
