import { createRequire } from 'node:module';
import { CuckooFilter } from '../../../../src/simulator/filters/cuckoo-filter.ts';
import { uniqueBytes } from '../../../support/simulator.ts';

const { CompressedAccountFilterSet } = createRequire(import.meta.url)(
  'helius-laserstream',
) as typeof import('helius-laserstream');

interface ForeignFilter {
  readonly data: string;
  readonly bucketCount: number;
  readonly entriesPerBucket: number;
  readonly fingerprintBits: number;
  readonly hashSeed: string | bigint;
}

describe('a compressed key set', () => {
  test('made by a foreign client is read: every key of it is in, hardly any other', () => {
    const keys = Array.from({ length: 2_000 }, () => uniqueBytes(32));
    const set = new CompressedAccountFilterSet(keys.length);
    for (const key of keys) set.insert(key);
    const request: { accounts: Record<string, { cuckooAccountsFilter: ForeignFilter }> } = { accounts: {} };
    set.insertIntoSubscribeRequest(request as never, 'many');
    const foreign = (request.accounts['many'] as { cuckooAccountsFilter: ForeignFilter }).cuckooAccountsFilter;
    const data = Buffer.from(foreign.data, 'base64');
    const filter = new CuckooFilter({ ...foreign, data, hashSeed: String(foreign.hashSeed) });
    expect(keys.filter((key) => !filter.has(key))).toEqual([]);
    const strangers = Array.from({ length: 2_000 }, () => uniqueBytes(32));
    expect(strangers.filter((key) => filter.has(key)).length).toBeLessThan(20);
  });

  test('that is malformed is refused', () => {
    const message = {
      data: new Uint8Array(7),
      bucketCount: 1,
      entriesPerBucket: 4,
      fingerprintBits: 16,
      hashSeed: '1',
    };
    expect(() => new CuckooFilter(message)).toThrow('malformed');
  });
});
