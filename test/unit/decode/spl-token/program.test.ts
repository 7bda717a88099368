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
    const parts = [burn(8, 10n), transfer('a', 'b', 5n), burn(8, 20n)];
    const data = Buffer.concat([
      Uint8Array.of(255),
      ...parts.flatMap((part) => [Uint8Array.of(3, part.data?.length ?? 0), part.data ?? new Uint8Array(0)]),
    ]);
    const accounts = parts.flatMap((part) => part.accounts ?? []);
    const { events } = decodeMadeUp(splToken, { calls: [{ program: splToken.program, accounts, data }] });
    expect(events).toMatchObject([
      { amount: 10n, ordinal: 0 },
      { amount: 20n, ordinal: 1 },
    ]);
  });

  test('an NFT that is burned, such as that of a position, is kept but no burn of a token', () => {
    const nft = { account: 'account', mint: 'mint', owner: 'owner', before: 1n, after: null, decimals: 0 };
    const { events, undecoded } = decodeMadeUp(splToken, { calls: [burn(8, 1n)], tokens: [nft] });
    expect(events).toMatchObject([{ kind: 'other', source: 'burn', fields: { mint: keyNamed('mint') } }]);
    expect(undecoded).toEqual([]);
    const [dust] = decodeMadeUp(splToken, { calls: [burn(8, 1n)], tokens: [{ ...nft, decimals: 9 }] }).events;
    expect(dust).toMatchObject({ kind: 'token-burned', amount: 1n });
  });

  test('an NFT in a batch does not change the place of the burns after it', () => {
    const parts = [burn(8, 1n), burn(8, 20n)];
    const data = Buffer.concat([
      Uint8Array.of(255),
      ...parts.flatMap((part) => [Uint8Array.of(3, part.data.length), part.data]),
    ]);
    const accounts = parts.flatMap((part) => part.accounts);
    const { events } = decodeMadeUp(splToken, { calls: [{ program: splToken.program, accounts, data }] });
    expect(events).toMatchObject([{ kind: 'other' }, { kind: 'token-burned', amount: 20n, ordinal: 1 }]);
  });

  test('its other instructions leave no trace, not even as unknown', () => {
    const { events, undecoded } = decodeMadeUp(splToken, { calls: [transfer('a', 'b', 1n)] });
    expect([events, undecoded]).toEqual([[], []]);
  });
});
