import type { EventHead, Strategy } from '../domain/protocol-event.ts';
import type { Instruction, InstructionPath, Transaction } from '../domain/transaction.ts';
import type { InstructionSpec, ProgramDecoder } from './program.ts';
import {
  mintOfAccount,
  readTokenMove,
  SYSTEM_PROGRAM,
  TOKEN_2022_PROGRAM,
  TOKEN_PROGRAM,
  type TokenMove,
} from './token-move.ts';

export interface TokenChange {
  readonly mint: string;
  readonly owner: string;
  readonly decimals: number;
  /** Zero where the account had no balance yet or has none any more. */
  readonly before: bigint;
  readonly after: bigint;
}

/** First bytes of the instruction by which an Anchor program calls itself to record an event. */
const SELF_CPI_TAG = [0xe4, 0x45, 0xa5, 0x2e, 0x51, 0xcb, 0x9a, 0x1d];

export function isSelfCpi(data: Uint8Array): boolean {
  return isSelfCpiAt(data, 0, data.length);
}

/** The same for data that lies in [start, end) of larger bytes. */
export function isSelfCpiAt(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 16 || bytes[start] !== 0xe4) return false;
  for (let index = 1; index < 8; index++) if (bytes[start + index] !== SELF_CPI_TAG[index]) return false;
  return true;
}

/**
 * One instruction of a followed program and everything a decoder may ask about it. Nothing is read before it is asked for. It
 * changes nothing and never reaches outside its transaction.
 */
export class InstructionContext {
  readonly transaction: Transaction;
  readonly program: ProgramDecoder;
  /** Null when only the logs tell of the instruction. */
  readonly instruction: Instruction | null;
  /** Null when its discriminator is not in the program's table. */
  readonly spec: InstructionSpec | null;
  readonly path: InstructionPath;
  readonly caller: string | null;
  /** The kinds of the events that were paired with it. */
  eventKinds: readonly string[];
  /** The head of the event that is being read. */
  head: EventHead;
  /** Its place in the transaction's list; −1 when it is not there. */
  readonly position: number;
  #args: object | null | undefined;

  /** `position` is the place of the instruction in the transaction's list; −1 when it is not there. */
  constructor(
    transaction: Transaction,
    program: ProgramDecoder,
    spec: InstructionSpec | null,
    position: number,
    path: InstructionPath,
    caller: string | null,
  ) {
    this.transaction = transaction;
    this.program = program;
    this.spec = spec;
    this.instruction = transaction.instructions[position] ?? null;
    this.path = path;
    this.caller = caller;
    this.eventKinds = NO_KINDS;
    this.head = NO_HEAD;
    this.position = position;
    this.#args = undefined;
  }

  /** Prepares `head` for an event read by this strategy; `bodyLength` is null for one that has no bytes of its own. */
  begin(source: string, strategy: Strategy, fields: object, tail: Uint8Array | null, bodyLength: number | null): void {
    const head: EventHead = {
      program: this.program.program,
      venue: this.program.name,
      source,
      path: this.path,
      ordinal: 0,
      strategy,
      caller: this.caller,
      fields: fields as Readonly<Record<string, unknown>>,
    };
    if (bodyLength !== null) (head as { bodyLength: number }).bodyLength = bodyLength;
    if (tail !== null) (head as { unknownTail: Uint8Array }).unknownTail = tail;
    this.head = head;
  }

  /** The head of an event made from the instruction itself: its fields are the arguments and the named accounts. */
  headFromInstruction(): EventHead {
    return this.#headFrom('instruction');
  }

  /** The same for an event whose amounts were read from pre and post balances. */
  headFromBalances(): EventHead {
    return this.#headFrom('balances');
  }

  #headFrom(strategy: Strategy): EventHead {
    const named: Record<string, unknown> = { ...this.args() };
    for (const name of this.spec?.accounts ?? []) {
      const key = this.account(name);
      if (key !== '' && named[name] === undefined) named[name] = key;
    }
    this.begin(this.spec?.name ?? 'unknown', strategy, named, null, null);
    return this.head;
  }

  /** The instruction's decoded arguments by name; null when there are none or they are cut off. */
  args(): Readonly<Record<string, unknown>> | null {
    if (this.#args === undefined) {
      const { spec, instruction } = this;
      if (spec === null || spec.args === null || instruction === null) this.#args = null;
      else {
        const start = instruction.dataStart + spec.discriminator.length / 2;
        this.#args = spec.args.read(this.transaction.bytes, start, instruction.dataEnd)?.fields ?? null;
      }
    }
    return this.#args as Readonly<Record<string, unknown>> | null;
  }

  /** One integer argument as bigint; null when it is absent. */
  argument(name: string): bigint | null {
    const value = this.args()?.[name];
    return typeof value === 'bigint' ? value : typeof value === 'number' ? BigInt(value) : null;
  }

  /** Base58 of a named account of the instruction; "" when there is none. */
  account(name: string): string {
    const position = this.spec?.accounts.indexOf(name) ?? -1;
    return position < 0 ? '' : this.accountAt(position);
  }

  /** Base58 of the account at this place in the instruction's list; "" when there is none. */
  accountAt(position: number): string {
    const index = this.#accountIndexAt(position);
    return index === undefined ? '' : this.transaction.key(index);
  }

  #accountIndexAt(position: number): number | undefined {
    if (this.instruction === null) return undefined;
    const { accountsStart, accountsEnd } = this.instruction;
    return accountsStart + position < accountsEnd ? this.transaction.bytes[accountsStart + position] : undefined;
  }

  get accountCount(): number {
    return this.instruction === null ? 0 : this.instruction.accountsEnd - this.instruction.accountsStart;
  }

  /** Movements of tokens (not lamports) among the calls this instruction made, in order. Empty when inner calls were not recorded. */
  transfers(): readonly TokenMove[] {
    return this.moves().filter((move) => move.kind !== 'lamports');
  }

  /** Movements of tokens and of lamports among the calls this instruction made, in order. */
  moves(): readonly TokenMove[] {
    const moves: TokenMove[] = [];
    for (const child of this.children()) {
      const move = readTokenMove(this.transaction, child);
      if (move !== null) moves.push(move);
    }
    return moves;
  }

  /** Every instruction that ran below this one, in order. */
  children(): readonly Instruction[] {
    const own = this.instruction;
    if (own === null) return [];
    const children: Instruction[] = [];
    const all = this.transaction.instructions;
    for (let position = this.position + 1; position < all.length; position++) {
      const next = all[position] as Instruction;
      if (next.outer !== own.outer || !this.#isBelow(own, next)) break;
      children.push(next);
    }
    return children;
  }

  #isBelow(own: Instruction, next: Instruction): boolean {
    if (own.inner < 0) return true;
    if (own.stackHeight > 0 && next.stackHeight > 0) return next.stackHeight > own.stackHeight;
    // Old nodes did not record the stack height: what only serves others is taken as called by this instruction.
    const program = this.transaction.key(next.programIndex);
    if (program === this.program.program) return isSelfCpi(next.data);
    return program === TOKEN_PROGRAM || program === TOKEN_2022_PROGRAM || program === SYSTEM_PROGRAM;
  }

  /** Pre and post balance of a named token account; null when the transaction recorded neither. */
  tokenChange(name: string): TokenChange | null {
    const index = this.#accountIndex(name);
    return index === undefined ? null : tokenChangeOf(this.transaction, index);
  }

  /** Mint of a named token account, as far as the recorded balances tell. */
  mintOf(name: string): string | null {
    return mintOfAccount(this.transaction, this.#accountIndex(name));
  }

  /** Lamports an account lost or gained over the whole transaction; null when balances were not recorded. */
  lamportChange(name: string): bigint | null {
    const index = this.#accountIndex(name);
    if (index === undefined) return null;
    const before = this.transaction.preBalances[index];
    const after = this.transaction.postBalances[index];
    return before === undefined || after === undefined ? null : after - before;
  }

  /** Mint of a token account that the event itself names (base58). */
  mintOfKey(key: string): string | null {
    const { transaction } = this;
    for (let index = 0; index < transaction.keyCount; index++) {
      if (transaction.key(index) === key) return mintOfAccount(transaction, index);
    }
    return null;
  }

  /**
   * True when no other instruction of this program names the account: only then do the transaction's balances tell what this
   * instruction alone did to it.
   */
  isAloneOn(name: string): boolean {
    const index = this.#accountIndex(name);
    if (index === undefined || this.instruction === null) return false;
    for (const other of this.transaction.instructions) {
      if (other === this.instruction || other.programIndex !== this.instruction.programIndex) continue;
      if (!isSelfCpi(other.data) && other.accounts.includes(index)) return false;
    }
    return true;
  }

  #accountIndex(name: string): number | undefined {
    const position = this.spec?.accounts.indexOf(name) ?? -1;
    return position < 0 ? undefined : this.#accountIndexAt(position);
  }
}

/** Pre and post balance of the token account at this place in the keys; null when the transaction recorded neither. */
export function tokenChangeOf(transaction: Transaction, accountIndex: number): TokenChange | null {
  const before = transaction.preTokenBalances?.find((balance) => balance.accountIndex === accountIndex);
  const after = transaction.postTokenBalances?.find((balance) => balance.accountIndex === accountIndex);
  const known = after ?? before;
  if (known === undefined) return null;
  return {
    mint: known.mint,
    owner: known.owner,
    decimals: known.decimals,
    before: before?.amount ?? 0n,
    after: after?.amount ?? 0n,
  };
}

const NO_KINDS: readonly string[] = [];
const NO_HEAD: EventHead = {
  program: '',
  venue: '',
  source: '',
  path: { outer: 0, inner: -1 },
  ordinal: 0,
  strategy: 'instruction',
  caller: null,
  fields: {},
};
