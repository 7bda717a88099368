import type { Instruction, Transaction } from '../domain/transaction.ts';

export const SYSTEM_PROGRAM = '11111111111111111111111111111111';
export const TOKEN_PROGRAM = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';
export const TOKEN_2022_PROGRAM = 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb';
export const WRAPPED_SOL = 'So11111111111111111111111111111111111111112';

/** One movement of value: a token transfer, mint or burn, or a lamport transfer of the system program. */
export interface TokenMove {
  readonly kind: 'transfer' | 'mint' | 'burn' | 'lamports';
  /** Base58 of the program that moved it. */
  readonly program: string;
  /** Base58 token account (or wallet, for lamports); "" for a mint. */
  readonly from: string;
  /** Base58 token account (or wallet, for lamports); "" for a burn. */
  readonly to: string;
  /** Base58; null for an unchecked transfer whose accounts the balances do not name. */
  readonly mint: string | null;
  readonly authority: string;
  readonly amount: bigint;
  /** Withheld from what arrives, when the instruction itself tells (Token-2022 transfer fees). */
  readonly fee: bigint | null;
}

/** Reads one instruction as a movement of value; null when it is none. Never throws on short data. */
export function readTokenMove(transaction: Transaction, instruction: Instruction): TokenMove | null {
  const program = transaction.key(instruction.programIndex);
  if (program === TOKEN_PROGRAM || program === TOKEN_2022_PROGRAM) return readToken(transaction, instruction, program);
  if (program === SYSTEM_PROGRAM) return readSystem(transaction, instruction);
  return null;
}

function readSystem(transaction: Transaction, instruction: Instruction): TokenMove | null {
  const { data, accounts } = instruction;
  if (data.length < 12 || data[0] !== 2 || data[1] !== 0 || data[2] !== 0 || data[3] !== 0) return null;
  const key = (position: number) => transaction.key(accounts[position] ?? 256);
  return {
    kind: 'lamports',
    program: SYSTEM_PROGRAM,
    from: key(0),
    to: key(1),
    mint: null,
    authority: key(0),
    amount: readU64(data, 4),
    fee: null,
  };
}

function readToken(transaction: Transaction, instruction: Instruction, program: string): TokenMove | null {
  const { data, accounts } = instruction;
  const tag = data[0];
  const key = (position: number) => transaction.key(accounts[position] ?? 256);
  const amountAt = tag === 26 ? 2 : 1;
  if (data.length < amountAt + 8) return null;
  const amount = readU64(data, amountAt);
  switch (tag) {
    case 3: {
      const mint = mintOfAccount(transaction, accounts[0]) ?? mintOfAccount(transaction, accounts[1]);
      return { kind: 'transfer', program, from: key(0), to: key(1), mint, authority: key(2), amount, fee: null };
    }
    case 12:
      return {
        kind: 'transfer',
        program,
        from: key(0),
        to: key(2),
        mint: key(1),
        authority: key(3),
        amount,
        fee: null,
      };
    case 26: {
      if (data[1] !== 1) return null;
      const fee = data.length >= 19 ? readU64(data, 11) : null;
      return { kind: 'transfer', program, from: key(0), to: key(2), mint: key(1), authority: key(3), amount, fee };
    }
    case 7:
    case 14:
      return { kind: 'mint', program, from: '', to: key(1), mint: key(0), authority: key(2), amount, fee: null };
    case 8:
    case 15:
      return { kind: 'burn', program, from: key(0), to: '', mint: key(1), authority: key(2), amount, fee: null };
    default:
      return null;
  }
}

/** Mint of a token account by its position in the keys, as far as the recorded balances tell. */
export function mintOfAccount(transaction: Transaction, accountIndex: number | undefined): string | null {
  if (accountIndex === undefined) return null;
  for (const balance of transaction.postTokenBalances ?? []) {
    if (balance.accountIndex === accountIndex) return balance.mint;
  }
  for (const balance of transaction.preTokenBalances ?? []) {
    if (balance.accountIndex === accountIndex) return balance.mint;
  }
  return null;
}

function readU64(bytes: Uint8Array, at: number): bigint {
  let low = 0;
  let high = 0;
  for (let index = 3; index >= 0; index--) {
    low = low * 256 + (bytes[at + index] as number);
    high = high * 256 + (bytes[at + 4 + index] as number);
  }
  return BigInt(low) | (BigInt(high) << 32n);
}
