import type { Account, Program } from './account.ts';
import { BodyWriter } from './body-writer.ts';
import { discriminatorOf, type EventLayout, type EventValues } from './event-layouts.ts';
import type { EventEncoder } from './events.ts';
import type { Execution } from './execution.ts';
import type { FeeRates } from './fee-schedule.ts';
import type { FeeRecipient, KnownAccounts } from './known-accounts.ts';
import type { TokenPrograms } from './token-programs.ts';

/** What both pump programs need to run: the chain around them, the block's time, and how they speak. */
export interface ProgramContext {
  readonly known: KnownAccounts;
  readonly tokens: TokenPrograms;
  readonly events: EventEncoder;
  /** Unix seconds of the block. */
  blockTime: bigint;
}

/** Who is paid the protocol fee and the buyback of a trade. */
export interface FeeSeats {
  readonly protocol: FeeRecipient;
  readonly buyback: FeeRecipient;
}

export const instructionData = new BodyWriter(1024);

/** The 8 bytes an instruction starts with. */
export function instruction(name: string): Uint8Array {
  return discriminatorOf(`global:${name}`);
}

export function emitEvent(
  x: Execution,
  context: ProgramContext,
  program: Program,
  authority: Account,
  layout: EventLayout,
  kind: string,
  values: EventValues,
): void {
  x.emit(program, authority, context.events.encode(layout, values));
  const unknown = context.events.unknown();
  if (unknown !== null) x.emit(program, authority, unknown);
  x.record(kind, values);
}

const GET_FEES = instruction('get_fees');
const returned = new BodyWriter(32);

/** Both programs ask the pump fees program for the rates of every trade. */
export function askFees(
  x: Execution,
  context: ProgramContext,
  program: Program,
  config: Account,
  marketCap: bigint,
  tradeSize: bigint,
  rates: FeeRates,
): void {
  const data = instructionData.begin().raw(GET_FEES).u8(1).i128(marketCap).u64(tradeSize).u8(0).take();
  x.call(context.known.pumpFees, '', [config, program.account], data, () => {
    x.log('Instruction: GetFees');
    x.charge(3_302);
    x.returns(returned.begin().u64(rates.lp).u64(rates.protocol).u64(rates.creator).take());
  });
}
