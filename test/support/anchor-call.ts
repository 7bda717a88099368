import type { InstructionSpec, ProgramDecoder } from '../../src/decode/program.ts';
import { createDecoder } from '../../src/decode/registry.ts';
import type { ProtocolEvent } from '../../src/domain/protocol-event.ts';
import { type Values, writeBody } from './body-writer.ts';
import { type Call, madeUpTransaction } from './raw-transaction.ts';

/** A call of a known instruction with its accounts named after themselves ("bonding_curve" at the place of bonding_curve). */
export function callOf(program: ProgramDecoder, name: string, args: Values, inner: readonly Call[]): Call {
  const spec = program.instructions.find((each) => each.name === name) as InstructionSpec;
  const data = Buffer.concat([Buffer.from(spec.discriminator, 'hex'), writeBody(spec.args?.fields ?? [], args)]);
  return { program: program.program, accounts: spec.accounts.map(accountName), data, inner };
}

/** Several of these names are base58 text by accident ("mint" is not, "user" is): a prefix keeps them names. */
export function accountName(name: string): string {
  return `the-${name}`.slice(0, 31);
}

/** The self-CPI that records an event; `until` names the first field an older body does not have, `tail` what a newer one appends. */
export function eventOf(program: ProgramDecoder, name: string, values: Values, until?: string, tail = ''): Call {
  const spec = program.events.find((each) => each.name === name);
  const body = writeBody(spec?.layout.fields ?? [], values, until);
  return {
    program: program.program,
    data: Buffer.concat([Buffer.from(`e445a52e51cb9a1d${spec?.discriminator}`, 'hex'), body, Buffer.from(tail, 'hex')]),
  };
}

export function eventsOf(program: ProgramDecoder, calls: readonly Call[]): readonly ProtocolEvent[] {
  return createDecoder([program], null).decode(madeUpTransaction({ calls })).events;
}
