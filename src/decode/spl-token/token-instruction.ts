/**
 * One instruction of the Token or Token-2022 program, as bytes and account positions: what moved, was minted, burned or closed.
 * It knows nothing of balances; amounts are those the instruction asked for.
 */
export const TOKEN_PROGRAM = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';
export const TOKEN_2022_PROGRAM = 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb';

export function isTokenProgram(program: string): boolean {
  return program === TOKEN_PROGRAM || program === TOKEN_2022_PROGRAM;
}

export type TokenAction = 'transfer' | 'mint' | 'burn' | 'close';

/** Positions are key indexes of the transaction; −1 where the action has no such account. */
export interface TokenInstruction {
  readonly action: TokenAction;
  readonly source: number;
  readonly destination: number;
  /** Key index of the mint account when the instruction names it. */
  readonly mint: number;
  readonly authority: number;
  readonly amount: bigint;
  readonly decimals: number | null;
  /** What the Token-2022 transfer fee withheld, when the instruction states it. */
  readonly fee: bigint | null;
}

const TRANSFER = 3;
const MINT_TO = 7;
const BURN = 8;
const CLOSE = 9;
const TRANSFER_CHECKED = 12;
const MINT_TO_CHECKED = 14;
const BURN_CHECKED = 15;
const TRANSFER_FEE_EXTENSION = 26;
const TRANSFER_CHECKED_WITH_FEE = 1;
const BATCH = 255;

const NONE: readonly TokenInstruction[] = [];

/** What one instruction did; empty for those that move nothing. A batch yields each of its parts. */
export function readTokenInstruction(data: Uint8Array, accounts: Uint8Array): readonly TokenInstruction[] {
  if (data[0] === BATCH) return readBatch(data, accounts);
  const single = readSingle(data, accounts);
  return single === null ? NONE : [single];
}

/** A batch is a row of (number of accounts, length of data, data); its parts take the accounts in turn. */
function readBatch(data: Uint8Array, accounts: Uint8Array): readonly TokenInstruction[] {
  const found: TokenInstruction[] = [];
  let at = 1;
  let account = 0;
  while (at + 2 <= data.length) {
    const accountCount = data[at] as number;
    const length = data[at + 1] as number;
    const end = at + 2 + length;
    if (end > data.length || account + accountCount > accounts.length) break;
    const part = readSingle(data.subarray(at + 2, end), accounts.subarray(account, account + accountCount));
    if (part !== null) found.push(part);
    at = end;
    account += accountCount;
  }
  return found;
}

function readSingle(data: Uint8Array, accounts: Uint8Array): TokenInstruction | null {
  switch (data[0]) {
    case TRANSFER:
      return build('transfer', data, 1, accounts, { source: 0, destination: 1, authority: 2, mint: -1 }, null);
    case TRANSFER_CHECKED:
      return build(
        'transfer',
        data,
        1,
        accounts,
        { source: 0, mint: 1, destination: 2, authority: 3 },
        data[9] ?? null,
      );
    case TRANSFER_FEE_EXTENSION:
      return data[1] === TRANSFER_CHECKED_WITH_FEE ? readTransferWithFee(data, accounts) : null;
    case MINT_TO:
      return build('mint', data, 1, accounts, { source: -1, mint: 0, destination: 1, authority: 2 }, null);
    case MINT_TO_CHECKED:
      return build('mint', data, 1, accounts, { source: -1, mint: 0, destination: 1, authority: 2 }, data[9] ?? null);
    case BURN:
      return build('burn', data, 1, accounts, { source: 0, mint: 1, destination: -1, authority: 2 }, null);
    case BURN_CHECKED:
      return build('burn', data, 1, accounts, { source: 0, mint: 1, destination: -1, authority: 2 }, data[9] ?? null);
    case CLOSE:
      return accounts.length < 2
        ? null
        : {
            action: 'close',
            source: accounts[0] as number,
            destination: accounts[1] as number,
            mint: -1,
            authority: accounts[2] ?? -1,
            amount: 0n,
            decimals: null,
            fee: null,
          };
    default:
      return null;
  }
}

interface Positions {
  readonly source: number;
  readonly destination: number;
  readonly mint: number;
  readonly authority: number;
}

function build(
  action: TokenAction,
  data: Uint8Array,
  amountAt: number,
  accounts: Uint8Array,
  positions: Positions,
  decimals: number | null,
): TokenInstruction | null {
  const amount = readU64(data, amountAt);
  const source = keyAt(accounts, positions.source);
  const destination = keyAt(accounts, positions.destination);
  if (amount === null || source === null || destination === null) return null;
  return {
    action,
    source,
    destination,
    mint: keyAt(accounts, positions.mint) ?? -1,
    authority: keyAt(accounts, positions.authority) ?? -1,
    amount,
    decimals,
    fee: null,
  };
}

function readTransferWithFee(data: Uint8Array, accounts: Uint8Array): TokenInstruction | null {
  const positions = { source: 0, mint: 1, destination: 2, authority: 3 };
  const base = build('transfer', data, 2, accounts, positions, data[10] ?? null);
  return base === null ? null : { ...base, fee: readU64(data, 11) };
}

/** Null when the account is missing, −1 when the action has none. */
function keyAt(accounts: Uint8Array, position: number): number | null {
  if (position < 0) return -1;
  return accounts[position] ?? null;
}

function readU64(data: Uint8Array, at: number): bigint | null {
  if (at + 8 > data.length) return null;
  return new DataView(data.buffer, data.byteOffset, data.byteLength).getBigUint64(at, true);
}
