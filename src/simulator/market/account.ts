import { decodeBase58, encodeBase58 } from '../../lib/base58.ts';

/** What a token account holds. */
export interface Holding {
  readonly mint: Mint;
  readonly holder: Account;
  amount: bigint;
}

/**
 * One account of the simulated chain: who it is and what it owns. It enforces nothing; the programs do, and an execution takes
 * back what a failed transaction changed.
 */
export class Account {
  readonly address: Uint8Array;
  readonly text: string;
  lamports: bigint;
  /** The program that owns it; null: the System program. */
  owner: Account | null;
  /** Set while it is an initialized token account. */
  holding: Holding | null;
  /** Position in the market's address lookup table; −1: not in it. */
  tableIndex: number;
  /** The execution that last met it, and its position there: saves a map lookup for each of a transaction's thousand mentions. */
  executionId: number;
  position: number;

  constructor(address: Uint8Array, lamports: bigint, owner: Account | null) {
    this.address = address;
    this.text = encodeBase58(address);
    this.lamports = lamports;
    this.owner = owner;
    this.holding = null;
    this.tableIndex = -1;
    this.executionId = 0;
    this.position = 0;
  }
}

/** A token: its account, who runs it and how it is counted. */
export interface Mint {
  readonly account: Account;
  readonly program: Program;
  readonly decimals: number;
  /** Wrapped SOL: its token accounts hold the same in lamports. */
  readonly native: boolean;
}

/** Something that can be invoked, with the log lines it leaves, spelled once. */
export interface Program {
  readonly account: Account;
  /** A native program: it logs no consumption. */
  readonly builtin: boolean;
  readonly success: Uint8Array;
  /** `Program … invoke [height]`, by height. */
  readonly invoke: readonly Uint8Array[];
}

const HEIGHT_MAX = 6;

export function newProgram(id: string, lamports: bigint, builtin: boolean): Program {
  const account = new Account(decodeBase58(id), lamports, null);
  const invoke = Array.from({ length: HEIGHT_MAX + 1 }, (_, height) => line(`Program ${id} invoke [${height}]`));
  return { account, builtin, success: line(`Program ${id} success`), invoke };
}

/** A log line as bytes; what a chain logs is ASCII. */
export function line(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
