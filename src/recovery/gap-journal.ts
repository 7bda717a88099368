import {
  closeSync,
  copyFileSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Gap } from '../domain/slot.ts';
import { gapName } from '../domain/stream-events.ts';
import { EngineError, messageOf } from '../lib/errors.ts';
import { type GapRecord, gapLine, readGapLine } from './gap-record.ts';

export interface ClosedGap {
  readonly gap: Gap;
  readonly closedMs: number;
}

/** Where gaps stay known across restarts. Every call returns only when what it says is on the disk. */
export interface GapStore {
  /** The slot after which history begins; null before the first. */
  begunAt(): number | null;
  open(): readonly Gap[];
  /** Closed gaps, oldest first, as far back as they are kept. */
  closed(): readonly ClosedGap[];
  /** Lines that could not be read when it was opened, each of which may have been a gap; 0 once it was asked. */
  takeDamaged(): number;
  record(records: readonly GapRecord[]): void;
}

const FILE = 'gaps.jsonl';
/** Closed gaps that are kept: the history the completeness answers can name. */
const CLOSED_KEPT = 1_000;

/**
 * A small append-only file beside the outbox. Gaps are rare, so each record is synced by itself, before the checkpoint that passes
 * the gap can be stored anywhere. It is rewritten short at each opening; a torn last line is cut; a file with damaged lines is kept aside.
 */
export class GapJournal implements GapStore {
  readonly name = 'gap journal';
  #damagedLines: number;
  readonly #file: number;
  #size: number;
  readonly #open = new Map<string, Gap>();
  readonly #closed: ClosedGap[] = [];
  #begunAt: number | null = null;

  private constructor(path: string, lines: readonly string[]) {
    const records = lines.map(readGapLine);
    // A crash in the middle of a write leaves the last line torn: it was never acknowledged, so nothing depends on it.
    this.#damagedLines = records.slice(0, -1).filter((record) => record === null).length;
    if (this.#damagedLines > 0) copyFileSync(path, `${path}.damaged`);
    for (const record of records) if (record !== null) this.#apply(record);
    this.#file = rewrite(path, [...this.#snapshot()]);
    this.#size = fstatSync(this.#file).size;
  }

  /** Opens the journal of a data folder; the caller holds the folder's lease. */
  static open(folder: string): GapJournal {
    const path = join(folder, FILE);
    try {
      mkdirSync(folder, { recursive: true });
      return new GapJournal(path, readLines(path));
    } catch (error) {
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

  record(records: readonly GapRecord[]): void {
    if (records.length === 0) return;
    const bytes = Buffer.from(records.map(gapLine).join(''));
    try {
      writeAll(this.#file, bytes);
      fdatasyncSync(this.#file);
    } catch (error) {
      // What a full disk took of it would damage the next record.
      ftruncateSync(this.#file, this.#size);
      throw error;
    }
    this.#size += bytes.length;
    for (const record of records) this.#apply(record);
  }

  close(): Promise<void> {
    closeSync(this.#file);
    return Promise.resolve();
  }

  #apply(record: GapRecord): void {
    if (record.kind === 'begun') {
      this.#begunAt = record.slot;
    } else if (record.kind === 'opened') {
      this.#open.set(gapName(record.gap), record.gap);
    } else {
      this.#open.delete(gapName(record.gap));
      if (record.kind === 'merged') return;
      this.#closed.push({ gap: record.gap, closedMs: record.closedMs });
      if (this.#closed.length > CLOSED_KEPT) this.#closed.shift();
    }
  }

  *#snapshot(): Iterable<GapRecord> {
    if (this.#begunAt !== null) yield { kind: 'begun', slot: this.#begunAt };
    for (const { gap, closedMs } of this.#closed) yield { kind: 'closed', gap, closedMs };
    for (const gap of this.#open.values()) yield { kind: 'opened', gap };
  }
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ENOENT') return [];
    throw error;
  }
}

/** Replaces the file in one step and returns it open for appending: at no moment is there less on the disk than before. */
function rewrite(path: string, records: readonly GapRecord[]): number {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o640);
  writeAll(file, Buffer.from(records.map(gapLine).join('')));
  fsyncSync(file);
  renameSync(temporary, path);
  const folder = openSync(join(path, '..'), 'r');
  fsyncSync(folder);
  closeSync(folder);
  closeSync(file);
  return openSync(path, 'a');
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
