import type { Transaction } from '../domain/transaction.ts';
import { describeTransactionError } from '../domain/transaction-error.ts';

/** Errors are few, but their custom codes come from the chain: past this many kinds the rest counts as "other". */
const KINDS_MAX = 1_000;
const OTHER = 'other';

/** Failed transactions by followed program and error. They change nothing but fees, so counting is all that happens to them. */
export class FailureCounts {
  readonly #programs: ReadonlyMap<string, string>;
  readonly #counts = new Map<string, Map<string, number>>();
  #kinds = 0;
  total = 0;

  /** Program id (base58) → short name, of the programs that are followed. */
  constructor(programs: ReadonlyMap<string, string>) {
    this.#programs = programs;
  }

  add(transaction: Transaction): void {
    this.total++;
    const program = this.#programOf(transaction);
    let errors = this.#counts.get(program);
    if (errors === undefined) {
      errors = new Map();
      this.#counts.set(program, errors);
    }
    const told = describeTransactionError(transaction.error ?? new Uint8Array(0));
    // Which instruction failed is a matter of the transaction, not of the kind of failure.
    let kind = told.replace(/^InstructionError \d+ /, 'InstructionError ');
    if (!errors.has(kind)) {
      if (this.#kinds >= KINDS_MAX) kind = OTHER;
      else this.#kinds++;
    }
    errors.set(kind, (errors.get(kind) ?? 0) + 1);
  }

  /** Program name → error → count. */
  stats(): Readonly<Record<string, Readonly<Record<string, number>>>> {
    return Object.fromEntries([...this.#counts].map(([program, errors]) => [program, Object.fromEntries(errors)]));
  }

  /** The first followed program it called; the one that failed may be below it. */
  #programOf(transaction: Transaction): string {
    for (const instruction of transaction.instructions) {
      const name = this.#programs.get(transaction.key(instruction.programIndex));
      if (name !== undefined) return name;
    }
    return OTHER;
  }
}
