import type { EventSpec, InstructionSpec, ProgramDecoder } from './program.ts';

/** A program's tables, prepared for look-up by the first bytes of the data. */
export class ProgramRuntime {
  readonly program: ProgramDecoder;
  readonly readsLogs: boolean;
  readonly readsSelfCpi: boolean;
  readonly isListedOnly: boolean;
  readonly #instructions: Table<InstructionSpec>;
  readonly #events: Table<EventSpec>;

  constructor(program: ProgramDecoder) {
    this.program = program;
    this.readsLogs = program.eventSources.includes('log') || program.eventSources.includes('ray-log');
    this.readsSelfCpi = program.eventSources.includes('self-cpi');
    this.isListedOnly = program.isListedOnly === true;
    this.#instructions = byFirstByte(program.instructions);
    this.#events = byFirstByte(program.events);
  }

  instruction(bytes: Uint8Array, start: number, end: number): InstructionSpec | null {
    return find(this.#instructions, bytes, start, end);
  }

  /** True for what a program that is followed for a few instructions does besides. */
  passesOver(bytes: Uint8Array, start: number, end: number): boolean {
    return this.isListedOnly && this.instruction(bytes, start, end) === null;
  }

  event(bytes: Uint8Array, start: number, end: number): EventSpec | null {
    return find(this.#events, bytes, start, end);
  }

  /** Hex of the bytes that name an instruction of this program. */
  discriminator(data: Uint8Array): string {
    const length = (this.program.instructions[0]?.discriminator.length ?? 16) / 2;
    return hex(data, 0, length);
  }
}

interface Tagged {
  readonly discriminator: string;
}

/** A spec with its discriminator as bytes. */
interface Entry<T> {
  readonly spec: T;
  readonly tag: Uint8Array;
}

/** At each first byte the specs that start with it. */
type Table<T> = readonly (readonly Entry<T>[] | undefined)[];

function byFirstByte<T extends Tagged>(specs: readonly T[]): Table<T> {
  const table = new Array<Entry<T>[] | undefined>(256).fill(undefined);
  for (const spec of specs) {
    const tag = new Uint8Array(Buffer.from(spec.discriminator, 'hex'));
    const first = tag[0] as number;
    table[first] = [...(table[first] ?? []), { spec, tag }];
  }
  return table;
}

function find<T>(table: Table<T>, bytes: Uint8Array, start: number, end: number): T | null {
  const sharing = start < end ? table[bytes[start] as number] : undefined;
  if (sharing === undefined) return null;
  for (const { spec, tag } of sharing) if (startsWith(bytes, start, end, tag)) return spec;
  return null;
}

function startsWith(bytes: Uint8Array, start: number, end: number, tag: Uint8Array): boolean {
  if (start + tag.length > end) return false;
  for (let index = 1; index < tag.length; index++) if (bytes[start + index] !== tag[index]) return false;
  return true;
}

export function hex(bytes: Uint8Array, start: number, length: number): string {
  return Buffer.from(bytes.subarray(start, start + length)).toString('hex');
}
