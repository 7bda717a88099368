import type { ProtocolEvent } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { layout } from '../layout.ts';
import { type ProgramDecoder, taggedInstruction } from '../program.ts';
import { readTokenInstruction, TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from './token-instruction.ts';
import { mintOf } from './token-transfers.ts';

const amountArgs = layout([['amount', 'u64']]);
const checkedArgs = layout([
  ['amount', 'u64'],
  ['decimals', 'u8'],
]);

const ACCOUNTS = ['account', 'mint', 'authority'];

const INSTRUCTIONS = [
  taggedInstruction('burn', '08', {
    args: amountArgs,
    accounts: ACCOUNTS,
    yields: true,
    fromInstruction: burnsOf,
  }),
  taggedInstruction('burn_checked', '0f', {
    args: checkedArgs,
    accounts: ACCOUNTS,
    yields: true,
    fromInstruction: burnsOf,
  }),
  // A row of token instructions in one; most hold no burn.
  taggedInstruction('batch', 'ff', { args: null, accounts: [], yields: false, fromInstruction: burnsOf }),
];

/**
 * The token programs, followed for burns only: everything else they do is evidence (token-transfers.ts), not an event. Their other
 * instructions are passed over without a trace.
 */
export const splToken: ProgramDecoder = {
  program: TOKEN_PROGRAM,
  name: 'spl-token',
  eventSources: [],
  isListedOnly: true,
  instructions: INSTRUCTIONS,
  events: [],
};

export const splToken2022: ProgramDecoder = { ...splToken, program: TOKEN_2022_PROGRAM, name: 'spl-token-2022' };

function burnsOf(context: InstructionContext): readonly ProtocolEvent[] {
  const { instruction, transaction } = context;
  if (instruction === null) return [];
  const events: ProtocolEvent[] = [];
  for (const part of readTokenInstruction(instruction.data, instruction.accounts)) {
    if (part.action !== 'burn') continue;
    const mint = part.mint >= 0 ? transaction.key(part.mint) : mintOf(transaction, part.source);
    if (mint === null || mint === '') continue;
    events.push({
      ...context.headFromInstruction(),
      kind: 'token-burned',
      mint,
      account: transaction.key(part.source),
      authority: part.authority < 0 ? null : transaction.key(part.authority) || null,
      amount: part.amount,
    });
  }
  return events;
}
