import fc from 'fast-check';
import { geyser } from '../../../../src/domain/geyser-messages.ts';
import { encodeBase58 } from '../../../../src/lib/base58.ts';
import { UNLIMITED_FILTERS } from '../../../../src/simulator/filters/filter-limits.ts';
import { TransactionFilter } from '../../../../src/simulator/filters/transaction-filter.ts';
import { recordedTransaction } from '../../../../src/simulator/recorded-transactions.ts';
import { sampleTransactions } from '../../../support/samples.ts';
import { aTransaction, uniqueBytes } from '../../../support/simulator.ts';

const POOL = Array.from({ length: 6 }, () => uniqueBytes(32));
const some = fc.subarray(POOL);

function filter(message: object, limits = UNLIMITED_FILTERS): TransactionFilter {
  const request = geyser.SubscribeRequest.fromPartial({ transactions: { it: message } });
  return new TransactionFilter('it', request.transactions['it'] as never, limits);
}

describe('a transaction filter', () => {
  test('wants one of the included, all of the required and none of the excluded keys', () => {
    const texts = (keys: readonly Uint8Array[]) => keys.map((key) => encodeBase58(key));
    fc.assert(
      fc.property(some, some, some, some, fc.boolean(), (keys, include, exclude, required, failed) => {
        const compiled = filter({
          accountInclude: texts(include),
          accountExclude: texts(exclude),
          accountRequired: texts(required),
          failed: false,
        });
        const expected =
          !failed &&
          (include.length === 0 || include.some((key) => keys.includes(key))) &&
          required.every((key) => keys.includes(key)) &&
          !exclude.some((key) => keys.includes(key));
        expect(compiled.matches(aTransaction({ keys, failed }))).toBe(expected);
      }),
    );
  });

  test('tells votes and single signatures apart', () => {
    const vote = aTransaction({ vote: true });
    expect(filter({ vote: false }).matches(vote)).toBe(false);
    expect(filter({ vote: true }).matches(vote)).toBe(true);
    expect(filter({ signature: encodeBase58(vote.signature) }).matches(vote)).toBe(true);
    expect(filter({ signature: encodeBase58(uniqueBytes(64)) }).matches(vote)).toBe(false);
  });

  test('with token-account expansion finds the owners of token accounts that are not among the keys', () => {
    let found = 0;
    for (const { json } of sampleTransactions()) {
      const { transaction } = recordedTransaction(json);
      const meta = json['meta'] as { postTokenBalances?: { owner?: string }[] } | null;
      const keys = new Set(transaction.keys.map((key) => encodeBase58(key)));
      const owner = meta?.postTokenBalances?.find((balance) => balance.owner && !keys.has(balance.owner))?.owner;
      if (owner === undefined) continue;
      found++;
      expect(filter({ accountInclude: [owner] }).matches(transaction)).toBe(false);
      expect(filter({ accountInclude: [owner], tokenAccounts: 0 }).matches(transaction)).toBe(true);
    }
    if (sampleTransactions().length > 0) expect(found).toBeGreaterThan(0);
  });

  test('too wide for the limits is refused in the words of the plugin', () => {
    const keys = POOL.map((key) => encodeBase58(key));
    expect(() => filter({ accountInclude: keys }, { ...UNLIMITED_FILTERS, keysPerList: 5 })).toThrow('only 5 allowed');
    expect(() => filter({}, { ...UNLIMITED_FILTERS, allowAny: false })).toThrow('at least one filter required');
    expect(() => filter({ tokenAccounts: 7 })).toThrow('invalid token_accounts mode value 7');
  });
});
