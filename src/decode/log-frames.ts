import type { Instruction, InstructionPath, Transaction } from '../domain/transaction.ts';
import { asBuffer } from '../domain/wire-meta.ts';

/** A line that carries data, with the instruction that wrote it. */
export interface LogEntry {
  readonly kind: 'data' | 'ray-log';
  /** Base58 of the program on top of the invoke stack. */
  readonly program: string;
  readonly path: InstructionPath;
  /** Place of the instruction in the transaction's list; −1 when the source did not record it. */
  readonly position: number;
  /** Base58 of the program that called in; null at the top. */
  readonly caller: string | null;
  /** Base64. */
  readonly payload: string;
}

export interface LogReading {
  readonly entries: readonly LogEntry[];
  /** True when the runtime cut the logs: what came after is lost. */
  readonly isTruncated: boolean;
  /** True when the logs were cut before the instruction at this place in the transaction's list had ended. */
  isCutIn(position: number): boolean;
}

interface Frame {
  readonly program: string;
  readonly path: InstructionPath;
  readonly position: number;
}

/** Where the runtime cut the logs: inside these instructions, before the one at `next`. */
interface Cut {
  readonly open: readonly number[];
  readonly next: number;
}

const PROGRAM = ascii('Program ');
const DATA = ascii('Program data: ');
const RAY_LOG = ascii('Program log: ray_log: ');
const TRUNCATED = ascii('Log truncated');
const INVOKE = ascii(' invoke [');
const SUCCESS = ascii(' success');
const FAILED = ascii(' failed');
const UNITS = ascii(' compute units');
const STACK_DEPTH_MAX = 64;
/** No program id in base58 is shorter: "Program log:" and its like are no ids. */
const PROGRAM_TEXT_MIN = 32;
const SPACE = 32;

/**
 * Follows the invoke stack through the logs and says which instruction wrote which data line. Paths come from the instruction list;
 * where inner instructions were not recorded they are counted, which gives the same numbers. Lines are compared as bytes: most of
 * them matter to nobody and are never made into text.
 */
export function readLogEntries(transaction: Transaction): LogReading {
  const spans = transaction.logSpans ?? [];
  const bytes = asBuffer(transaction.bytes);
  const entries: LogEntry[] = [];
  const walk = new InvocationWalk(transaction);
  const stack: Frame[] = [];
  let cut: Cut | null = null;
  const last = lengthWithoutCopy(bytes, spans);
  for (let index = 0; index < last; index += 2) {
    const start = spans[index] as number;
    const end = spans[index + 1] as number;
    if (!startsWith(bytes, start, end, PROGRAM)) {
      if (startsWith(bytes, start, end, TRUNCATED))
        cut ??= { open: stack.map((frame) => frame.position), next: walk.cursor };
      continue;
    }
    const isData = startsWith(bytes, start, end, DATA);
    if (!isData && !startsWith(bytes, start, end, RAY_LOG)) {
      step(bytes, start, end, stack, walk);
      continue;
    }
    const frame = stack.at(-1);
    if (frame === undefined) continue;
    entries.push({
      kind: isData ? 'data' : 'ray-log',
      program: frame.program,
      path: frame.path,
      position: frame.position,
      caller: stack.at(-2)?.program ?? null,
      payload: bytes.toString('latin1', start + (isData ? DATA : RAY_LOG).length, end),
    });
  }
  const isCutIn = (position: number) => cut !== null && (position >= cut.next || cut.open.includes(position));
  return { entries, isTruncated: cut !== null, isCutIn };
}

/**
 * Some recorders write every line twice. Real logs never repeat as a whole: their lines count down the compute units that are left.
 */
function lengthWithoutCopy(bytes: Buffer, spans: readonly number[]): number {
  const half = spans.length / 2;
  if (half < 2 || half % 2 !== 0) return spans.length;
  let countsUnits = false;
  for (let index = 0; index < half; index += 2) {
    const start = spans[index] as number;
    const end = spans[index + 1] as number;
    const copyStart = spans[half + index] as number;
    const copyEnd = spans[half + index + 1] as number;
    if (end - start !== copyEnd - copyStart || bytes.compare(bytes, copyStart, copyEnd, start, end) !== 0) {
      return spans.length;
    }
    if (startsWith(bytes, Math.max(end - UNITS.length, start), end, UNITS)) countsUnits = true;
  }
  return countsUnits ? half : spans.length;
}

/** "Program <id> invoke [2]", "Program <id> success", "Program <id> failed: …"; anything else changes no stack. */
function step(bytes: Buffer, start: number, end: number, stack: Frame[], walk: InvocationWalk): void {
  const idStart = start + PROGRAM.length;
  const idEnd = bytes.indexOf(SPACE, idStart);
  if (idEnd < idStart + PROGRAM_TEXT_MIN || idEnd >= end) return;
  if (startsWith(bytes, idEnd, end, INVOKE)) {
    const depth = Number.parseInt(bytes.toString('latin1', idEnd + INVOKE.length, end), 10);
    if (!(depth >= 1 && depth <= STACK_DEPTH_MAX)) return;
    // The depth is the truth: a line that was lost must not leave a program on the stack for ever.
    stack.length = Math.min(stack.length, depth - 1);
    stack.push(walk.next(bytes.toString('latin1', idStart, idEnd), depth));
  } else if (startsWith(bytes, idEnd, end, SUCCESS) || startsWith(bytes, idEnd, end, FAILED)) {
    const top = stack.at(-1);
    if (top !== undefined && isText(bytes, idStart, idEnd, top.program)) stack.pop();
  }
}

function ascii(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function startsWith(bytes: Buffer, start: number, end: number, prefix: Buffer): boolean {
  if (end - start < prefix.length) return false;
  for (let index = 0; index < prefix.length; index++) if (bytes[start + index] !== prefix[index]) return false;
  return true;
}

function isText(bytes: Buffer, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let index = 0; index < text.length; index++) if (bytes[start + index] !== text.charCodeAt(index)) return false;
  return true;
}

/** Pairs each invocation in the logs with the next fitting instruction of the transaction. */
class InvocationWalk {
  readonly #transaction: Transaction;
  #cursor: number;
  #outer: number;
  #innerCount: number;

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
    this.#cursor = 0;
    this.#outer = -1;
    this.#innerCount = 0;
  }

  /** Place of the first instruction whose invocation has not been met. */
  get cursor(): number {
    return this.#cursor;
  }

  next(program: string, depth: number): Frame {
    const all = this.#transaction.instructions;
    for (let position = this.#cursor; position < all.length; position++) {
      const instruction = all[position] as Instruction;
      if (!this.#fits(instruction, program, depth)) {
        if (depth > 1 && instruction.outer !== this.#outer) break;
        continue;
      }
      this.#cursor = position + 1;
      this.#outer = instruction.outer;
      this.#innerCount = instruction.inner + 1;
      return { program, path: { outer: instruction.outer, inner: instruction.inner }, position };
    }
    return this.#counted(program, depth);
  }

  /** The list does not hold this invocation: count it as the list would have. */
  #counted(program: string, depth: number): Frame {
    if (depth === 1) {
      this.#outer++;
      this.#innerCount = 0;
      return { program, path: { outer: this.#outer, inner: -1 }, position: -1 };
    }
    const inner = this.#innerCount++;
    return { program, path: { outer: Math.max(this.#outer, 0), inner }, position: -1 };
  }

  #fits(instruction: Instruction, program: string, depth: number): boolean {
    if (instruction.inner < 0 !== (depth === 1)) return false;
    if (
      depth > 1 &&
      (instruction.outer !== this.#outer || (instruction.stackHeight > 0 && instruction.stackHeight !== depth))
    ) {
      return false;
    }
    return this.#transaction.key(instruction.programIndex) === program;
  }
}
