import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { audited } from '../decode/audit/audit.ts';
import type { DecodeObserver } from '../decode/decode-observer.ts';
import { PROGRAMS } from '../decode/programs.ts';
import { createDecoder } from '../decode/registry.ts';
import type { DecodeTransaction } from '../domain/contracts.ts';
import { encodeJsonRpcTransaction } from '../domain/json-rpc-transaction.ts';
import { describeTransactionError } from '../domain/transaction-error.ts';
import { type JsonTransaction, parseTransactionText } from '../domain/transaction-file.ts';
import { readTransaction } from '../domain/wire-transaction.ts';
import { messageOf } from '../lib/errors.ts';
import {
  DecodeSummary,
  type EventReport,
  reportEvent,
  reportUndecoded,
  toJson,
  type UndecodedReport,
} from './decode-report.ts';
import type { CommandIo } from './io.ts';

/** `sluice decode <path…>`: every transaction in these files and folders, decoded and audited. A bad file is a line, not an end. */
export async function decodeCommand(
  paths: readonly string[],
  options: { readonly json: boolean },
  io: CommandIo,
): Promise<number> {
  const summary = new DecodeSummary();
  const decode = audited(createDecoder(PROGRAMS, countInto(summary)).decode);
  for await (const file of filesIn(paths)) {
    if (io.stop.aborted) break;
    for (const report of await decodeFile(file, decode, summary)) {
      if (options.json) io.out(toJson(report));
      else for (const line of describe(report)) io.out(line);
    }
  }
  if (options.json) io.out(toJson({ summary: summary.toObject() }));
  else for (const line of describeSummary(summary)) io.out(line);
  return summary.transactions === 0 ? 1 : 0;
}

function countInto(summary: DecodeSummary): DecodeObserver {
  return {
    instruction: (context, spec, events, isIdle) =>
      summary.instruction(context.program.name, (spec === null || spec.yields) && !isIdle, events > 0),
    event: () => undefined,
  };
}

interface Unreadable {
  readonly file: string;
  readonly error: string;
  /** As the file states it: a version from the future is the likeliest reason. */
  readonly version?: string | number;
}

interface TransactionReport {
  readonly signature: string;
  readonly slot: number | null;
  readonly version: string | number;
  readonly failed: boolean;
  /** Why it failed. */
  readonly error?: string;
  readonly events: readonly EventReport[];
  readonly undecoded: readonly UndecodedReport[];
}

/** Files as named, and the .json files of folders, below included, in the order of their names. */
async function* filesIn(paths: readonly string[]): AsyncGenerator<string> {
  for (const path of paths) {
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) {
      yield path;
      continue;
    }
    const names = (await readdir(path, { recursive: true })).filter((name) => name.endsWith('.json'));
    for (const name of names.sort()) yield join(path, name);
  }
}

async function decodeFile(
  file: string,
  decode: DecodeTransaction,
  summary: DecodeSummary,
): Promise<readonly (TransactionReport | Unreadable)[]> {
  let entries: readonly JsonTransaction[];
  try {
    entries = parseTransactionText(await readFile(file, 'utf8'));
  } catch (error) {
    summary.unreadable++;
    return [{ file, error: readableReason(error) }];
  }
  return entries.map((entry, index) => {
    try {
      return decodeOne(entry, index, decode, summary);
    } catch (error) {
      summary.unreadable++;
      return unreadable(file, entry, error);
    }
  });
}

function unreadable(file: string, entry: JsonTransaction, error: unknown): Unreadable {
  const version = entry['version'];
  const known = { file, error: messageOf(error) };
  return typeof version === 'string' || typeof version === 'number' ? { ...known, version } : known;
}

function decodeOne(
  entry: JsonTransaction,
  index: number,
  decode: DecodeTransaction,
  summary: DecodeSummary,
): TransactionReport {
  const transaction = readTransaction(encodeJsonRpcTransaction(entry, { index, createdAtMs: null }));
  const { events, undecoded } = decode(transaction);
  summary.transactions++;
  if (transaction.failed) summary.failed++;
  for (const event of events) summary.event(event);
  for (const each of undecoded) summary.undecoded(venueOf(each.program));
  const report: TransactionReport = {
    signature: transaction.signatureText,
    slot: transaction.slot === 0 ? null : transaction.slot,
    version: transaction.version,
    failed: transaction.failed,
    events: events.map((event) => reportEvent(transaction.signatureText, event)),
    undecoded: undecoded.map(reportUndecoded),
  };
  return transaction.error === null ? report : { ...report, error: describeTransactionError(transaction.error) };
}

function venueOf(program: string): string {
  return PROGRAMS.find((each) => each.program === program)?.name ?? program;
}

function readableReason(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return 'There is no such file or folder.';
  if (code === 'EACCES') return 'This file may not be read by this user.';
  return messageOf(error);
}

function describe(report: TransactionReport | Unreadable): readonly string[] {
  if (!('signature' in report)) return [`${report.file}: ${report.error}`];
  const outcome = report.failed ? `failed (${report.error ?? 'unknown'})` : `${report.events.length} events`;
  const lines = [`${report.signature}  slot ${report.slot ?? '?'}  version ${report.version}  ${outcome}`];
  for (const event of report.events) {
    const audit = event.audit === null ? '' : `${event.audit.verdict} ${event.audit.note ?? ''}`;
    const path = String(event.data['path']).padEnd(6);
    lines.push(
      `  ${path} ${event.type.padEnd(32)} ${String(event.data['venue']).padEnd(18)} ${event.strategy.padEnd(12)} ${audit}`.trimEnd(),
    );
  }
  for (const each of report.undecoded) {
    lines.push(
      `  ${each.path.padEnd(6)} not decoded: ${each.reason} ${each.discriminator} of ${venueOf(each.program)} ${each.note ?? ''}`.trimEnd(),
    );
  }
  return lines;
}

function describeSummary(summary: DecodeSummary): readonly string[] {
  const lines = [
    '',
    `${summary.transactions} transactions, ${summary.failed} failed, ${summary.unreadable} unreadable; parse rate ${(summary.parseRate * 100).toFixed(2)} %`,
    'program               instructions   events   undecoded',
  ];
  for (const [name, count] of Object.entries(summary.byProgram)) {
    const { instructions, events, undecoded } = count;
    lines.push(
      `${name.padEnd(20)} ${String(instructions).padStart(13)} ${String(events).padStart(8)} ${String(undecoded).padStart(11)}`,
    );
  }
  lines.push(`strategies: ${countsOf(summary.byStrategy)}`, `audits: ${countsOf(summary.audits)}`);
  return lines;
}

function countsOf(counts: Readonly<Record<string, number>>): string {
  const text = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return text.length === 0 ? 'none' : text.join(', ');
}
