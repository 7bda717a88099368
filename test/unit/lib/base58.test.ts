import { createRequire } from 'node:module';
import fc from 'fast-check';
import { decodeBase58, encodeBase58, KeyTextCache } from '../../../src/lib/base58.ts';

const bs58 = createRequire(import.meta.url)('bs58') as
  | { encode(bytes: Uint8Array): string; decode(text: string): Uint8Array }
  | { default: { encode(bytes: Uint8Array): string; decode(text: string): Uint8Array } };
const reference = 'default' in bs58 ? bs58.default : bs58;

const leadingZeros = fc
  .tuple(fc.nat({ max: 40 }), fc.uint8Array({ maxLength: 200 }))
  .map(([zeros, bytes]) => Uint8Array.from([...new Array<number>(zeros).fill(0), ...bytes]));

test('it spells any bytes as bs58 does, leading zeros included', () => {
  fc.assert(
    fc.property(leadingZeros, (bytes) => {
      expect(encodeBase58(bytes)).toBe(reference.encode(bytes));
    }),
  );
});

test('it reads back what it spelled', () => {
  fc.assert(
    fc.property(leadingZeros, (bytes) => {
      expect([...decodeBase58(encodeBase58(bytes))]).toEqual([...bytes]);
    }),
  );
});

test('it spells a range inside larger bytes', () => {
  const bytes = Uint8Array.from({ length: 96 }, (_, index) => (index * 37) & 255);
  expect(encodeBase58(bytes, 32, 64)).toBe(reference.encode(bytes.slice(32, 64)));
});

test('text with a foreign character is refused by position, not guessed', () => {
  expect(() => decodeBase58('abc0def')).toThrow(/character 4/);
  expect(() => decodeBase58('é')).toThrow(expect.objectContaining({ code: 'DECODE_MALFORMED' }));
});

test('text of absurd length is refused before any work', () => {
  expect(() => decodeBase58('2'.repeat(1_000_000))).toThrow(/too long/);
});

test('the cache of key texts answers like the plain function, however small it is', () => {
  const cache = new KeyTextCache(4);
  const keys = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(keys, (list) => {
      for (const key of [...list, ...list]) expect(cache.text(key, 0)).toBe(reference.encode(key));
    }),
  );
  expect(cache.hits).toBeGreaterThan(0);
});

test('keys that differ in a single byte never share a text', () => {
  const cache = new KeyTextCache(1);
  const key = new Uint8Array(32).fill(5);
  for (let index = 0; index < 32; index++) {
    const other = key.slice();
    other[index] = 6;
    cache.text(key, 0);
    expect(cache.text(other, 0)).toBe(reference.encode(other));
  }
});
