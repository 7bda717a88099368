import fc from 'fast-check';
import type { Interest, ProgramGroup } from '../../../../src/domain/interest.ts';
import { compressAddresses } from '../../../../src/grpc/subscription/compressed-addresses.ts';
import {
  filterFingerprint,
  groupOfFilter,
  SubscriptionBuilder,
} from '../../../../src/grpc/subscription/subscription-builder.ts';
import { encodeBase58 } from '../../../../src/lib/base58.ts';
import { ALL_GROUPS, GROUPS } from '../../../support/grpc-settings.ts';

const OPTIONS = { commitment: 'processed', includeFailed: false, compressAbove: 100 } as const;
const PUMP = '6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P';

function builder(interests: Record<string, Interest>, options: Partial<typeof OPTIONS> = {}) {
  const monitors = Object.entries(interests).map(([monitor, interest]) => ({ monitor, interest }));
  return new SubscriptionBuilder(GROUPS, monitors, { ...OPTIONS, ...options }, compressAddresses);
}

test('one named filter per group, without votes and failed ones, and slots and block metas on every stream', () => {
  const request = builder({ a: { groups: ALL_GROUPS } }).build(['bonding-curve', 'external-amm'], 77);
  expect(Object.keys(request.transactions)).toEqual(['bonding-curve', 'external-amm']);
  expect(request.transactions['bonding-curve']).toMatchObject({ vote: false, failed: false, accountInclude: [PUMP] });
  expect(request.slots).toEqual({ slots: { interslotUpdates: true } });
  expect(Object.keys(request.blocksMeta)).toEqual(['blocks']);
  expect(request).toMatchObject({ commitment: 0, fromSlot: '77' });
});

test('failed transactions come when they are asked for', () => {
  const request = new SubscriptionBuilder(
    GROUPS,
    [{ monitor: 'a', interest: { groups: ALL_GROUPS } }],
    {
      commitment: 'confirmed',
      includeFailed: true,
      compressAbove: 0,
    },
    compressAddresses,
  ).build(['amm'], null);
  expect(request.transactions['amm']?.failed).toBeUndefined();
  expect(request.commitment).toBe(1);
  expect(request.fromSlot).toBeUndefined();
});

test('account owners travel with the group of their program', () => {
  const build = builder({ a: { groups: ['amm', 'bonding-curve'], accountOwners: [PUMP] } });
  expect(build.build(['bonding-curve'], null).accounts['bonding-curve']?.owner).toEqual([PUMP]);
  expect(build.build(['amm'], null).accounts).toEqual({});
});

test('only wanted groups are opened, the important ones first', () => {
  expect(
    builder({ a: { groups: ['external-amm'] }, b: { groups: ['bonding-curve'] } })
      .wanted()
      .map((group) => group.name),
  ).toEqual(['bonding-curve', 'external-amm']);
});

test('a group that is not configured is named', () => {
  expect(() => builder({ a: { groups: ['nope'] } }).check()).toThrow(
    /Monitor a reads the group nope.*bonding-curve, amm, external-amm/,
  );
});

const someGroups = fc.subarray([...ALL_GROUPS]);

test('what several streams carry together is what one stream would carry', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ minLength: 1 }), fc.record({ groups: someGroups }), { minKeys: 1 }),
      someGroups,
      (interests, half) => {
        const build = builder(interests);
        const wanted = build.wanted().map((group: ProgramGroup) => group.name);
        const left = build.build(
          wanted.filter((name) => half.includes(name)),
          null,
        );
        const right = build.build(
          wanted.filter((name) => !half.includes(name)),
          null,
        );
        const whole = build.build(wanted, null);
        expect({ ...left.transactions, ...right.transactions }).toEqual(whole.transactions);
        for (const name of Object.keys(left.transactions)) expect(right.transactions[name]).toBeUndefined();
        // Every monitor that wants something is served by the whole.
        for (const [monitor, { groups }] of Object.entries(interests)) {
          if (groups.length > 0) expect(build.monitorsOf(wanted)).toContain(monitor);
        }
      },
    ),
  );
});

test('the fingerprint tells filters apart and nothing else', () => {
  const build = builder({ a: { groups: ALL_GROUPS } });
  expect(filterFingerprint(build.build(['amm'], 5))).toBe(filterFingerprint(build.build(['amm'], null)));
  expect(filterFingerprint(build.build(['amm'], null))).not.toBe(
    filterFingerprint(build.build(['external-amm'], null)),
  );
});

const addresses = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    encodeBase58(new Uint8Array(32).fill(1).map((byte, at) => (at < 2 ? (i >> (8 * at)) & 255 : byte))),
  );

test('single addresses travel with the first group of their monitor, with token accounts expanded when asked for', () => {
  const build = builder({
    watch: {
      groups: ['amm', 'bonding-curve'],
      mentions: addresses(3),
      tokenAccounts: 'balance-changed',
      accounts: addresses(2),
    },
  });
  const request = build.build(['amm'], null);
  expect(request.transactions['amm/watch']).toMatchObject({
    accountInclude: addresses(3),
    tokenAccounts: 1,
    vote: false,
  });
  expect(request.accounts['amm/watch']?.account).toEqual(addresses(2));
  expect(Object.keys(build.build(['bonding-curve'], null).transactions)).toEqual(['bonding-curve']);
  expect(groupOfFilter('amm/watch')).toBe('amm');
});

test('a long list becomes one compressed filter, always the same one', () => {
  const build = builder({ watch: { groups: ['amm'], mentions: addresses(500) } });
  const [first, second] = [build.build(['amm'], null), build.build(['amm'], null)];
  const filter = first.transactions['amm/watch'];
  expect(filter?.accountInclude).toEqual([]);
  expect(filter?.cuckooAccountInclude?.data.length).toBeGreaterThan(0);
  expect(filterFingerprint(first)).toBe(filterFingerprint(second));
});

test('where nothing can be compressed the addresses are sent one by one', () => {
  const monitors = [{ monitor: 'watch', interest: { groups: ['amm'], mentions: addresses(500) } }];
  const build = new SubscriptionBuilder(GROUPS, monitors, OPTIONS, () => null);
  expect(build.build(['amm'], null).transactions['amm/watch']?.accountInclude.length).toBe(500);
});
