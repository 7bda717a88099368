import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Gap } from '../../domain/slot.ts';
import { gapName } from '../../domain/stream-events.ts';
import { EngineError, messageOf } from '../../lib/errors.ts';
import { type GapLine, type GapRecord, gapLine, readGapLines } from './gap-record.ts';
import { JournalFile, keepLines, readBytes } from './journal-file.ts';

export interface ClosedGap {
  readonly gap: Gap;
  readonly closedMs: number;
}

/** Where gaps stay known across restarts. Every call returns only when what it says is on the disk. */
export interface GapStore {
  /** The slot after which history begins; null before the first. */
  begunAt(): number | null;
  /** Slots up to there that had died when history began. */
  deadAtBeginning(): readonly number[];
  open(): readonly Gap[];
  /** Closed gaps, oldest first, as far back as they are kept. */
  closed(): readonly ClosedGap[];
  /** Lines that could not be read and that nobody has moved away, each of which may have been a gap; 0 once it was asked. */
  takeDamaged(): number;
  /** Lines were lost since it was last said where history begins. */
  isBroken(): boolean;
  record(records: readonly GapRecord[]): void;
}

const FILE = 'gaps.jsonl';
/** Closed gaps that are kept: the history the completeness answers can name. */
const CLOSED_KEPT = 1_000;
/** Lines beyond twice of what they say by now, after which the file is written anew. */
const LINES_SPARE = 1_000;

/**
 * A small file beside the outbox, written to at its end. Gaps are rare, so each record is synced by itself, before the checkpoint that
 * passes the gap can be stored anywhere. It is rewritten short when most of it is over. A line that was never acknowledged, torn by a
 * crash, is cut; lines that are damaged are kept aside, and told at each start until somebody moves that file away.
 */
export class GapJournal implements GapStore {
  readonly name = 'gap journal';
  readonly #file: JournalFile;
  readonly #mayWrite: () => void;
  readonly #open = new Map<string, Gap>();
  readonly #closed: ClosedGap[] = [];
  #begunAt: number | null = null;
  #deadAtBeginning: readonly number[] = [];
  #isBroken = false;
  #damagedLines: number;
  #lines: number;
  #compactAt = 0;

  private constructor(path: string, mayWrite: () => void) {
    this.#mayWrite = mayWrite;
    const { records, damaged, size, isRepaired } = readGapLines(readBytes(path));
    for (const record of records) this.#apply(record);
    const keptAside = `${path}.damaged`;
    // Before the file is written anew without them: whatever ends the process here, they are told at the next start.
    if (damaged.length > 0) keepLines(keptAside, damaged);
    this.#damagedLines = linesIn(keptAside);
    this.#isBroken ||= damaged.length > 0;
    this.#file = new JournalFile(path, size);
    this.#lines = records.length;
    if (damaged.length > 0 || isRepaired) this.#rewriteOrClose();
    else this.#compact();
  }

  /**
   * Opens the journal of a data folder; the caller holds the folder's lease. `mayWrite` throws when it does not any more: a process that
   * was frozen, and replaced meanwhile, must not write into the other's file, nor put its own in the place of it.
   */
  static open(folder: string, mayWrite: () => void = () => {}): GapJournal {
    const path = join(folder, FILE);
    try {
      mkdirSync(folder, { recursive: true });
      return new GapJournal(path, mayWrite);
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === 'ENOSPC')
        throw new EngineError('OUTPUT_DISK_FULL', `The disk of ${path} is full. Free some space.`, {
          retryable: true,
          cause: error,
        });
      throw new EngineError(
        'CONFIG_DATA_DIR',
        `The gap journal ${path} cannot be written (${messageOf(error)}). Correct the folder's owner or free space on its disk.`,
        { cause: error },
      );
    }
  }

  begunAt(): number | null {
    return this.#begunAt;
  }

  deadAtBeginning(): readonly number[] {
    return this.#deadAtBeginning;
  }

  open(): readonly Gap[] {
    return [...this.#open.values()];
  }

  closed(): readonly ClosedGap[] {
    return this.#closed;
  }

  takeDamaged(): number {
    const damaged = this.#damagedLines;
    this.#damagedLines = 0;
    return damaged;
  }

  isBroken(): boolean {
    return this.#isBroken;
  }

  record(records: readonly GapRecord[]): void {
    if (records.length === 0) return;
    this.#mayWrite();
    this.#file.append(records.map(gapLine).join(''));
    this.#lines += records.length;
    for (const record of records) this.#apply(record);
    this.#compact();
  }

  close(): Promise<void> {
    this.#file.close();
    return Promise.resolve();
  }

  #compact(): void {
    const needed = this.#open.size + this.#closed.length;
    if (this.#lines <= 2 * needed + LINES_SPARE || this.#lines < this.#compactAt) return;
    try {
      this.#rewrite();
    } catch {
      // A disk without room for a second copy: the long file serves as well, and this is tried again some records later.
      this.#compactAt = this.#lines + LINES_SPARE;
    }
  }

  /** Whoever waits for room on the disk opens it again and again. */
  #rewriteOrClose(): void {
    try {
      this.#rewrite();
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  #rewrite(): void {
    const records = [...this.#snapshot()];
    this.#file.replace(records.map(gapLine).join(''));
    this.#lines = records.length;
  }

  #apply(record: GapLine): void {
    if (record.kind === 'begun') {
      this.#begunAt = record.slot;
      this.#deadAtBeginning = record.dead ?? [];
      this.#isBroken = false;
    } else if (record.kind === 'broken') {
      this.#isBroken = true;
    } else if (record.kind === 'opened') {
      this.#open.set(gapName(record.gap), record.gap);
    } else {
      this.#open.delete(gapName(record.gap));
      if (record.kind === 'merged') return;
      this.#closed.push({ gap: record.gap, closedMs: record.closedMs });
      if (this.#closed.length > CLOSED_KEPT) this.#closed.shift();
    }
  }

  *#snapshot(): Iterable<GapLine> {
    if (this.#begunAt !== null) yield { kind: 'begun', slot: this.#begunAt, dead: this.#deadAtBeginning };
    for (const { gap, closedMs } of this.#closed) yield { kind: 'closed', gap, closedMs };
    for (const gap of this.#open.values()) yield { kind: 'opened', gap };
    if (this.#isBroken) yield { kind: 'broken' };
  }
}

function linesIn(path: string): number {
  return readBytes(path).filter((byte) => byte === NEWLINE).length;
}

const NEWLINE = 0x0a;
