import { type DriftKind, type DriftLimits, ShareWindow } from './drift-rules.ts';

/** One thing that may be wrong with one part of a program. */
export interface Suspicion {
  readonly program: string;
  /** Hex of an event or instruction, the event's name, or "" for the program as a whole. */
  readonly discriminator: string;
  readonly kind: DriftKind;
  /** Null for what is wrong each time it shows. */
  readonly share: ShareWindow | null;
  /** Bad cases since it was raised (or since the last was cleared). */
  count: number;
  /** Slot of the open alarm; null while nothing is wrong. */
  raisedAt: number | null;
  lastBadMs: number;
}

/** Everything that is watched, by kind, program and discriminator. Bounded: the one that was silent longest goes first, open alarms last. */
export class Suspicions {
  readonly #limits: DriftLimits;
  readonly #kinds = new Map<DriftKind, Map<string, Map<string, Suspicion>>>();
  #size = 0;

  constructor(limits: DriftLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  find(kind: DriftKind, program: string, discriminator: string): Suspicion | undefined {
    return this.#kinds.get(kind)?.get(program)?.get(discriminator);
  }

  /** Those of one kind and program; empty for most programs most of the time. */
  of(kind: DriftKind, program: string): Iterable<Suspicion> {
    return this.#kinds.get(kind)?.get(program)?.values() ?? [];
  }

  open(kind: DriftKind, program: string, discriminator: string, isShare: boolean): Suspicion {
    const known = this.find(kind, program, discriminator);
    if (known !== undefined) return known;
    if (this.#size >= this.#limits.entriesMax) this.#forgetOne();
    const share = isShare ? new ShareWindow(this.#limits) : null;
    const fresh: Suspicion = { program, discriminator, kind, share, count: 0, raisedAt: null, lastBadMs: 0 };
    const programs = this.#kinds.get(kind) ?? new Map<string, Map<string, Suspicion>>();
    const parts = programs.get(program) ?? new Map<string, Suspicion>();
    this.#kinds.set(kind, programs);
    programs.set(program, parts);
    parts.set(discriminator, fresh);
    this.#size++;
    return fresh;
  }

  *all(): Generator<Suspicion> {
    for (const programs of this.#kinds.values()) for (const parts of programs.values()) yield* parts.values();
  }

  forget({ kind, program, discriminator }: Suspicion): void {
    if (this.#kinds.get(kind)?.get(program)?.delete(discriminator) === true) this.#size--;
  }

  #forgetOne(): void {
    let oldest: Suspicion | null = null;
    for (const each of this.all()) if (oldest === null || isStaler(each, oldest)) oldest = each;
    if (oldest !== null) this.forget(oldest);
  }
}

function isStaler(one: Suspicion, other: Suspicion): boolean {
  if ((one.raisedAt === null) !== (other.raisedAt === null)) return one.raisedAt === null;
  return one.lastBadMs < other.lastBadMs;
}
