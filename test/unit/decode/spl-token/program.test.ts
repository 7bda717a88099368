import { splToken } from '../../../../src/decode/spl-token/program.ts';
import { decodeMadeUp, transfer } from '../../../support/program-calls.ts';
import { keyNamed } from '../../../support/raw-transaction.ts';

function burn(tag: number, amount: bigint) {
  const data = Buffer.alloc(9);
  data[0] = tag;
  data.writeBigUInt64LE(amount, 1);
  return { program: splToken.program, accounts: ['account', 'mint', 'authority'], data };
}

describe('the token program', () => {
  test.each([8, 15])('tag %d burns', (tag) => {
    const { events } = decodeMadeUp(splToken, { calls: [burn(tag, 7n)] });
    expect(events).toMatchObject([
      {
        kind: 'token-burned',
        mint: keyNamed('mint'),
        account: keyNamed('account'),
        authority: keyNamed('authority'),
        amount: 7n,
      },
    ]);
  });

  test('every burn of a batch is told', () => {
    const parts = [burn(8, 1n), transfer('a', 'b', 5n), burn(8, 2n)];
    const data = Buffer.concat([
      Uint8Array.of(255),
      ...parts.flatMap((part) => [Uint8Array.of(3, part.data?.length ?? 0), part.data ?? new Uint8Array(0)]),
    ]);
    const accounts = parts.flatMap((part) => part.accounts ?? []);
    const { events } = decodeMadeUp(splToken, { calls: [{ program: splToken.program, accounts, data }] });
    expect(events).toMatchObject([
      { amount: 1n, ordinal: 0 },
      { amount: 2n, ordinal: 1 },
    ]);
  });

  test('its other instructions leave no trace, not even as unknown', () => {
    const { events, undecoded } = decodeMadeUp(splToken, { calls: [transfer('a', 'b', 1n)] });
    expect([events, undecoded]).toEqual([[], []]);
  });
});
