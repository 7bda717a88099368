import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTransaction } from '../../../src/domain/wire-transaction.ts';
import { RecordedSource, resigned } from '../../../src/simulator/recorded-source.ts';
import {
  type RecordedTransaction,
  readRecording,
  recordedTransaction,
} from '../../../src/simulator/recorded-transactions.ts';
import { transactionUpdate } from '../../../src/simulator/simulated-update.ts';
import { sampleTransactions } from '../../support/samples.ts';
import { aTransaction } from '../../support/simulator.ts';

const context = { slot: 10, parent: 9, blockTime: 0, recentBlockhash: new Uint8Array(32) };
const recorded = (slot: number | null, index = 0): RecordedTransaction => ({
  transaction: aTransaction({}),
  slot,
  index,
  blockTime: slot === null ? null : slot * 10,
});

describe('the recorded source', () => {
  test('gives as many transactions a slot as asked, on average, and then ends', () => {
    const transactions = Array.from({ length: 5 }, () => recorded(null));
    const source = new RecordedSource(transactions, { perSlot: 1.5, loop: false, originalSlots: false });
    const counts = Array.from({ length: 5 }, () => source.nextSlot(context)?.transactions.length ?? null);
    expect(counts).toEqual([1, 2, 1, 1, null]);
  });

  test('loops under other signatures', () => {
    const source = new RecordedSource([recorded(null)], { perSlot: 3, loop: true, originalSlots: false });
    const content = source.nextSlot(context);
    const signatures = content?.transactions.map(({ signature }) => Buffer.from(signature).toString('hex')) ?? [];
    expect(new Set(signatures).size).toBe(3);
  });

  test('writes a new signature wherever the old one stands', () => {
    const transaction = aTransaction({});
    const again = resigned(transaction, 1);
    const view = readTransaction(transactionUpdate(7, 3, again).body);
    expect(Buffer.from(view.signature)).toEqual(Buffer.from(again.signature));
    expect(Buffer.from(again.bytes).indexOf(transaction.signature)).toBe(-1);
    expect([view.slot, view.index]).toEqual([7, 3]);
  });

  test('keeps original slots, their order and their times, and puts what has none where the chain is', () => {
    const transactions = [recorded(30, 1), recorded(20), recorded(null), recorded(30, 0)];
    const source = new RecordedSource(transactions, { perSlot: 1, loop: true, originalSlots: true });
    const slots = Array.from({ length: 4 }, () => source.nextSlot(context));
    expect(slots.map((content) => content && [content.slot, content.blockTime, content.transactions.length])).toEqual([
      [null, null, 1],
      [20, 200, 1],
      [30, 300, 2],
      null,
    ]);
    expect(slots[2]?.transactions[0]).toBe(transactions[3]?.transaction);
  });
});

describe('a recording', () => {
  test('with a file that is none is read without it, and says so', () => {
    const folder = mkdtempSync(join(tmpdir(), 'recording-'));
    writeFileSync(join(folder, 'broken.json'), '{');
    const { transactions, problems } = readRecording(folder);
    rmSync(folder, { recursive: true });
    expect(transactions).toEqual([]);
    expect(problems).toMatchObject([{ file: expect.stringContaining('broken.json') }]);
  });

  test('that is not there is one sentence', () => {
    expect(() => readRecording('/no/such/folder')).toThrow(/The recording cannot be read: .* Name a file or folder/);
  });

  test('of every sample is what the chain then carries: same signature, keys and outcome', () => {
    for (const { name, json } of sampleTransactions()) {
      const { transaction } = recordedTransaction(json);
      const view = readTransaction(transactionUpdate(5, 2, transaction).body);
      expect(view.signatureText).toBe(name);
      expect([view.slot, view.index, view.failed]).toEqual([5, 2, transaction.failed]);
      expect(view.keyCount).toBe(transaction.keys.length);
    }
  });
});
