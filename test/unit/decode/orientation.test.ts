import fc from 'fast-check';
import { isFlipped, isKeyBefore } from '../../../src/decode/orientation.ts';
import { USD1, USDC, USDT, WRAPPED_SOL } from '../../../src/domain/money.ts';
import { encodeBase58 } from '../../../src/lib/base58.ts';

describe('isFlipped', () => {
  test.each([
    ['a token against SOL', 'token', WRAPPED_SOL, false],
    ['SOL against a token', WRAPPED_SOL, 'token', true],
    ['SOL against USDC: money against money stands as the pool has it', WRAPPED_SOL, USDC, false],
    ['USDC against a token', USDC, 'token', true],
    ['USDT against a token', USDT, 'token', true],
    ['USD1 against a token', USD1, 'token', true],
    ['USD1 against SOL: money against money', USD1, WRAPPED_SOL, false],
    ['a token against a token', 'one', 'two', false],
    ['SOL against nobody knows what', WRAPPED_SOL, null, false],
  ])('%s', (_name, a, b, expected) => {
    expect(isFlipped(a, b)).toBe(expected);
  });
});

test('keys sort as text the way they sort as bytes', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(key, key, (left, right) => {
      expect(isKeyBefore(encodeBase58(left), encodeBase58(right))).toBe(Buffer.compare(left, right) < 0);
    }),
  );
  const small = encodeBase58(Uint8Array.of(...new Array(31).fill(0), 200));
  expect(isKeyBefore(small, encodeBase58(new Uint8Array(32).fill(1)))).toBe(true);
});
