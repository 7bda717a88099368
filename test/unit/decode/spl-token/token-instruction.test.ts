import fc from 'fast-check';
import { readTokenInstruction } from '../../../../src/decode/spl-token/token-instruction.ts';

function data(tag: number, amount: bigint, ...rest: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(9);
  bytes[0] = tag;
  bytes.writeBigUInt64LE(amount, 1);
  return Buffer.concat([bytes, Uint8Array.from(rest)]);
}

const ACCOUNTS = Uint8Array.of(10, 11, 12, 13);

describe('readTokenInstruction', () => {
  test.each([
    ['a transfer', data(3, 5n), { action: 'transfer', source: 10, destination: 11, mint: -1, amount: 5n }],
    ['a checked transfer', data(12, 5n, 6), { action: 'transfer', source: 10, mint: 11, destination: 12, decimals: 6 }],
    ['a mint', data(7, 5n), { action: 'mint', source: -1, mint: 10, destination: 11, amount: 5n }],
    ['a checked mint', data(14, 5n, 6), { action: 'mint', destination: 11, decimals: 6 }],
    ['a burn', data(8, 5n), { action: 'burn', source: 10, mint: 11, destination: -1, authority: 12 }],
    ['a checked burn', data(15, 5n, 6), { action: 'burn', source: 10, amount: 5n }],
  ])('reads %s', (_name, bytes, expected) => {
    expect(readTokenInstruction(bytes, ACCOUNTS)).toMatchObject([expected]);
  });

  test('a transfer with fee tells what was withheld', () => {
    const bytes = Buffer.alloc(19);
    bytes[0] = 26;
    bytes[1] = 1;
    bytes.writeBigUInt64LE(100n, 2);
    bytes[10] = 9;
    bytes.writeBigUInt64LE(3n, 11);
    expect(readTokenInstruction(bytes, ACCOUNTS)).toMatchObject([
      { action: 'transfer', amount: 100n, fee: 3n, decimals: 9 },
    ]);
  });

  test('a batch is its parts, each with its own accounts', () => {
    const parts = [data(3, 1n), data(8, 2n)];
    const batch = Buffer.concat([
      Uint8Array.of(255),
      ...parts.flatMap((part) => [Uint8Array.of(3, part.length), part]),
    ]);
    const accounts = Uint8Array.of(1, 2, 3, 4, 5, 6);
    expect(readTokenInstruction(batch, accounts)).toMatchObject([
      { action: 'transfer', source: 1, destination: 2, amount: 1n },
      { action: 'burn', source: 4, mint: 5, amount: 2n },
    ]);
  });

  test('nothing in any bytes makes it throw, and what is cut off moves nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 12 }), (bytes, accounts) => {
        for (const part of readTokenInstruction(bytes, accounts)) expect(part.amount).toBeGreaterThanOrEqual(0n);
      }),
    );
    expect(readTokenInstruction(data(3, 5n).subarray(0, 8), ACCOUNTS)).toEqual([]);
    expect(readTokenInstruction(data(3, 5n), Uint8Array.of(1))).toEqual([]);
  });
});
