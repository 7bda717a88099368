import { createRequire } from 'node:module';
import fc from 'fast-check';
import { type Field, type FieldType, Layout, layout, layoutWithVariants } from '../../../src/decode/layout.ts';
import { encodeBase58 } from '../../../src/lib/base58.ts';

/** The reference: a layout of @coral-xyz/borsh, as far as these tests use it. */
interface Reference {
  encode(value: unknown, into: Buffer): number;
}
const require = createRequire(import.meta.url);
const borsh = require('@coral-xyz/borsh') as {
  readonly [name: string]: (...args: never[]) => Reference;
};
const BN = require('bn.js') as new (text: string) => object;
const { PublicKey } = require('@solana/web3.js') as { PublicKey: new (bytes: Uint8Array) => object };

/** A type with a reference layout, a value for the reference and what we must read. */
interface Case {
  readonly type: FieldType;
  readonly reference: (name?: string) => Reference;
  readonly given: unknown;
  readonly read: unknown;
}

function call(name: string, ...args: unknown[]): Reference {
  return (borsh[name] as (...args: unknown[]) => Reference)(...args);
}

const small = (type: 'u8' | 'u16' | 'u32' | 'i8' | 'i16' | 'i32', bits: number, signed: boolean) =>
  fc
    .integer({ min: signed ? -(2 ** (bits - 1)) : 0, max: 2 ** (signed ? bits - 1 : bits) - 1 })
    .map((value): Case => ({ type, reference: (name) => call(type, name), given: value, read: value }));

const big = (type: 'u64' | 'u128' | 'i64' | 'i128', bits: number, signed: boolean) =>
  fc
    .bigInt({ min: signed ? -(2n ** BigInt(bits - 1)) : 0n, max: 2n ** BigInt(signed ? bits - 1 : bits) - 1n })
    .map(
      (value): Case => ({ type, reference: (name) => call(type, name), given: new BN(value.toString()), read: value }),
    );

const scalar: fc.Arbitrary<Case> = fc.oneof(
  small('u8', 8, false),
  small('i8', 8, true),
  small('u16', 16, false),
  small('i16', 16, true),
  small('u32', 32, false),
  small('i32', 32, true),
  big('u64', 64, false),
  big('i64', 64, true),
  big('u128', 128, false),
  big('i128', 128, true),
  fc
    .double({ noNaN: true })
    .map((value): Case => ({ type: 'f64', reference: (name) => call('f64', name), given: value, read: value })),
  fc
    .boolean()
    .map((value): Case => ({ type: 'bool', reference: (name) => call('bool', name), given: value, read: value })),
  fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .map((value): Case => ({ type: 'string', reference: (name) => call('str', name), given: value, read: value })),
  fc.uint8Array({ maxLength: 20 }).map(
    (value): Case => ({
      type: 'bytes',
      reference: (name) => call('vecU8', name),
      given: Buffer.from(value),
      read: Buffer.from(value).toString('hex'),
    }),
  ),
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map(
    (value): Case => ({
      type: 'pubkey',
      reference: (name) => call('publicKey', name),
      given: new PublicKey(value),
      read: encodeBase58(value),
    }),
  ),
);

const compound: fc.Arbitrary<Case> = fc.oneof(
  fc.tuple(scalar, fc.boolean()).map(
    ([one, some]): Case => ({
      type: { option: one.type },
      reference: (name) => call('option', one.reference(), name),
      given: some ? one.given : null,
      read: some ? one.read : null,
    }),
  ),
  fc.tuple(scalar, fc.nat({ max: 4 })).map(
    ([one, count]): Case => ({
      type: { vec: one.type },
      reference: (name) => call('vec', one.reference(), name),
      given: new Array(count).fill(one.given),
      read: new Array(count).fill(one.read),
    }),
  ),
  fc.tuple(scalar, fc.nat({ max: 4 })).map(
    ([one, count]): Case => ({
      type: { array: [one.type, count] },
      reference: (name) => call('array', one.reference(), count, name),
      given: new Array(count).fill(one.given),
      read: new Array(count).fill(one.read),
    }),
  ),
  fc.array(scalar, { minLength: 1, maxLength: 4 }).map(
    (members): Case => ({
      type: { struct: members.map((member, index) => [`m${index}`, member.type] as const) },
      reference: (name) =>
        call(
          'struct',
          members.map((member, index) => member.reference(`m${index}`)),
          name,
        ),
      given: Object.fromEntries(members.map((member, index) => [`m${index}`, member.given])),
      read: Object.fromEntries(members.map((member, index) => [`m${index}`, member.read])),
    }),
  ),
);

const cases = fc.array(fc.oneof(scalar, compound), { minLength: 1, maxLength: 8 });

function encode(list: readonly Case[]): Buffer {
  const buffer = Buffer.alloc(20_000);
  const reference = call(
    'struct',
    list.map((each, index) => each.reference(`f${index}`)),
  );
  const given = Object.fromEntries(list.map((each, index) => [`f${index}`, each.given]));
  return buffer.subarray(0, reference.encode(given, buffer));
}

/** Bytes compare as hex, whatever class of bytes they are. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

function fieldsOf(list: readonly Case[], appendedFrom: number): readonly Field[] {
  return list.map(({ type }, index) =>
    index < appendedFrom ? [`f${index}`, type] : [`f${index}`, type, { since: '2025-01' }],
  );
}

test('any layout reads what @coral-xyz/borsh writes for it, wherever it starts', () => {
  fc.assert(
    fc.property(cases, fc.nat({ max: 9 }), (list, offset) => {
      const body = Buffer.concat([Buffer.alloc(offset), encode(list)]);
      const reading = new Layout<object>(fieldsOf(list, list.length), []).read(body, offset);
      expect(plain(reading?.fields)).toEqual(Object.fromEntries(list.map((each, index) => [`f${index}`, each.read])));
      expect(reading?.tail).toBeNull();
    }),
    { numRuns: 300 },
  );
});

test('a body of any earlier length reads as the fields it has: the others are absent and nothing is lost', () => {
  fc.assert(
    fc.property(cases, fc.nat(), (list, cut) => {
      const full = encode(list);
      const body = full.subarray(0, cut % (full.length + 1));
      const reading = new Layout<Record<string, unknown>>(fieldsOf(list, 0), []).read(body, 0);
      expect(reading).not.toBeNull();
      const present = list.filter((_, index) => reading?.fields[`f${index}`] !== undefined).length;
      for (const [index, each] of list.entries()) {
        expect(plain(reading?.fields[`f${index}`])).toEqual(index < present ? each.read : undefined);
      }
      const used = encode(list.slice(0, present)).length;
      expect(reading?.tail?.length ?? 0).toBe(body.length - used);
    }),
    { numRuns: 300 },
  );
});

test('a body that lacks a field it must have is not read at all', () => {
  const required = layout([
    ['a', 'u64'],
    ['b', 'pubkey'],
    ['c', 'bool', { since: '2025-05' }],
  ]);
  expect(required.read(Buffer.alloc(39), 0)).toBeNull();
  expect(required.read(Buffer.alloc(40), 0)?.fields.c).toBeUndefined();
});

test('bytes past the longest layout are kept as they are', () => {
  const reading = layout([['a', 'u16']]).read(Buffer.from('0100aabbcc', 'hex'), 0);
  expect(reading?.fields).toEqual({ a: 1 });
  expect(Buffer.from(reading?.tail ?? []).toString('hex')).toBe('aabbcc');
});

test('a body inside larger bytes ends where it is said to end', () => {
  const reading = layout([
    ['a', 'u8'],
    ['b', 'u8', { since: '2025-05' }],
  ]).read(Buffer.from('00010203', 'hex'), 1, 2);
  expect(reading).toEqual({ fields: { a: 1, b: undefined }, tail: null });
});

test.each([
  ['vec of pubkeys', { vec: 'pubkey' }],
  ['vec of bytes', { vec: 'u8' }],
  ['vec of vecs', { vec: { vec: 'u8' } }],
  ['string', 'string'],
  ['bytes', 'bytes'],
] as const)('a hostile length of a %s allocates nothing', (_name, type) => {
  const hostile = new Layout<object>([['list', type as FieldType]], []);
  const before = process.memoryUsage().arrayBuffers;
  for (let count = 0; count < 1000; count++) {
    expect(hostile.read(Buffer.from('ffffffff0000000000000000', 'hex'), 0)).toBeNull();
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
});

test('random bytes never make a layout throw', () => {
  fc.assert(
    fc.property(cases, fc.uint8Array({ maxLength: 300 }), (list, bytes) => {
      expect(() => new Layout<object>(fieldsOf(list, 1), []).read(bytes, 0)).not.toThrow();
    }),
  );
});

test('an enum is read as its name, an index past its end keeps its number', () => {
  const status = layout([['status', { enum: ['Paused', 'Active'] }]]);
  expect(status.read(Buffer.from([1]), 0)?.fields.status).toBe('Active');
  expect(status.read(Buffer.from([9]), 0)?.fields.status).toBe('unknown(9)');
});

test('where history changed the fields, the length decides which ones hold', () => {
  const changed = layoutWithVariants([['new', 'u64']], [{ lengthMin: 0, lengthMax: 4, fields: [['old', 'u32']] }]);
  expect(changed.read(Buffer.from('05000000', 'hex'), 0)?.fields).toEqual({ old: 5 });
  expect(changed.read(Buffer.from('0500000000000000', 'hex'), 0)?.fields).toEqual({ new: 5n });
});

test('a layout that cannot work is refused when it is written, not when it meets bytes', () => {
  expect(() => new Layout([['a', { vec: { struct: [] } }]], [])).toThrow(/no bytes/);
  expect(() => new Layout([['not a name', 'u8']], [])).toThrow(/no identifier/);
});
