import { pathText } from '../domain/domain-event.ts';
import { eventTypeOf } from '../domain/event-mapping.ts';
import type { Audit, ProtocolEvent, Undecoded } from '../domain/protocol-event.ts';

/** How decoded transactions are told: one plain object per transaction, and a summary. No input, no output. */
export interface EventReport {
  readonly id: string;
  readonly type: string;
  readonly strategy: string;
  /** Null for events that are never audited (only trades, pools and liquidity are). */
  readonly audit: Audit | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The same id a monitor would give it: signature, path, type, ordinal. */
export function reportEvent(signature: string, event: ProtocolEvent): EventReport {
  const { kind: _kind, strategy, audit, path, ordinal, fields, unknownTail, ...rest } = event;
  const type = eventTypeOf(event);
  const data = { ...rest, path: pathText(path), fields };
  return {
    id: `${signature}:${pathText(path)}:${type}:${ordinal}`,
    type,
    strategy,
    audit: audit ?? null,
    data: unknownTail === undefined ? data : { ...data, unknownTail },
  };
}

export interface UndecodedReport {
  readonly program: string;
  readonly discriminator: string;
  readonly reason: string;
  readonly path: string;
  readonly note?: string;
}

export function reportUndecoded(undecoded: Undecoded): UndecodedReport {
  return { ...undecoded, path: pathText(undecoded.path) };
}

/** JSON with integers of any size as decimal text and bytes as hex. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member === 'bigint') return member.toString();
    return member instanceof Uint8Array ? Buffer.from(member).toString('hex') : member;
  });
}

interface ProgramCount {
  instructions: number;
  events: number;
  undecoded: number;
}

/** Counts over everything that was decoded. */
export class DecodeSummary {
  transactions = 0;
  failed = 0;
  unreadable = 0;
  readonly byProgram: Record<string, ProgramCount> = {};
  readonly byStrategy: Record<string, number> = {};
  readonly audits = { matched: 0, mismatched: 0, unauditable: 0 };
  #bearing = 0;
  #yielded = 0;

  event(event: ProtocolEvent): void {
    this.#program(event.venue).events++;
    this.byStrategy[event.strategy] = (this.byStrategy[event.strategy] ?? 0) + 1;
    if (event.audit !== undefined) this.audits[event.audit.verdict]++;
  }

  undecoded(program: string): void {
    this.#program(program).undecoded++;
  }

  /** `bears` = it had to yield an event; `yielded` = it did. */
  instruction(program: string, bears: boolean, yielded: boolean): void {
    this.#program(program).instructions++;
    if (bears) this.#bearing++;
    if (bears && yielded) this.#yielded++;
  }

  /** The share of event-bearing instructions that yielded their event. */
  get parseRate(): number {
    return this.#bearing === 0 ? 1 : Math.round((this.#yielded / this.#bearing) * 10_000) / 10_000;
  }

  toObject(): object {
    const { transactions, failed, unreadable, byProgram, byStrategy, audits, parseRate } = this;
    return { transactions, failed, unreadable, byProgram, byStrategy, audits, parseRate };
  }

  #program(name: string): ProgramCount {
    const known = this.byProgram[name];
    if (known !== undefined) return known;
    const fresh = { instructions: 0, events: 0, undecoded: 0 };
    this.byProgram[name] = fresh;
    return fresh;
  }
}
