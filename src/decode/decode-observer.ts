import type { InstructionContext } from './instruction-context.ts';
import type { EventSpec, InstructionSpec, ProgramDecoder } from './program.ts';

/** What the decoder tells about every instruction and event of a followed program; `sluice decode` counts with it. */
export interface DecodeObserver {
  /** An instruction of a successful transaction; `spec` is null when its discriminator is not known. */
  instruction(context: InstructionContext, spec: InstructionSpec | null, events: number, isIdle: boolean): void;
  /** One event body; `spec` is null when its discriminator is not known, `tailLength` counts the bytes we have no name for. */
  event(
    program: ProgramDecoder,
    spec: EventSpec | null,
    discriminator: string,
    bodyLength: number,
    tailLength: number,
  ): void;
}
