import { auditTransaction } from '../../src/decode/audit/audit.ts';
import type { ProgramDecoder } from '../../src/decode/program.ts';
import { createDecoder } from '../../src/decode/registry.ts';
import { TOKEN_PROGRAM } from '../../src/decode/spl-token/token-instruction.ts';
import type { DecodedTransaction } from '../../src/domain/contracts.ts';
import { type Values, writeBody } from './body-writer.ts';
import { type Call, type MadeUp, madeUpTransaction } from './raw-transaction.ts';

/** What an Anchor program puts before an event when it calls itself. */
const SELF_CPI_TAG = 'e445a52e51cb9a1d';

/** A call of one of a program's instructions: accounts by the names of its table (each account is called by its own name). */
export function programCall(
  program: ProgramDecoder,
  instruction: string,
  args: Values = {},
  inner: readonly Call[] = [],
  renamed: Readonly<Record<string, string>> = {},
): Call {
  const spec = program.instructions.find((each) => each.name === instruction);
  if (spec === undefined) throw new Error(`${program.name} has no instruction ${instruction}`);
  const data = Buffer.concat([
    Buffer.from(spec.discriminator, 'hex'),
    spec.args === null ? new Uint8Array(0) : writeBody(spec.args.fields, args),
  ]);
  return { program: program.program, accounts: spec.accounts.map((name) => renamed[name] ?? name), data, inner };
}

/** The bytes of an event: its discriminator and its body. */
export function eventBytes(program: ProgramDecoder, event: string, values: Values, until?: string): Buffer {
  const spec = program.events.find((each) => each.name === event);
  if (spec === undefined) throw new Error(`${program.name} has no event ${event}`);
  return Buffer.concat([Buffer.from(spec.discriminator, 'hex'), writeBody(spec.layout.fields, values, until)]);
}

/** The event as an Anchor program records it by calling itself. */
export function selfEvent(program: ProgramDecoder, event: string, values: Values): Call {
  const data = Buffer.concat([Buffer.from(SELF_CPI_TAG, 'hex'), eventBytes(program, event, values)]);
  return { program: program.program, accounts: ['event_authority'], data };
}

/** The log lines of a program that writes these payloads at the top of a transaction. */
export function programLogs(program: ProgramDecoder, payloads: readonly Uint8Array[]): readonly string[] {
  return [
    `Program ${program.program} invoke [1]`,
    ...payloads.map((payload) => `Program data: ${Buffer.from(payload).toString('base64')}`),
    `Program ${program.program} success`,
  ];
}

/** A transfer of the classic token program between two named accounts. */
export function transfer(source: string, destination: string, amount: bigint): Call {
  const data = Buffer.alloc(9);
  data[0] = 3;
  data.writeBigUInt64LE(amount, 1);
  return { program: TOKEN_PROGRAM, accounts: [source, destination, 'owner'], data };
}

export function decodeMadeUp(program: ProgramDecoder, madeUp: MadeUp): DecodedTransaction {
  const decoded = createDecoder([program], null).decode(madeUpTransaction(madeUp));
  auditTransaction(decoded);
  return decoded;
}
