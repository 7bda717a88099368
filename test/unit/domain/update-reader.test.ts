import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { geyser, type SubscribeUpdate } from '../../../src/domain/geyser-messages.ts';
import {
  accountSlot,
  createdAtMs,
  filtersOf,
  readAccountWrite,
  readBlockMeta,
  readSlotNotice,
  updateKind,
} from '../../../src/domain/update-reader.ts';
import { encodeBase58 } from '../../../src/lib/base58.ts';
import { samplesFolder } from '../../support/samples.ts';

function encode(partial: object): Uint8Array {
  const codec = geyser.SubscribeUpdate as unknown as { fromPartial(value: object): SubscribeUpdate };
  return geyser.SubscribeUpdate.encode(codec.fromPartial(partial)).finish();
}

const MALFORMED = expect.objectContaining({ code: 'DECODE_MALFORMED' });

test.each([
  [{ ping: {} }, 'ping'],
  [{ pong: { id: 1 } }, 'pong'],
  [{ slot: { slot: '1' } }, 'slot'],
  [{ entry: { slot: '1' } }, 'entry'],
  [{ block: { slot: '1' } }, 'block'],
  [{ blockMeta: { slot: '1' } }, 'blockMeta'],
  [{ account: { slot: '1' } }, 'account'],
  [{ transaction: { slot: '1' } }, 'transaction'],
  [{ transactionStatus: { slot: '1' } }, 'transactionStatus'],
])('the kind of %j is told without reading it', (partial, kind) => {
  expect(updateKind(encode({ filters: ['a', 'b'], ...partial }))).toBe(kind);
});

test('a kind nobody knows yet is null, not an error', () => {
  expect(updateKind(Uint8Array.of(0x0a, 0x01, 0x61, 0xf2, 0x01, 0x00))).toBeNull();
});

test('so is a status of a slot that nobody knows yet', () => {
  expect(readSlotNotice(encode({ slot: { slot: '5', status: 6 } }))).toEqual({ slot: 5, parent: null, status: 'dead' });
  expect(readSlotNotice(encode({ slot: { slot: '5', status: 7 } }))).toBeNull();
});

test('filters and the time of making are read', () => {
  const bytes = encode({ filters: ['bonding-curve', 'amm'], ping: {}, createdAt: new Date(1_790_000_000_123) });
  expect(filtersOf(bytes)).toEqual(['bonding-curve', 'amm']);
  expect(createdAtMs(bytes)).toBe(1_790_000_000_123);
  expect(createdAtMs(encode({ ping: {} }))).toBeNull();
});

test('an account write is read with its owner, data and writer', () => {
  const account = {
    pubkey: new Uint8Array(32).fill(1),
    lamports: '18446744073709551615',
    owner: new Uint8Array(32).fill(2),
    executable: false,
    rentEpoch: '18446744073709551615',
    data: Uint8Array.of(1, 2, 3),
    writeVersion: '9007199254740993',
    txnSignature: new Uint8Array(64).fill(3),
  };
  const bytes = encode({ account: { slot: '77', isStartup: false, account } });
  expect(accountSlot(bytes)).toBe(77);
  const write = readAccountWrite(bytes);
  expect({ ...write, data: [...write.data], signature: [...write.signature] }).toEqual({
    slot: 77,
    address: encodeBase58(account.pubkey),
    owner: encodeBase58(account.owner),
    lamports: 18_446_744_073_709_551_615n,
    data: [1, 2, 3],
    writeVersion: 9_007_199_254_740_993n,
    signature: [...account.txnSignature],
  });
});

test('an update of another kind, or of none, is malformed to who expects this one', () => {
  expect(() => readSlotNotice(encode({ ping: {} }))).toThrow(MALFORMED);
  expect(() => readAccountWrite(encode({ account: { slot: '1' } }))).toThrow(MALFORMED);
  expect(() => readBlockMeta(new Uint8Array(0))).toThrow(MALFORMED);
});

const capture = join(samplesFolder() ?? '', 'streams', 'slots-398202773-398202820.bin');
(existsSync(capture) ? describe : describe.skip)('a real capture of 40,186 updates', () => {
  test('every slot status and block meta reads the same as with the generated codec', () => {
    const bytes = readFileSync(capture);
    const counts: Record<string, number> = {};
    for (let position = 0; position < bytes.length; ) {
      const length = bytes.readUInt32BE(position);
      const update = bytes.subarray(position + 4, position + 4 + length);
      position += 4 + length;
      const kind = updateKind(update) ?? 'unknown';
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (kind === 'slot') {
        const { slot } = geyser.SubscribeUpdate.decode(update);
        const notice = readSlotNotice(update);
        expect([notice?.slot, notice?.parent]).toEqual([
          Number(slot?.slot),
          slot?.parent === undefined ? null : Number(slot.parent),
        ]);
        expect(NAMES[slot?.status ?? -1]).toBe(notice?.status);
      } else if (kind === 'blockMeta') {
        const { blockMeta } = geyser.SubscribeUpdate.decode(update);
        expect(readBlockMeta(update)).toEqual({
          slot: Number(blockMeta?.slot),
          parent: Number(blockMeta?.parentSlot),
          blockhash: blockMeta?.blockhash,
          parentBlockhash: blockMeta?.parentBlockhash,
          executedTransactions: Number(blockMeta?.executedTransactionCount),
          blockTime: Number(blockMeta?.blockTime?.timestamp),
        });
      }
    }
    expect(counts).toEqual({
      slot: 295,
      blockMeta: 50,
      entry: 39_840,
      ...(counts['ping'] ? { ping: counts['ping'] } : {}),
      ...(counts['pong'] ? { pong: counts['pong'] } : {}),
    });
  });
});

const NAMES = ['processed', 'confirmed', 'finalized', 'firstShredReceived', 'completed', 'createdBank', 'dead'];

test('the filters of an update that breaks off are those before the break', () => {
  const bytes = encode({ filters: ['amm', 'bonding-curve'], transaction: { slot: '1' } });
  for (let cut = 0; cut <= bytes.length; cut++) {
    const read = filtersOf(bytes.subarray(0, cut));
    expect(['amm', 'bonding-curve'].slice(0, read.length)).toEqual(read);
  }
});
