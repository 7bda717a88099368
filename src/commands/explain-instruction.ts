import type { InstructionSpec, ProgramDecoder } from '../decode/program.ts';
import { isTokenProgram, readTokenInstruction } from '../decode/spl-token/token-instruction.ts';
import type { Instruction, Transaction } from '../domain/transaction.ts';

const SYSTEM_PROGRAM = '11111111111111111111111111111111';
const SYSTEM_NAMES: Readonly<Record<number, string>> = {
  0: 'create_account',
  1: 'assign',
  2: 'transfer',
  3: 'create_account_with_seed',
  8: 'allocate',
  11: 'transfer_with_seed',
};
/** Those one meets around a trade. */
const TOKEN_NAMES: Readonly<Record<number, string>> = {
  1: 'initialize_account',
  3: 'transfer',
  4: 'approve',
  5: 'revoke',
  6: 'set_authority',
  7: 'mint_to',
  8: 'burn',
  9: 'close_account',
  12: 'transfer_checked',
  14: 'mint_to_checked',
  15: 'burn_checked',
  16: 'initialize_account2',
  17: 'sync_native',
  18: 'initialize_account3',
  20: 'initialize_mint2',
  21: 'get_account_data_size',
  22: 'initialize_immutable_owner',
  26: 'transfer_fee_extension',
  255: 'batch',
};
const SELF_CPI = 'e445a52e51cb9a1d';

/** Programs every transaction meets, that no decoder follows. */
const COMMON_NAMES: readonly (readonly [program: string, name: string])[] = [
  [SYSTEM_PROGRAM, 'system'],
  ['ComputeBudget111111111111111111111111111111', 'compute-budget'],
  ['ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL', 'associated-token'],
  ['MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr', 'memo'],
  ['metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s', 'token-metadata'],
];

/** Program id → short name, of all that can be named. */
export function programNames(programs: readonly ProgramDecoder[]): ReadonlyMap<string, string> {
  return new Map([...COMMON_NAMES, ...programs.map(({ program, name }) => [program, name] as const)]);
}

/** What an instruction is called, and what it moved where its bytes say so; null when nobody knows it. Never throws. */
export function describeInstruction(
  programs: readonly ProgramDecoder[],
  transaction: Transaction,
  instruction: Instruction,
): string | null {
  const program = transaction.key(instruction.programIndex);
  if (isTokenProgram(program)) return tokenText(transaction, instruction);
  if (program === SYSTEM_PROGRAM) return systemText(transaction, instruction);
  const decoder = programs.find((each) => each.program === program);
  return decoder === undefined ? null : nameIn(decoder, instruction.data);
}

/** The instruction's name by its longest matching discriminator. */
function nameIn({ instructions }: ProgramDecoder, data: Uint8Array): string | null {
  const hex = Buffer.from(data.subarray(0, 8)).toString('hex');
  if (hex === SELF_CPI) return 'event (self-CPI)';
  const matching = instructions.filter(({ discriminator }) => hex.startsWith(discriminator));
  const longest = matching.reduce<InstructionSpec | null>(
    (best, spec) => (best === null || spec.discriminator.length > best.discriminator.length ? spec : best),
    null,
  );
  return longest?.name ?? null;
}

function tokenText(transaction: Transaction, { data, accounts }: Instruction): string | null {
  const name = TOKEN_NAMES[data[0] ?? -1];
  if (name === undefined) return null;
  const moves = readTokenInstruction(data, accounts)
    .filter(({ action }) => action !== 'close')
    .map(({ amount, source, destination, fee }) => {
      const withheld = fee === null ? '' : ` (${fee} withheld)`;
      return `${amount}${withheld} ${short(transaction, source)} → ${short(transaction, destination)}`;
    });
  return [name, ...moves].join(' ');
}

function systemText(transaction: Transaction, { data, accounts }: Instruction): string | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < 4) return null;
  const tag = view.getUint32(0, true);
  const name = SYSTEM_NAMES[tag];
  if (name === undefined || (tag !== 0 && tag !== 2) || data.length < 12) return name ?? null;
  const [from, to] = [short(transaction, accounts[0] ?? -1), short(transaction, accounts[1] ?? -1)];
  return `${name} ${view.getBigUint64(4, true)} lamports ${from} → ${to}`;
}

function short(transaction: Transaction, index: number): string {
  const key = index < 0 ? '' : transaction.key(index);
  return key === '' ? 'nothing' : `${key.slice(0, 6)}…`;
}
