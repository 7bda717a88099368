import type { Instruction, Transaction } from '../../domain/transaction.ts';
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../spl-token/token-instruction.ts';

const SYSTEM_PROGRAM = '11111111111111111111111111111111';

const UNSEEN = 0;
const OTHER = 1;
const TOKEN = 2;
const TOKEN_2022 = 3;
const SYSTEM = 4;
const KEYS_MAX = 256;

/** What some instructions moved through one account. */
export interface Moved {
  /** In is positive, out negative. */
  net: bigint;
  /** One of them names the account. */
  isTouched: boolean;
  /** Movements were recorded there at all, of this account or of others. */
  isRecorded: boolean;
  /** False when something moved by an amount the instructions do not tell. */
  isWhole: boolean;
  /** Key index of the mint a transfer of this account names; −1 when none does. */
  mint: number;
}

/**
 * Reads what moved straight from the bytes of the token and system programs' instructions. It knows nothing of pools and of what
 * any decoder made of the transaction, so a wrong layout cannot prove itself. Built once per transaction.
 */
export class Movements {
  readonly transaction: Transaction;
  readonly #kinds: Uint8Array = new Uint8Array(KEYS_MAX);

  constructor(transaction: Transaction) {
    this.transaction = transaction;
  }

  /** Tokens that the instructions in [from, to) moved through a token account. */
  tokens(account: number, from: number, to: number): Moved {
    const moved: Moved = { net: 0n, isTouched: false, isRecorded: false, isWhole: true, mint: -1 };
    for (let at = from; at < to; at++) this.addTokens(moved, account, at);
    return moved;
  }

  addTokens(moved: Moved, account: number, at: number): void {
    const instruction = this.transaction.instructions[at] as Instruction;
    const kind = this.#kindOf(instruction.programIndex);
    if (kind !== TOKEN && kind !== TOKEN_2022) return;
    const { dataStart, dataEnd, accountsStart, accountsEnd } = instruction;
    const { bytes } = this.transaction;
    const isExtended = kind === TOKEN_2022;
    if (bytes[dataStart] !== BATCH) {
      addToken(moved, account, bytes, dataStart, dataEnd, accountsStart, accountsEnd, isExtended);
      return;
    }
    // A row of (number of accounts, length of data, data); the parts take the accounts in turn.
    let accounts = accountsStart;
    for (let start = dataStart + 1; start + 2 <= dataEnd; ) {
      const next = accounts + (bytes[start] as number);
      const end = start + 2 + (bytes[start + 1] as number);
      if (end > dataEnd || next > accountsEnd) break;
      addToken(moved, account, bytes, start + 2, end, accounts, next, isExtended);
      start = end;
      accounts = next;
    }
  }

  /** Lamports that the system program moved through an account there, without the rent that opened it. */
  lamports(account: number, from: number, to: number): Moved {
    const moved: Moved = { net: 0n, isTouched: false, isRecorded: false, isWhole: true, mint: -1 };
    for (let at = from; at < to; at++) this.addLamports(moved, account, at, 'transfers');
    return moved;
  }

  addLamports(moved: Moved, account: number, at: number, which: 'transfers' | 'rent' | 'all'): void {
    const { programIndex, dataStart, dataEnd, accountsStart, accountsEnd } = this.transaction.instructions[
      at
    ] as Instruction;
    if (this.#kindOf(programIndex) !== SYSTEM || dataEnd - dataStart < 12) return;
    const { bytes } = this.transaction;
    const move = bytes[dataStart] as number;
    if ((bytes[dataStart + 1] as number) + (bytes[dataStart + 2] as number) + (bytes[dataStart + 3] as number) > 0)
      return;
    const isRent = move === CREATE_ACCOUNT || move === CREATE_WITH_SEED;
    if (!isRent && move !== TRANSFER_LAMPORTS && move !== TRANSFER_WITH_SEED) return;
    moved.isRecorded = true;
    if (which === (isRent ? 'transfers' : 'rent')) return;
    const to = accountsStart + (move === TRANSFER_WITH_SEED ? 2 : 1);
    if (to >= accountsEnd) return;
    const isIn = bytes[to] === account;
    const isOut = bytes[accountsStart] === account;
    if (isIn === isOut) return;
    // Behind a base key (32 bytes) and a seed with its length.
    const amountAt = move === CREATE_WITH_SEED ? dataStart + 44 + (bytes[dataStart + 36] as number) : dataStart + 4;
    if (amountAt + 8 > dataEnd) return;
    moved.isTouched = true;
    const amount = readU64(bytes, amountAt);
    moved.net += isIn ? amount : -amount;
  }

  /** True for the programs whose movements are read here. */
  isMover(programIndex: number): boolean {
    return this.#kindOf(programIndex) !== OTHER;
  }

  #kindOf(programIndex: number): number {
    if (programIndex >= KEYS_MAX) return OTHER;
    const known = this.#kinds[programIndex] as number;
    if (known !== UNSEEN) return known;
    const kind = kindOf(this.transaction.key(programIndex));
    this.#kinds[programIndex] = kind;
    return kind;
  }
}

function kindOf(program: string): number {
  if (program === TOKEN_PROGRAM) return TOKEN;
  if (program === TOKEN_2022_PROGRAM) return TOKEN_2022;
  return program === SYSTEM_PROGRAM ? SYSTEM : OTHER;
}

const CREATE_ACCOUNT = 0;
const TRANSFER_LAMPORTS = 2;
const CREATE_WITH_SEED = 3;
const TRANSFER_WITH_SEED = 11;

const TRANSFER = 3;
const MINT_TO = 7;
const BURN = 8;
const CLOSE_ACCOUNT = 9;
const TRANSFER_CHECKED = 12;
const MINT_TO_CHECKED = 14;
const BURN_CHECKED = 15;
const SYNC_NATIVE = 17;
const FEE_EXTENSION = 26;
const TRANSFER_WITH_FEE = 1;
const UNWRAP_LAMPORTS = 45;
const BATCH = 255;

const NONE = -1;

/** Where an instruction that moves tokens names its accounts and its amount; NONE where it has no such account. */
interface Shape {
  readonly source: number;
  readonly destination: number;
  readonly mint: number;
  readonly amountAt: number;
  /** A Token-2022 mint may withhold a fee that the instruction does not tell. */
  readonly hidesFee: boolean;
}

const SHAPES: readonly (Shape | undefined)[] = shapes([
  [TRANSFER, { source: 0, destination: 1, mint: NONE, amountAt: 1, hidesFee: true }],
  [TRANSFER_CHECKED, { source: 0, destination: 2, mint: 1, amountAt: 1, hidesFee: true }],
  [FEE_EXTENSION, { source: 0, destination: 2, mint: 1, amountAt: 2, hidesFee: false }],
  [MINT_TO, { source: NONE, destination: 1, mint: 0, amountAt: 1, hidesFee: false }],
  [MINT_TO_CHECKED, { source: NONE, destination: 1, mint: 0, amountAt: 1, hidesFee: false }],
  [BURN, { source: 0, destination: NONE, mint: 1, amountAt: 1, hidesFee: false }],
  [BURN_CHECKED, { source: 0, destination: NONE, mint: 1, amountAt: 1, hidesFee: false }],
]);

function shapes(entries: readonly (readonly [tag: number, shape: Shape])[]): readonly (Shape | undefined)[] {
  const table = new Array<Shape | undefined>(256).fill(undefined);
  for (const [tag, shape] of entries) table[tag] = shape;
  return table;
}

/** Adds what one token instruction moved through `account`. */
function addToken(
  moved: Moved,
  account: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  accountsStart: number,
  accountsEnd: number,
  isExtended: boolean,
): void {
  const tag = start < end ? (bytes[start] as number) : BATCH;
  const shape = SHAPES[tag];
  if (shape === undefined) {
    const isOwnAffair = tag === CLOSE_ACCOUNT || tag === SYNC_NATIVE || tag === UNWRAP_LAMPORTS;
    // Whatever the amount was, it is not written here.
    if (isOwnAffair && accountsStart < accountsEnd && bytes[accountsStart] === account) {
      moved.isTouched = true;
      moved.isWhole = false;
    }
    return;
  }
  const { source, destination, mint, amountAt, hidesFee } = shape;
  const at = start + amountAt;
  if (tag === FEE_EXTENSION && bytes[start + 1] !== TRANSFER_WITH_FEE) return;
  if (at + 8 > end || accountsStart + Math.max(source, destination) >= accountsEnd) return;
  moved.isRecorded = true;
  const isOut = source !== NONE && bytes[accountsStart + source] === account;
  const isIn = destination !== NONE && bytes[accountsStart + destination] === account;
  if (isIn === isOut) return;
  moved.isTouched = true;
  if (mint !== NONE) moved.mint = bytes[accountsStart + mint] as number;
  const amount = readU64(bytes, at);
  if (isOut) moved.net -= amount;
  else {
    if (hidesFee && isExtended) moved.isWhole = false;
    // A told fee stands behind the amount and one byte of decimals.
    const fee = tag === FEE_EXTENSION && at + 17 <= end ? readU64(bytes, at + 9) : 0n;
    moved.net += amount - fee;
  }
}

function readU64(bytes: Uint8Array, at: number): bigint {
  const low =
    (bytes[at] as number) +
    (bytes[at + 1] as number) * 0x100 +
    (bytes[at + 2] as number) * 0x10000 +
    (bytes[at + 3] as number) * 0x1000000;
  const high =
    (bytes[at + 4] as number) +
    (bytes[at + 5] as number) * 0x100 +
    (bytes[at + 6] as number) * 0x10000 +
    (bytes[at + 7] as number) * 0x1000000;
  // Below 2^53 one number is exact, and one conversion is half the cost of two.
  return high < 0x200000 ? BigInt(high * 0x100000000 + low) : (BigInt(high) << 32n) | BigInt(low);
}
