import { geyser } from '../../../src/domain/geyser-messages.ts';
import { encodeJsonRpcTransaction } from '../../../src/domain/json-rpc-transaction.ts';
import type { Transaction, TransactionVersion } from '../../../src/domain/transaction.ts';
import { transactionSignature, transactionSlot, updateKind } from '../../../src/domain/update-reader.ts';
import { readTransaction, UNKNOWN_VERSION } from '../../../src/domain/wire-transaction.ts';
import { encodeBase58 } from '../../../src/lib/base58.ts';
import { ProtobufWriter } from '../../../src/lib/protobuf-writer.ts';
import { madeUpTransaction, madeUpUpdate } from '../../support/raw-transaction.ts';
import { describeWithSamples } from '../../support/samples.ts';

type Decoded = ReturnType<typeof geyser.SubscribeUpdate.decode>;

/** Everything a reader may ask, as the generated codec tells it. */
function expected(update: Decoded) {
  const info = update.transaction?.transaction;
  const message = info?.transaction?.message;
  const meta = info?.meta;
  const keys = [
    ...(message?.accountKeys ?? []),
    ...(meta?.loadedWritableAddresses ?? []),
    ...(meta?.loadedReadonlyAddresses ?? []),
  ];
  const inner = new Map((meta?.innerInstructions ?? []).map((group) => [group.index, group.instructions]));
  const outers = (message?.instructions ?? []).length;
  const of = (outer: number) =>
    (inner.get(outer) ?? []).map((one, index) => [
      outer,
      index,
      one.stackHeight ?? 0,
      one.programIdIndex,
      hex(one.accounts),
      hex(one.data),
    ]);
  const listed = [
    ...(message?.instructions ?? []).flatMap((each, outer) => [
      [outer, -1, 1, each.programIdIndex, hex(each.accounts), hex(each.data)],
      ...of(outer),
    ]),
    // Some sources keep inner instructions whose outer one they do not keep.
    ...[...inner.keys()].filter((outer) => outer >= outers).flatMap(of),
  ];
  return {
    slot: Number(update.transaction?.slot),
    index: Number(info?.index),
    signature: hex(info?.signature ?? new Uint8Array()),
    failed: meta?.err !== undefined,
    fee: BigInt(meta?.fee ?? 0),
    keys: keys.map((key) => encodeBase58(key)),
    hasInner: meta?.innerInstructionsNone === false,
    instructions: listed,
    logs: meta?.logMessagesNone === false ? meta.logMessages : null,
    preBalances: (meta?.preBalances ?? []).map(BigInt),
    postBalances: (meta?.postBalances ?? []).map(BigInt),
    tokens: [...(meta?.preTokenBalances ?? []), ...(meta?.postTokenBalances ?? [])].map((each) => [
      each.accountIndex,
      each.mint,
      each.owner,
      each.uiTokenAmount?.decimals,
      each.uiTokenAmount?.amount,
    ]),
  };
}

function actual(transaction: Transaction): ReturnType<typeof expected> {
  return {
    slot: transaction.slot,
    index: transaction.index,
    signature: hex(transaction.signature),
    failed: transaction.failed,
    fee: transaction.fee,
    keys: Array.from({ length: transaction.keyCount }, (_, index) => transaction.key(index)),
    hasInner: transaction.hasInner,
    instructions: transaction.instructions.map((each) => [
      each.outer,
      each.inner,
      each.stackHeight,
      each.programIndex,
      hex(each.accounts),
      hex(each.data),
    ]),
    logs: transaction.logs === null ? null : [...transaction.logs],
    preBalances: [...transaction.preBalances],
    postBalances: [...transaction.postBalances],
    tokens: [...(transaction.preTokenBalances ?? []), ...(transaction.postTokenBalances ?? [])].map((each) => [
      each.accountIndex,
      each.mint,
      each.owner,
      each.decimals,
      each.amount.toString(),
    ]),
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describeWithSamples('every real transaction', (samples) => {
  test.each(samples)('$name reads the same as with the generated codec', ({ json }) => {
    const bytes = encodeJsonRpcTransaction(json, { index: 7, createdAtMs: 1_700_000_000_250 });
    const decoded = geyser.SubscribeUpdate.decode(bytes);
    expect(actual(readTransaction(bytes))).toEqual(expected(decoded));
    // And what the generated codec writes is read by us.
    const written = geyser.SubscribeUpdate.encode(decoded).finish();
    expect(actual(readTransaction(written))).toEqual(expected(decoded));
    expect(readTransaction(written).createdAtMs).toBe(1_700_000_000_250);
  });

  test('signature and slot can be peeked at without reading the rest', () => {
    for (const { json, name } of samples) {
      const bytes = encodeJsonRpcTransaction(json, { index: 0, createdAtMs: null });
      expect(updateKind(bytes)).toBe('transaction');
      expect(encodeBase58(transactionSignature(bytes))).toBe(name);
      expect(transactionSlot(bytes)).toBe(readTransaction(bytes).slot);
    }
  });

  test('an update cut off anywhere is malformed or shorter, and never anything worse', () => {
    const bytes = encodeJsonRpcTransaction(samples[5]?.json, { index: 0, createdAtMs: null });
    for (let end = 0; end < bytes.length; end += 7) {
      try {
        actual(readTransaction(bytes.subarray(0, end)));
      } catch (error) {
        expect(error).toEqual(expect.objectContaining({ code: 'DECODE_MALFORMED' }));
      }
    }
  });
});

describe('versions', () => {
  const message = (write: (writer: ProtobufWriter) => void): Uint8Array =>
    new ProtobufWriter(0)
      .message(4, (update) => {
        update.message(1, (info) => {
          info.bytes(1, new Uint8Array(64)).message(3, (transaction) => {
            transaction.message(2, write);
          });
        });
      })
      .finish();

  const versions: readonly (readonly [string, (writer: ProtobufWriter) => void, TransactionVersion])[] = [
    ['legacy', () => undefined, 'legacy'],
    ['0', (writer) => void writer.bool(5, true), 0],
    ['1, by its configuration', (writer) => void writer.bool(5, true).message(7, (to) => void to.uint(2, 9)), 1],
    ['not known, by a field no known version has', (writer) => void writer.bool(5, true).uint(9, 1), UNKNOWN_VERSION],
  ];
  test.each(versions)('version %s is told', (_name, write, version) => {
    expect(readTransaction(message(write)).version).toBe(version);
  });
});

test('inner instructions stand behind their outer one, whatever order their groups came in', () => {
  const transaction = madeUpTransaction({
    calls: [
      { program: 'a', inner: [{ program: 'b', inner: [{ program: 'c' }] }] },
      { program: 'd' },
      { program: 'e', inner: [{ program: 'f' }] },
    ],
  });
  expect(transaction.instructions.map((each) => `${each.outer}.${each.inner}/${each.stackHeight}`)).toEqual([
    '0.-1/1',
    '0.0/2',
    '0.1/3',
    '1.-1/1',
    '2.-1/1',
    '2.0/2',
  ]);
});

test('a key that does not exist is empty, not an error', () => {
  const transaction = madeUpTransaction({ calls: [{ program: 'a' }] });
  expect(transaction.key(200)).toBe('');
  expect(transaction.keyBytes(200)).toHaveLength(0);
});

test('what the source did not record is null, not empty', () => {
  const transaction = readTransaction(madeUpUpdate({ calls: [{ program: 'a' }], recordsInner: false, logs: null }));
  expect(transaction.hasInner).toBe(false);
  expect(transaction.logs).toBeNull();
  expect(transaction.logSpans).toBeNull();
});
