import fc from 'fast-check';
import { ProtobufReader } from '../../../src/lib/protobuf-reader.ts';
import { ProtobufWriter } from '../../../src/lib/protobuf-writer.ts';

function reader(bytes: Uint8Array): ProtobufReader {
  return new ProtobufReader(bytes, 0, bytes.length);
}

const MALFORMED = expect.objectContaining({ code: 'DECODE_MALFORMED' });

test('integers of 64 bits survive the way through the bytes exactly', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.integer({ min: 1, max: 100_000 }), (value, field) => {
      const bytes = reader(new ProtobufWriter(0).uint(field, value).finish());
      expect(bytes.tag()).toBe(field << 3);
      expect(bytes.uint64()).toBe(value);
      expect(bytes.tag()).toBe(0);
    }),
  );
});

test('numbers up to 2^53 read the same as number and as bigint', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const bytes = new ProtobufWriter(0).uint(1, value).finish();
      const asNumber = reader(bytes);
      asNumber.tag();
      expect(asNumber.uint53()).toBe(value);
      const asBigint = reader(bytes);
      asBigint.tag();
      expect(asBigint.uint64()).toBe(BigInt(value));
    }),
  );
});

test('negative numbers are written as ten-byte two’s complement and read back', () => {
  const bytes = reader(new ProtobufWriter(0).uint(1, -5).finish());
  bytes.tag();
  expect(bytes.int53()).toBe(-5);
});

test('fields can be skipped whatever they hold', () => {
  const bytes = new ProtobufWriter(0)
    .uint(1, 300)
    .string(2, 'text')
    .double(3, 1.5)
    .packed(4, [1, 2n, 1_000_000])
    .message(5, (inner) => inner.bool(1, true))
    .bytes(1999, new Uint8Array(1000))
    .finish();
  const fields: number[] = [];
  const each = reader(bytes);
  for (let tag = each.tag(); tag !== 0; tag = each.tag()) {
    fields.push(tag >>> 3);
    each.skip(tag);
  }
  expect(fields).toEqual([1, 2, 3, 4, 5, 1999]);
});

test.each([
  ['a varint without an end', [0x08, 0x80, 0x80]],
  ['a varint of eleven bytes', [0x08, ...new Array<number>(11).fill(0x80), 1]],
  ['a length beyond the end', [0x12, 0x05, 1, 2]],
  ['a length of 2^53 and more', [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
  ['field number 0', [0x00, 0x01]],
  ['a group, which protobuf gave up', [0x0b]],
  ['a fixed number that is cut off', [0x09, 1, 2, 3]],
])('%s is malformed, never a read past the end', (_name, bytes) => {
  expect(() => {
    const each = reader(Uint8Array.from(bytes));
    for (let tag = each.tag(); tag !== 0; tag = each.tag()) each.skip(tag);
  }).toThrow(MALFORMED);
});

test('random bytes either walk to the end or are malformed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const each = reader(bytes);
      try {
        for (let tag = each.tag(); tag !== 0; tag = each.tag()) each.skip(tag);
        expect(each.position).toBe(bytes.length);
      } catch (error) {
        expect(error).toEqual(MALFORMED);
      }
    }),
  );
});
