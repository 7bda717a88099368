import { geyser } from '../../../../src/domain/geyser-messages.ts';
import { encodeBase58 } from '../../../../src/lib/base58.ts';
import { AccountFilter } from '../../../../src/simulator/filters/account-filter.ts';
import { UNLIMITED_FILTERS } from '../../../../src/simulator/filters/filter-limits.ts';
import { anAccountWrite, uniqueBytes } from '../../../support/simulator.ts';

function filter(message: object): AccountFilter {
  const request = geyser.SubscribeRequest.fromPartial({ accounts: { it: message } });
  return new AccountFilter('it', request.accounts['it'] as never, UNLIMITED_FILTERS);
}

const owner = uniqueBytes(32);
const address = uniqueBytes(32);
const write = anAccountWrite({ owner, address, lamports: 500n, data: Uint8Array.of(9, 8, 7, 6) });
const token = (length: number, state: number) => {
  const data = new Uint8Array(length);
  data[108] = state;
  if (length > 165) data[165] = 2;
  return anAccountWrite({ data });
};

describe('an account filter', () => {
  test.each<[string, object, boolean]>([
    ['its address', { account: [encodeBase58(address)] }, true],
    ['another address', { account: [encodeBase58(uniqueBytes(32))] }, false],
    ['its owner', { owner: [encodeBase58(owner)] }, true],
    ['its owner but another address', { owner: [encodeBase58(owner)], account: [encodeBase58(owner)] }, false],
    ['its size', { filters: [{ datasize: '4' }] }, true],
    ['another size', { filters: [{ datasize: '5' }] }, false],
    ['bytes at an offset', { filters: [{ memcmp: { offset: '1', bytes: Uint8Array.of(8, 7) } }] }, true],
    ['bytes in base58', { filters: [{ memcmp: { offset: '0', base58: encodeBase58(Uint8Array.of(9)) } }] }, true],
    ['bytes in base64', { filters: [{ memcmp: { offset: '3', base64: 'Bg==' } }] }, true],
    ['bytes past its end', { filters: [{ memcmp: { offset: '3', bytes: Uint8Array.of(6, 0) } }] }, false],
    ['its lamports', { filters: [{ lamports: { eq: '500' } }] }, true],
    ['more and less lamports', { filters: [{ lamports: { gt: '499' } }, { lamports: { lt: '501' } }] }, true],
    ['not these lamports', { filters: [{ lamports: { ne: '500' } }] }, false],
    ['no signature', { nonemptyTxnSignature: false }, true],
    ['a signature', { nonemptyTxnSignature: true }, false],
  ])('by %s', (_name, message, expected) => {
    expect(filter(message).matches(write)).toBe(expected);
  });

  test('by token account state takes initialised accounts of both token programs', () => {
    const tokens = filter({ filters: [{ tokenAccountState: true }] });
    expect(
      [token(165, 1), token(170, 1), token(165, 0), token(82, 1), token(355, 1)].map((each) => tokens.matches(each)),
    ).toEqual([true, true, false, false, false]);
  });

  test.each<[object, string]>([
    [{ filters: [{}] }, 'filter should be defined'],
    [{ filters: [{ datasize: '1' }, { datasize: '2' }] }, 'datasize used more than once'],
    [{ filters: [{ memcmp: { offset: '0', bytes: new Uint8Array(129) } }] }, 'data too large'],
    [{ filters: [{ memcmp: { offset: '0', base58: '0' } }] }, 'invalid base58'],
    [{ filters: Array.from({ length: 5 }, () => ({ tokenAccountState: true })) }, 'Too many filters provided; max 4'],
    [{ account: ['short'] }, 'wrong size'],
  ])('%j is refused', (message, text) => {
    expect(() => filter(message)).toThrow(text);
  });
});
