import type { DecodedTransaction, DecodeTransaction } from '../domain/contracts.ts';
import { pathText } from '../domain/domain-event.ts';
import type { ProtocolEvent, Strategy, Undecoded } from '../domain/protocol-event.ts';
import type { Instruction, Transaction } from '../domain/transaction.ts';
import { withBurnsTold } from './burns.ts';
import { toldBeforeCut, withoutTold } from './cut-logs.ts';
import type { DecodeObserver } from './decode-observer.ts';
import { unlessEmptyFees } from './empty-fees.ts';
import { InstructionContext, isSelfCpiAt } from './instruction-context.ts';
import { type LogReading, readLogEntries } from './log-frames.ts';
import { pairLoneInstructions } from './log-pairing.ts';
import type { ProgramDecoder } from './program.ts';
import { hex, ProgramRuntime } from './program-runtime.ts';
import { DEPTH_MAX, KEYS_MAX, WalkMemory } from './walk-memory.ts';

export interface DecoderCounters {
  transactions: number;
  failed: number;
  readonly byStrategy: Record<Strategy, number>;
}

export interface TransactionDecoder {
  readonly decode: DecodeTransaction;
  readonly counters: DecoderCounters;
}

/** Builds the one function that turns a transaction into typed events of all these programs. Nothing it meets makes it throw. */
export function createDecoder(
  programs: readonly ProgramDecoder[],
  observer: DecodeObserver | null,
): TransactionDecoder {
  const runtimes = new Map(programs.map((program) => [program.program, new ProgramRuntime(program)]));
  const counters: DecoderCounters = {
    transactions: 0,
    failed: 0,
    byStrategy: { 'self-cpi': 0, log: 0, 'ray-log': 0, instruction: 0, balances: 0 },
  };
  const memory = new WalkMemory();
  const decode = (transaction: Transaction): DecodedTransaction => {
    counters.transactions++;
    // A failed transaction changed nothing but fees, whatever its logs and inner instructions tell.
    if (transaction.failed) {
      counters.failed++;
      return { transaction, events: [], undecoded: [] };
    }
    return new Decoding(transaction, runtimes, observer, counters, memory).run();
  };
  return { decode, counters };
}

/** The decoding of one transaction: made, run once, thrown away. */
class Decoding {
  readonly #transaction: Transaction;
  readonly #runtimes: ReadonlyMap<string, ProgramRuntime>;
  readonly #observer: DecodeObserver | null;
  readonly #counters: DecoderCounters;
  readonly #memory: WalkMemory;
  readonly #events: ProtocolEvent[] = [];
  readonly #undecoded: Undecoded[] = [];
  /** Instructions of followed programs, in order of their start. */
  readonly #contexts: InstructionContext[] = [];
  /** Null where no logs were needed. */
  #logs: LogReading | null = null;

  constructor(
    transaction: Transaction,
    runtimes: ReadonlyMap<string, ProgramRuntime>,
    observer: DecodeObserver | null,
    counters: DecoderCounters,
    memory: WalkMemory,
  ) {
    this.#memory = memory;
    this.#transaction = transaction;
    this.#runtimes = runtimes;
    this.#observer = observer;
    this.#counters = counters;
  }

  run(): DecodedTransaction {
    const transaction = this.#transaction;
    this.#walkInstructions();
    const selfCpiEvents = this.#events.length;
    if (this.#needsLogs()) this.#readLogs();
    for (const context of this.#contexts) this.#finish(context);
    if (this.#events.length > selfCpiEvents) this.#events.sort(byPath);
    return { transaction, events: withBurnsTold(this.#events, transaction), undecoded: this.#undecoded };
  }

  /** Logs are text and dear to read: only for what the self-CPIs left open. */
  #needsLogs(): boolean {
    if (!this.#transaction.hasInner) return true;
    for (const context of this.#contexts) {
      if (context.eventKinds.length > 0) continue;
      const runtime = this.#runtimes.get(context.program.program) as ProgramRuntime;
      if (runtime.readsLogs && (!runtime.readsSelfCpi || context.spec === null || context.spec.yields)) return true;
    }
    return false;
  }

  #walkInstructions(): void {
    const transaction = this.#transaction;
    const { instructions, bytes } = transaction;
    const memory = this.#memory;
    memory.reset();
    // At each stack height the latest program, and its context when it is followed.
    const { programAt, contextAt } = memory;
    for (let position = 0; position < instructions.length; position++) {
      const instruction = instructions[position] as Instruction;
      const programIndex = instruction.programIndex;
      const runtime = this.#runtimeOf(programIndex);
      const height = instruction.inner < 0 ? 1 : instruction.stackHeight < DEPTH_MAX ? instruction.stackHeight : 0;
      programAt[height] = programIndex;
      if (runtime === null || runtime.passesOver(bytes, instruction.dataStart, instruction.dataEnd)) {
        contextAt[height] = null;
        continue;
      }
      if (runtime.readsSelfCpi && isSelfCpiAt(bytes, instruction.dataStart, instruction.dataEnd)) {
        const parent = height > 1 ? contextAt[height - 1] : null;
        const owner = parent?.program === runtime.program ? parent : this.#ownerOf(runtime, instruction, position);
        this.#readEvent(runtime, owner, bytes, instruction.dataStart + 8, instruction.dataEnd, 'self-cpi');
        continue;
      }
      const callerIndex = height > 1 ? (programAt[height - 1] as number) : height === 1 ? -1 : (programAt[1] as number);
      const context = this.#open(runtime, position, instruction, callerIndex < 0 ? null : transaction.key(callerIndex));
      contextAt[height] = context;
    }
  }

  #runtimeOf(programIndex: number): ProgramRuntime | null {
    const { stamps, runtimes, stamp } = this.#memory;
    if (programIndex >= KEYS_MAX) return null;
    if (stamps[programIndex] === stamp) return runtimes[programIndex] as ProgramRuntime | null;
    const runtime = this.#runtimes.get(this.#transaction.key(programIndex)) ?? null;
    stamps[programIndex] = stamp;
    runtimes[programIndex] = runtime;
    return runtime;
  }

  #open(
    runtime: ProgramRuntime,
    position: number,
    instruction: Instruction,
    caller: string | null,
  ): InstructionContext {
    const spec = runtime.instruction(this.#transaction.bytes, instruction.dataStart, instruction.dataEnd);
    const path = { outer: instruction.outer, inner: instruction.inner };
    const context = new InstructionContext(this.#transaction, runtime.program, spec, position, path, caller);
    this.#contexts.push(context);
    return context;
  }

  /**
   * Without stack heights, or with the calling instruction missing, a self-CPI belongs to the latest instruction of its program; where
   * the source kept none, it stands for itself.
   */
  #ownerOf(runtime: ProgramRuntime, instruction: Instruction, position: number): InstructionContext {
    for (let index = this.#contexts.length - 1; index >= 0; index--) {
      const context = this.#contexts[index] as InstructionContext;
      if (context.program === runtime.program) return context;
    }
    const path = { outer: instruction.outer, inner: instruction.inner };
    return new InstructionContext(this.#transaction, runtime.program, null, position, path, null);
  }

  /** Reads the event whose discriminator starts at `start`. */
  #readEvent(
    runtime: ProgramRuntime,
    owner: InstructionContext,
    bytes: Uint8Array,
    start: number,
    end: number,
    strategy: Strategy,
  ): void {
    const spec = runtime.event(bytes, start, end);
    const bodyLength = Math.max(end - start - 8, 0);
    if (spec === null) {
      const discriminator = hex(bytes, start, Math.min(8, end - start));
      this.#observer?.event(runtime.program, null, discriminator, bodyLength, bodyLength);
      this.#report(owner, discriminator, 'unknown-event');
      return;
    }
    const reading = spec.layout.read(bytes, start + 8, end);
    this.#observer?.event(runtime.program, spec, spec.discriminator, bodyLength, reading?.tail?.length ?? 0);
    if (reading === null) {
      this.#report(owner, spec.discriminator, 'malformed', `${spec.name} of ${bodyLength} bytes is cut off`);
      return;
    }
    owner.begin(spec.name, strategy, reading.fields, reading.tail, bodyLength);
    this.#guard(owner, spec.discriminator, () => spec.toEvent(reading.fields as never, owner));
  }

  #readLogs(): void {
    const reading = readLogEntries(this.#transaction);
    this.#logs = reading;
    const atPosition = new Map<string, InstructionContext>();
    for (const context of this.#contexts) atPosition.set(pathText(context.path), context);
    for (const [key, context] of pairLoneInstructions(this.#contexts, reading.entries)) atPosition.set(key, context);
    const heard = new Set<InstructionContext>(this.#contexts.filter((context) => context.eventKinds.length > 0));
    for (const entry of reading.entries) {
      const runtime = this.#runtimes.get(entry.program);
      if (runtime === undefined || !runtime.readsLogs) continue;
      const key = pathText(entry.path);
      let context = atPosition.get(key);
      if (context === undefined || context.program !== runtime.program) {
        context = new InstructionContext(
          this.#transaction,
          runtime.program,
          null,
          entry.position,
          entry.path,
          entry.caller,
        );
        atPosition.set(key, context);
      }
      // What the instruction recorded by self-CPI is the same event: the log is its copy.
      if (heard.has(context)) continue;
      const payload = Buffer.from(entry.payload, 'base64');
      if (entry.kind === 'ray-log') this.#readRayLog(runtime, context, payload);
      else if (payload.length >= 8) this.#readEvent(runtime, context, payload, 0, payload.length, 'log');
    }
  }

  #readRayLog(runtime: ProgramRuntime, context: InstructionContext, payload: Uint8Array): void {
    const read = runtime.program.fromRayLog;
    if (read === undefined) return;
    context.begin('ray_log', 'ray-log', {}, null, payload.length);
    this.#guard(context, hex(payload, 0, 1), () => read(payload, context));
  }

  /** The last chance of an instruction that must yield an event: its own data and the transfers below it. */
  #finish(context: InstructionContext): void {
    const { spec, instruction } = context;
    if (instruction === null) return;
    const told = toldBeforeCut(context, this.#logs, this.#events);
    const isIdle = context.eventKinds.length === 0 && spec?.isIdle?.(context) === true;
    const needsMore = told !== null || (context.eventKinds.length === 0 && !isIdle);
    const isShown = needsMore && this.#readInstruction(context, told ?? []);
    const found = context.eventKinds.length;
    this.#observer?.instruction(context, spec, found, isIdle);
    // What the transfers cannot show may be lost with the logs, beside what was read of them.
    const isLost = told !== null && spec?.yields === true && !isShown;
    if ((found > 0 && !isLost) || isIdle) return;
    if (spec === null) {
      const runtime = this.#runtimes.get(context.program.program) as ProgramRuntime;
      this.#report(context, runtime.discriminator(instruction.data), 'unknown-instruction');
    } else if (spec.yields) {
      this.#report(context, spec.discriminator, this.#logs?.isTruncated ? 'log-truncated' : 'no-event', spec.name);
    }
  }

  /** Keeps what the instruction itself shows beside the events in `told`; false when it shows nothing at all. */
  #readInstruction(context: InstructionContext, told: readonly ProtocolEvent[]): boolean {
    const { spec } = context;
    const hook = spec?.fromInstruction ?? null;
    if (spec === null || hook === null) return false;
    let isShown = false;
    this.#guard(context, spec.discriminator, () => {
      const shown = hook(context);
      isShown = shown !== null && (!Array.isArray(shown) || shown.length > 0);
      return told.length === 0 ? shown : withoutTold(shown, told);
    });
    return isShown;
  }

  /** Runs a program's own code: what it throws is one malformed instruction, never the end of its siblings. */
  #guard(
    context: InstructionContext,
    discriminator: string,
    read: () => ProtocolEvent | readonly ProtocolEvent[] | null,
  ): void {
    try {
      const result = read();
      if (result === null) return;
      if (Array.isArray(result)) for (const event of result as readonly ProtocolEvent[]) this.#keep(context, event);
      else this.#keep(context, result as ProtocolEvent);
    } catch (error) {
      this.#report(context, discriminator, 'malformed', error instanceof Error ? error.message : String(error));
    }
  }

  #keep(context: InstructionContext, found: ProtocolEvent): void {
    const event = unlessEmptyFees(found);
    // Counted as what it was found to be: the events beside it keep their ordinals, and a program its knowledge of what it told.
    const kind = found.kind === 'other' ? found.source : found.kind;
    const ordinal = context.eventKinds.filter((earlier) => earlier === kind).length;
    context.eventKinds = context.eventKinds.length === 0 ? [kind] : [...context.eventKinds, kind];
    if (ordinal > 0) (event as { ordinal: number }).ordinal = ordinal;
    this.#counters.byStrategy[event.strategy]++;
    this.#events.push(event);
  }

  #report(context: InstructionContext, discriminator: string, reason: Undecoded['reason'], note?: string): void {
    const entry = { program: context.program.program, discriminator, reason, path: context.path };
    this.#undecoded.push(note === undefined ? entry : { ...entry, note });
  }
}

function byPath(left: ProtocolEvent, right: ProtocolEvent): number {
  return left.path.outer - right.path.outer || left.path.inner - right.path.inner;
}
