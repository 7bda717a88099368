import { auditArithmetic } from '../decode/audit/arithmetic.ts';
import type { DecodedTransaction } from '../domain/contracts.ts';
import { pathText } from '../domain/domain-event.ts';
import { eventTypeOf } from '../domain/event-mapping.ts';
import type { ProtocolEvent } from '../domain/protocol-event.ts';
import type { Instruction, Transaction } from '../domain/transaction.ts';
import { describeTransactionError } from '../domain/transaction-error.ts';

export interface StoryParts {
  /** Program id → short name. */
  readonly programs: ReadonlyMap<string, string>;
  /** What an instruction is called and moved; null when nobody knows it. */
  readonly describe: (transaction: Transaction, instruction: Instruction) => string | null;
}

/** The story of one transaction in lines: its instructions as a tree, what each yielded and how, and what the audit compared. Pure. */
export function storyOf(decoded: DecodedTransaction, parts: StoryParts): readonly string[] {
  const { transaction } = decoded;
  const arithmetic = auditArithmetic(decoded);
  return [
    `transaction ${transaction.signatureText || '(unsigned)'}`,
    `  slot ${transaction.slot || '?'}, index ${transaction.index}, version ${transaction.version}, fee ${transaction.fee} lamports, ${transaction.keyCount} accounts`,
    outcome(transaction),
    ...missingParts(transaction),
    '',
    'instructions',
    ...transaction.instructions.flatMap((instruction) => instructionLines(instruction, decoded, parts)),
    '',
    `events (${decoded.events.length})`,
    ...decoded.events.flatMap((event) => eventLines(event, arithmetic.get(event) ?? [])),
    ...(decoded.undecoded.length > 0 ? ['', 'not decoded', ...undecodedLines(decoded, parts)] : []),
  ];
}

function outcome(transaction: Transaction): string {
  if (!transaction.failed) return '  succeeded';
  const error = transaction.error === null ? 'no reason recorded' : describeTransactionError(transaction.error);
  return `  failed: ${error}. It changed nothing but fees, so it has no events, whatever its logs tell.`;
}

/** What the record lacks decides which strategies and audits were possible at all. */
function missingParts(transaction: Transaction): readonly string[] {
  const missing = [
    ...(transaction.hasInner ? [] : ['inner instructions']),
    ...(transaction.logs === null ? ['logs'] : []),
    ...(transaction.postTokenBalances === null ? ['token balances'] : []),
  ];
  return missing.length === 0 ? [] : [`  the record lacks: ${missing.join(', ')}`];
}

function instructionLines(instruction: Instruction, decoded: DecodedTransaction, parts: StoryParts): readonly string[] {
  const { transaction, events } = decoded;
  const program = transaction.key(instruction.programIndex);
  const name = parts.describe(transaction, instruction);
  const depth = instruction.inner < 0 ? 1 : Math.max(2, instruction.stackHeight);
  const here = events.filter(({ path }) => path.outer === instruction.outer && path.inner === instruction.inner);
  const yielded = here.map((event) => ` → ${event.source} by ${event.strategy}`).join('');
  const label = parts.programs.get(program) ?? program;
  const what =
    name ??
    (instruction.data.length === 0 ? 'no data' : `${instruction.data.length} bytes ${hex(instruction.data, 8)}`);
  return [`${'  '.repeat(depth)}${pathText(instruction).padEnd(6)} ${label}: ${what}${yielded}`];
}

function eventLines(event: ProtocolEvent, arithmetic: readonly string[]): readonly string[] {
  const head = `  ${pathText(event.path)}#${event.ordinal} ${eventTypeOf(event)} (${event.venue} ${event.source}, by ${event.strategy}${event.caller === null ? '' : `, called by ${event.caller}`})`;
  const {
    kind: _k,
    program: _p,
    venue: _v,
    source: _s,
    path: _a,
    ordinal: _o,
    strategy: _t,
    caller: _c,
    fields,
    audit,
    unknownTail,
    bodyLength,
    ...told
  } = event;
  const facts = Object.entries(told).filter(([, value]) => value !== null && value !== undefined);
  return [
    head,
    ...facts.map(([name, value]) => `      ${name.padEnd(14)} ${shown(value)}`),
    ...(audit === undefined
      ? []
      : [`      audit          ${audit.verdict}${audit.note === undefined ? '' : `: ${audit.note}`}`]),
    ...arithmetic.map((line) => `                     ${line}`),
    ...(unknownTail === undefined
      ? []
      : [`      unknown tail   ${unknownTail.length} bytes of ${bodyLength ?? '?'}: ${hex(unknownTail, 32)}`]),
    `      fields         ${shown(fields)}`,
  ];
}

function undecodedLines({ undecoded }: DecodedTransaction, parts: StoryParts): readonly string[] {
  return undecoded.map(
    ({ program, discriminator, reason, path, note }) =>
      `  ${pathText(path).padEnd(6)} ${parts.programs.get(program) ?? program} ${discriminator}: ${reason}${note === undefined ? '' : ` (${note})`}`,
  );
}

function shown(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'bigint') return String(value);
  return JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member === 'bigint') return member.toString();
    return member instanceof Uint8Array ? hex(member, 32) : member;
  });
}

function hex(bytes: Uint8Array, max: number): string {
  return Buffer.from(bytes.subarray(0, max)).toString('hex') + (bytes.length > max ? '…' : '');
}
