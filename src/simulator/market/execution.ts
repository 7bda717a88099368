import { assert } from '../../lib/errors.ts';
import { type Account, line, type Program } from './account.ts';
import type { EventValues } from './event-layouts.ts';
import {
  type Before,
  INVOKED,
  type InstructionRecord,
  ProgramFailure,
  type RecordedEvent,
  SIGNER,
  WRITABLE,
} from './execution-records.ts';

const MODES: Readonly<Record<string, number>> = { r: 0, w: WRITABLE, s: SIGNER, S: SIGNER | WRITABLE };
const SELF_CPI_PREFIX = Buffer.from('e445a52e51cb9a1d', 'hex');
const SELF_CPI_UNITS = 2_125;
const BUILTIN_UNITS = 150;

let executions = 0;

/**
 * Runs one transaction the way a validator does: programs invoke programs, every call leaves its instruction and its log lines,
 * and when one fails everything is as it was, but for the fee. It never encodes: the encoder reads what it recorded.
 */
export class Execution {
  readonly payer: Account;
  readonly fee: bigint;
  readonly accounts: Account[] = [];
  readonly modes: number[] = [];
  readonly before: Before[] = [];
  readonly instructions: InstructionRecord[] = [];
  readonly inner: InstructionRecord[][] = [];
  readonly logs: Uint8Array[] = [];
  readonly events: RecordedEvent[] = [];
  readonly unitLimit: number;
  failure: { readonly outer: number; readonly code: number } | null = null;
  returned: { readonly program: Program; readonly data: Uint8Array } | null = null;
  readonly #id: number;
  readonly #undo: (() => void)[] = [];
  #height = 0;
  #unitsLeft: number;
  #innerIndex = -1;
  #returning: Uint8Array | null = null;

  constructor(payer: Account, fee: bigint, unitLimit: number) {
    this.#id = ++executions;
    this.payer = payer;
    this.fee = fee;
    this.unitLimit = unitLimit;
    this.#unitsLeft = unitLimit;
    this.#meet(payer, SIGNER | WRITABLE);
    payer.lamports -= fee;
  }

  get unitsConsumed(): number {
    return this.unitLimit - this.#unitsLeft;
  }

  /**
   * Calls a program: as an instruction of the message at the top, as an inner one below. `modes` has one letter per account
   * (r read-only, w writable, s signer, S writable signer) and counts only at the top. After a failure, instructions are only noted.
   */
  call(program: Program, modes: string, accounts: readonly Account[], data: Uint8Array, body: () => void): void {
    if (this.#height > 0) {
      this.#requireKnown(program, accounts);
      this.#run(program, { program, accounts, data, height: this.#height + 1 }, body);
      return;
    }
    for (let i = 0; i < accounts.length; i++) this.#meet(accounts[i] as Account, MODES[modes[i] as string] ?? 0);
    this.#meet(program.account, INVOKED);
    if (this.failure !== null) {
      this.instructions.push({ program, accounts, data, height: 1 });
      return;
    }
    try {
      this.#run(program, { program, accounts, data, height: 1 }, body);
    } catch (error) {
      if (!(error instanceof ProgramFailure)) throw error;
      this.#height = 0;
      this.failure = { outer: this.instructions.length - 1, code: error.code };
      this.#takeBack();
    }
  }

  #run(program: Program, record: InstructionRecord, body: () => void): void {
    const height = ++this.#height;
    const outerIndex = this.#innerIndex;
    if (height === 1) {
      this.instructions.push(record);
      this.inner.push([]);
      this.#innerIndex = -1;
    } else {
      const inner = this.inner[this.inner.length - 1] as InstructionRecord[];
      this.#innerIndex = inner.push(record) - 1;
    }
    this.logs.push(program.invoke[height] as Uint8Array);
    const available = this.#unitsLeft;
    try {
      if (program.builtin) this.charge(BUILTIN_UNITS);
      body();
    } catch (error) {
      if (error instanceof ProgramFailure) this.#logFailure(program, available, error);
      throw error;
    }
    if (!program.builtin) this.logs.push(consumedLine(program, available - this.#unitsLeft, available));
    if (this.#returning !== null) this.#logReturn(program, this.#returning);
    this.logs.push(program.success);
    this.#height = height - 1;
    this.#innerIndex = outerIndex;
  }

  log(text: string): void {
    this.logs.push(line(`Program log: ${text}`));
  }

  /** A log line spelled before. */
  logLine(bytes: Uint8Array): void {
    this.logs.push(bytes);
  }

  charge(units: number): void {
    this.#unitsLeft -= units;
  }

  /** What the running program returns to its caller. */
  returns(data: Uint8Array): void {
    this.#returning = data;
  }

  fail(code: number, ...lines: readonly string[]): never {
    throw new ProgramFailure(code, lines);
  }

  /** An Anchor event as pump programs emit it: a log line, and a call of the program to itself that carries the same bytes. */
  emit(program: Program, authority: Account, body: Uint8Array): void {
    this.logs.push(line(`Program data: ${Buffer.from(body.buffer, body.byteOffset, body.length).toString('base64')}`));
    const data = Buffer.allocUnsafe(body.length + 8);
    data.set(SELF_CPI_PREFIX);
    data.set(body, 8);
    this.call(program, '', [authority], data, () => this.charge(SELF_CPI_UNITS));
  }

  /** Notes for the ledger what the running instruction did. */
  record(kind: string, values: EventValues): void {
    this.events.push({ kind, outer: this.instructions.length - 1, inner: this.#innerIndex, values });
  }

  /** Takes back a transaction that succeeded, fee included: it happened on a fork and the fork lost. */
  revert(): void {
    if (this.failure === null) this.#takeBack();
    this.payer.lamports += this.fee;
  }

  /** How to take back a change of state that no account carries. */
  onFailure(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** A program can only use what the message names. */
  #requireKnown(program: Program, accounts: readonly Account[]): void {
    assert(program.account.executionId === this.#id, `the message does not name program ${program.account.text}`);
    for (let i = 0; i < accounts.length; i++) {
      const account = accounts[i] as Account;
      if (account.executionId === this.#id) continue;
      assert(false, `the message does not name account ${account.text}, which ${program.account.text} was called with`);
    }
  }

  #meet(account: Account, mode: number): void {
    if (account.executionId === this.#id) {
      this.modes[account.position] = (this.modes[account.position] as number) | mode;
      return;
    }
    account.executionId = this.#id;
    account.position = this.accounts.push(account) - 1;
    this.modes.push(mode);
    const { lamports, owner, holding } = account;
    this.before.push({ lamports, owner, holding, amount: holding === null ? 0n : holding.amount });
  }

  #takeBack(): void {
    for (const undo of this.#undo.reverse()) undo();
    for (let i = 0; i < this.accounts.length; i++) {
      const account = this.accounts[i] as Account;
      const was = this.before[i] as Before;
      account.lamports = was.lamports;
      account.owner = was.owner;
      account.holding = was.holding;
      if (was.holding !== null) was.holding.amount = was.amount;
    }
    this.payer.lamports -= this.fee;
    this.events.length = 0;
  }

  #logFailure(program: Program, available: number, failure: ProgramFailure): void {
    for (const text of failure.lines) this.log(text);
    failure.lines = [];
    if (!program.builtin) this.logs.push(consumedLine(program, available - this.#unitsLeft, available));
    this.logs.push(line(`Program ${program.account.text} failed: ${failure.message}`));
  }

  #logReturn(program: Program, data: Uint8Array): void {
    const text = Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64');
    this.logs.push(line(`Program return: ${program.account.text} ${text}`));
    this.returned = { program, data };
    this.#returning = null;
  }
}

function consumedLine(program: Program, consumed: number, available: number): Uint8Array {
  return line(`Program ${program.account.text} consumed ${consumed} of ${available} compute units`);
}
