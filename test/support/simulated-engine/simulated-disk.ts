import type { Gap } from '../../../src/domain/slot.ts';
import { gapName } from '../../../src/domain/stream-events.ts';
import { EngineError } from '../../../src/lib/errors.ts';
import type { Random } from '../../../src/lib/random.ts';
import type { ClosedGap, GapStore } from '../../../src/recovery/gap-journal.ts';
import type { GapRecord } from '../../../src/recovery/gap-record.ts';

/** One event as it lies on the disk. */
export interface DiskRecord {
  readonly slot: number;
  readonly id: string;
  readonly type: string;
  /** Id and slot of what it takes back. */
  readonly takesBack: string | null;
}

/** Ends a process from within: nothing after it happens in that process. */
export class ProcessDied extends Error {}

/**
 * What survives: events and cursor, and the gap journal. A write is whole or not there, as a transaction is; the process may die just
 * before it or just after it, before anybody hears that it succeeded. Each process holds a fencing number; an old one writes nothing.
 */
export class SimulatedDisk {
  readonly records: DiskRecord[] = [];
  readonly #keys = new Set<string>();
  readonly #open = new Map<string, Gap>();
  readonly #closed: ClosedGap[] = [];
  #begunAt: number | null = null;
  #cursor: number | null = null;
  #holder = 0;
  isFull = false;
  duplicates = 0;
  /** Asked at each write; true kills the process that writes. */
  mayDie: () => boolean = () => false;
  onDeath: () => void = () => {};
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  get cursor(): number | null {
    return this.#cursor;
  }

  get begunAt(): number | null {
    return this.#begunAt;
  }

  openGaps(): readonly Gap[] {
    return [...this.#open.values()];
  }

  /** A new process takes the disk over. */
  take(): number {
    return ++this.#holder;
  }

  ofSlot(slot: number): readonly DiskRecord[] {
    return this.records.filter((record) => record.slot === slot && record.takesBack === null);
  }

  isTold(slot: number, id: string): boolean {
    return this.#keys.has(`${slot}/${id}`);
  }

  commit(holder: number, records: readonly DiskRecord[], cursor: number | null): void {
    this.#write(holder, () => {
      for (const record of records) {
        const key = `${record.slot}/${record.id}`;
        if (this.#keys.has(key)) {
          this.duplicates++;
          continue;
        }
        this.#keys.add(key);
        this.records.push(record);
      }
      if (cursor !== null && cursor > (this.#cursor ?? -1)) this.#cursor = cursor;
    });
  }

  gapStore(holder: number): GapStore {
    return {
      begunAt: () => this.#begunAt,
      open: () => this.openGaps(),
      closed: () => this.#closed,
      takeDamaged: () => 0,
      record: (records) =>
        this.#write(holder, () => {
          for (const record of records) this.#apply(record);
        }),
    };
  }

  #apply(record: GapRecord): void {
    if (record.kind === 'begun') this.#begunAt = record.slot;
    else if (record.kind === 'opened') this.#open.set(gapName(record.gap), record.gap);
    else this.#open.delete(gapName(record.gap));
    if (record.kind === 'closed') this.#closed.push({ gap: record.gap, closedMs: record.closedMs });
  }

  #write(holder: number, work: () => void): void {
    if (holder !== this.#holder) throw new ProcessDied('fenced');
    if (this.isFull) {
      throw new EngineError('OUTPUT_DISK_FULL', 'The disk is full.', { retryable: true });
    }
    if (this.mayDie()) {
      if (this.#random() < 0.5) work();
      this.#holder++;
      this.onDeath();
      throw new ProcessDied('killed at a write');
    }
    work();
  }
}
