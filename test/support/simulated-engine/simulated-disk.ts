import type { Gap } from '../../../src/domain/slot.ts';
import { gapName } from '../../../src/domain/stream-events.ts';
import { EngineError } from '../../../src/lib/errors.ts';
import type { Random } from '../../../src/lib/random.ts';
import type { ClosedGap, GapStore } from '../../../src/recovery/gaps/gap-journal.ts';
import type { GapRecord } from '../../../src/recovery/gaps/gap-record.ts';
import { outboxTables } from '../memory-outbox.ts';
import type { FaultPlan } from './fault-plan.ts';

/** One event as it lies on the disk. */
export interface DiskRecord {
  readonly sequence: number;
  readonly slot: number;
  readonly id: string;
  readonly type: string;
  readonly json: string;
}

/** Ends a process from within: nothing after it happens in that process. */
export class ProcessDied extends Error {}

/** What a broken write is told as: the pipeline ends, its process does not. */
export const BROKEN_WRITE = 'the disk refused the write';

/**
 * What survives a process: the outbox's own tables, and the gap journal. A write is whole or not there, as a transaction is; the process
 * may die just before it or just after it, before anybody hears that it succeeded. Each process holds a number; an old one writes nothing.
 */
export class SimulatedDisk {
  readonly database = outboxTables();
  readonly #open = new Map<string, Gap>();
  readonly #closed: ClosedGap[] = [];
  readonly #plan: FaultPlan;
  readonly #random: Random;
  #begunAt: number | null = null;
  #deadAtBeginning: readonly number[] = [];
  #holder = 0;
  #isDying = false;
  isFull = false;
  /** False once the world is asked to be good. */
  isFaulty = true;
  onDeath: () => void = () => {};

  constructor(plan: FaultPlan, random: Random) {
    this.#plan = plan;
    this.#random = random;
  }

  get begunAt(): number | null {
    return this.#begunAt;
  }

  openGaps(): readonly Gap[] {
    return [...this.#open.values()];
  }

  closedGaps(): readonly Gap[] {
    return this.#closed.map(({ gap }) => gap);
  }

  /** A new process takes the disk over. */
  take(): number {
    this.#isDying = false;
    return ++this.#holder;
  }

  records(): readonly DiskRecord[] {
    return this.database
      .prepare<[], DiskRecord>('SELECT sequence, slot, id, type, json FROM events ORDER BY sequence')
      .all();
  }

  lastSequence(): number {
    return this.progress('sequence') ?? 0;
  }

  progress(name: 'cursor' | 'sequence' | 'confirmed'): number | null {
    const row = this.database.prepare<[string], number>('SELECT value FROM progress WHERE name = ?').pluck().get(name);
    return row ?? null;
  }

  close(): void {
    this.database.close();
  }

  /** Inside a transaction of the outbox, before its work. */
  beforeCommit(holder: number): void {
    this.#admit(holder);
    if (this.#chance(this.#plan.brokenWriteShare)) throw new EngineError('INTERNAL', BROKEN_WRITE);
    if (!this.#chance(this.#plan.crashAtWriteShare)) return;
    if (this.#random() < 0.5) this.#die();
    this.#isDying = true;
    // The transaction ends in this turn, and who waits for it is told in a later one.
    queueMicrotask(() => {
      if (this.#isDying && holder === this.#holder) this.onDeath();
    });
  }

  gapStore(holder: number): GapStore {
    return {
      begunAt: () => this.#begunAt,
      deadAtBeginning: () => this.#deadAtBeginning,
      open: () => this.openGaps(),
      closed: () => this.#closed,
      takeDamaged: () => 0,
      isBroken: () => false,
      record: (records) => this.#record(holder, records),
    };
  }

  #record(holder: number, records: readonly GapRecord[]): void {
    this.#admit(holder);
    const isClosing = records.some(({ kind }) => kind === 'closed');
    const dies = this.#chance(isClosing ? this.#plan.crashAtCloseShare : this.#plan.crashAtWriteShare);
    if (dies && this.#random() < 0.5) this.#die();
    for (const record of records) this.#apply(record);
    if (dies) this.#die();
  }

  #apply(record: GapRecord): void {
    if (record.kind === 'begun') {
      this.#begunAt = record.slot;
      this.#deadAtBeginning = record.dead ?? [];
    } else if (record.kind === 'opened') this.#open.set(gapName(record.gap), record.gap);
    else this.#open.delete(gapName(record.gap));
    if (record.kind === 'closed') this.#closed.push({ gap: record.gap, closedMs: record.closedMs });
  }

  #admit(holder: number): void {
    if (holder !== this.#holder) throw new ProcessDied('fenced');
    if (this.isFull) throw new EngineError('OUTPUT_DISK_FULL', 'The disk is full.', { retryable: true });
  }

  #chance(share: number): boolean {
    return this.isFaulty && this.#random() < share;
  }

  #die(): never {
    this.#holder++;
    this.onDeath();
    throw new ProcessDied('killed at a write');
  }
}
