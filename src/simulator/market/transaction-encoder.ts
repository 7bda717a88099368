import { hash } from 'node:crypto';
import type { Account, Holding } from './account.ts';
import type { Execution } from './execution.ts';
import { type Before, INVOKED, type InstructionRecord, SIGNER, WRITABLE } from './execution-records.ts';
import { NestingWriter } from './nesting-writer.ts';

/**
 * An execution to the bytes of `geyser.SubscribeUpdateTransactionInfo` (without the index): the message as its sender compiled it
 * and the meta as a validator records it. Signatures are hashes, not ed25519: nobody on the way verifies them.
 */
export interface EncodedTransaction {
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
  /** Static keys, then loaded writable, then loaded read-only. */
  readonly keys: readonly Uint8Array[];
}

export interface MessageForm {
  readonly version: 'legacy' | 0;
  readonly recentBlockhash: Uint8Array;
  readonly lookupTable: Account;
  /** Tells apart what would else be the same: part of what the signature is made from. */
  readonly nonce: number;
}

/** Accounts in the order of the message, and how it came about. */
interface KeyOrder {
  readonly accounts: readonly Account[];
  readonly before: readonly Before[];
  readonly signers: number;
  readonly readonlySigners: number;
  readonly readonlyStatic: number;
  readonly loadedWritable: readonly Account[];
  readonly loadedReadonly: readonly Account[];
  readonly staticCount: number;
}

const COST_UNITS_OVERHEAD = 10_000;

export function encodeTransaction(x: Execution, form: MessageForm): EncodedTransaction {
  const order = orderKeys(x, form);
  encodeMessage(x, form, order, messageWriter.begin());
  const message = messageWriter.take();
  const signature = hash('sha512', Buffer.concat([Buffer.from(`${form.nonce} `), message]), 'buffer');
  const info = infoWriter.begin().bytes(1, signature);
  const transaction = info.open(3);
  info.bytes(1, signature);
  for (let i = 1; i < order.signers; i++)
    info.bytes(1, hash('sha512', Buffer.concat([signature, Buffer.of(i)]), 'buffer'));
  info.bytes(2, message);
  info.close(transaction);
  const meta = info.open(4);
  encodeMeta(x, order, info);
  info.close(meta);
  return { bytes: info.take(), signature, keys: order.accounts.map((account) => account.address) };
}

const messageWriter = new NestingWriter(16_384);
const infoWriter = new NestingWriter(65_536);

/** Signers first, then what is writable, then what is only read; what the lookup table has and no instruction calls is loaded. */
function orderKeys(x: Execution, form: MessageForm): KeyOrder {
  const groups: number[][] = [[], [], [], [], [], []];
  for (let i = 0; i < x.accounts.length; i++) {
    const mode = x.modes[i] as number;
    const writable = (mode & WRITABLE) !== 0;
    const loaded =
      form.version === 0 && (x.accounts[i] as Account).tableIndex >= 0 && (mode & (SIGNER | INVOKED)) === 0;
    const group = (mode & SIGNER) !== 0 ? (writable ? 0 : 1) : (loaded ? 4 : 2) + (writable ? 0 : 1);
    (groups[group] as number[]).push(i);
  }
  const flat = groups.flat();
  const accounts = flat.map((i) => x.accounts[i] as Account);
  accounts.forEach((account, position) => {
    account.position = position;
  });
  const counts = groups.map((group) => group.length) as [number, number, number, number, number, number];
  const staticCount = counts[0] + counts[1] + counts[2] + counts[3];
  return {
    accounts,
    before: flat.map((i) => x.before[i] as Before),
    signers: counts[0] + counts[1],
    readonlySigners: counts[1],
    readonlyStatic: counts[3],
    staticCount,
    loadedWritable: accounts.slice(staticCount, staticCount + counts[4]),
    loadedReadonly: accounts.slice(staticCount + counts[4]),
  };
}

function encodeMessage(x: Execution, form: MessageForm, order: KeyOrder, message: NestingWriter): void {
  const header = message.open(1);
  message.uint(1, order.signers);
  if (order.readonlySigners > 0) message.uint(2, order.readonlySigners);
  if (order.readonlyStatic > 0) message.uint(3, order.readonlyStatic);
  message.close(header);
  for (let i = 0; i < order.staticCount; i++) message.bytes(2, (order.accounts[i] as Account).address);
  message.bytes(3, form.recentBlockhash);
  for (const record of x.instructions) encodeInstruction(message, 4, record, false);
  if (form.version === 'legacy') return;
  message.uint(5, 1);
  if (order.loadedWritable.length + order.loadedReadonly.length === 0) return;
  const lookup = message.open(6);
  message.bytes(1, form.lookupTable.address);
  tableIndexes(message, 2, order.loadedWritable);
  tableIndexes(message, 3, order.loadedReadonly);
  message.close(lookup);
}

function tableIndexes(writer: NestingWriter, field: number, accounts: readonly Account[]): void {
  if (accounts.length === 0) return;
  const mark = writer.open(field);
  for (const account of accounts) writer.byte(account.tableIndex);
  writer.close(mark);
}

function encodeInstruction(writer: NestingWriter, field: number, record: InstructionRecord, inner: boolean): void {
  const { accounts, data, program } = record;
  const mark = writer.open(field);
  if (program.account.position > 0) writer.uint(1, program.account.position);
  if (accounts.length > 0) {
    const positions = writer.open(2);
    for (let i = 0; i < accounts.length; i++) writer.byte((accounts[i] as Account).position);
    writer.close(positions);
  }
  if (data.length > 0) writer.bytes(3, data);
  if (inner) writer.uint(4, record.height);
  writer.close(mark);
}

function encodeMeta(x: Execution, order: KeyOrder, meta: NestingWriter): void {
  if (x.failure !== null) {
    const error = meta.open(1);
    meta.bytes(1, encodeError(x.failure)).close(error);
  }
  meta.uint(2, Number(x.fee));
  const before = meta.open(3);
  for (const was of order.before) meta.number(Number(was.lamports));
  meta.close(before);
  const after = meta.open(4);
  for (const account of order.accounts) meta.number(Number(account.lamports));
  meta.close(after);
  for (let outer = 0; outer < x.inner.length; outer++) encodeInner(meta, outer, x.inner[outer] as InstructionRecord[]);
  for (const log of x.logs) meta.bytes(6, log);
  for (let i = 0; i < order.accounts.length; i++) {
    const was = order.before[i] as Before;
    if (was.holding !== null) encodeTokenBalance(meta, 7, i, was.holding, was.amount);
  }
  for (let i = 0; i < order.accounts.length; i++) {
    const { holding } = order.accounts[i] as Account;
    if (holding !== null) encodeTokenBalance(meta, 8, i, holding, holding.amount);
  }
  for (const account of order.loadedWritable) meta.bytes(12, account.address);
  for (const account of order.loadedReadonly) meta.bytes(13, account.address);
  if (x.failure !== null && x.returned !== null) {
    const returned = meta.open(14);
    meta.bytes(1, x.returned.program.account.address).bytes(2, x.returned.data).close(returned);
  } else meta.uint(15, 1);
  meta.uint(16, x.unitsConsumed).uint(17, x.unitsConsumed + COST_UNITS_OVERHEAD);
}

function encodeInner(meta: NestingWriter, outer: number, records: readonly InstructionRecord[]): void {
  if (records.length === 0) return;
  const group = meta.open(5);
  if (outer > 0) meta.uint(1, outer);
  for (const record of records) encodeInstruction(meta, 2, record, true);
  meta.close(group);
}

/** Bincode of TransactionError::InstructionError(index, InstructionError::Custom(code)). */
function encodeError(failure: { readonly outer: number; readonly code: number }): Uint8Array {
  const bytes = Buffer.alloc(13);
  bytes.writeUInt32LE(8, 0);
  bytes[4] = failure.outer;
  bytes.writeUInt32LE(25, 5);
  bytes.writeUInt32LE(failure.code, 9);
  return bytes;
}

function encodeTokenBalance(meta: NestingWriter, field: number, index: number, holding: Holding, amount: bigint): void {
  const { mint, holder } = holding;
  const text = String(amount);
  const shown = decimalText(text, mint.decimals);
  const balance = meta.open(field);
  if (index > 0) meta.uint(1, index);
  meta.ascii(2, mint.account.text);
  const units = meta.open(3);
  if (amount !== 0n) meta.double(1, Number(shown));
  meta.uint(2, mint.decimals).ascii(3, text).ascii(4, shown).close(units);
  meta.ascii(4, holder.text).ascii(5, mint.program.account.text).close(balance);
}

/** "1500000" with 6 decimals is "1.5". */
function decimalText(amount: string, decimals: number): string {
  const padded = amount.padStart(decimals + 1, '0');
  const point = padded.length - decimals;
  let end = padded.length;
  while (end > point && padded.charCodeAt(end - 1) === 0x30) end--;
  return end === point ? padded.slice(0, point) : `${padded.slice(0, point)}.${padded.slice(point, end)}`;
}
