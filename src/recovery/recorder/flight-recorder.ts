import { type FileHandle, open } from 'node:fs/promises';
import type { Source } from '../../domain/contracts.ts';
import type { Cursor } from '../../domain/cursor.ts';
import type { RawUpdate, SourceItem, SourceMark } from '../../domain/update.ts';
import { accountSlot, readBlockMeta, readSlotNotice, transactionSlot } from '../../domain/update-reader.ts';
import { MEBIBYTE } from '../../lib/bytes.ts';
import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Emit } from '../../telemetry/event.ts';
import { encodeFrame, type Hole } from './frame.ts';
import {
  IndexBuilder,
  listSegments,
  prepareRecordingFolder,
  removeSegment,
  segmentPath,
  writeIndex,
} from './segment-folder.ts';

export interface FlightRecorderOptions {
  readonly folder: string;
  readonly maxBytes: number;
  readonly segmentBytes: number;
}

/** What may wait for the disk; beyond it the recording has a hole, the engine none. */
const WAITING_MAX_BYTES = 32 * MEBIBYTE;

interface Waiting {
  readonly frame: Buffer;
  readonly slot: number;
  readonly isUpdate: boolean;
}

interface Writing {
  readonly file: FileHandle;
  readonly path: string;
  readonly index: IndexBuilder;
  bytes: number;
}

/**
 * Writes what the source yields, byte for byte, into a ring of segment files. It never holds the stream up and never fails it: when
 * the disk is slow frames are left out, counted, and the place is marked; when it is broken the recording stops. Nothing is synced: it is a memory of the
 * last hours, not a promise.
 */
export class FlightRecorder {
  readonly name = 'flight recorder';
  readonly #options: FlightRecorderOptions;
  readonly #clock: Clock;
  readonly #emit: Emit;
  readonly #open = new Map<string, SourceMark>();
  #segments: { readonly path: string; readonly bytes: number }[] = [];
  #next = 0;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #writing: Writing | null = null;
  #running: Promise<void> | null = null;
  #broken = false;
  #lastSlot = 0;
  #frames = 0;
  #leftOut = 0;
  /** What was left out since the last frame that was not. */
  #hole: Hole | null = null;

  constructor(options: FlightRecorderOptions, clock: Clock, emit: Emit) {
    this.#options = options;
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Continues the ring that is in the folder, with a new segment. */
  start(): void {
    prepareRecordingFolder(this.#options.folder);
    const found = listSegments(this.#options.folder);
    this.#segments = found.map(({ path, bytes }) => ({ path, bytes }));
    this.#next = (found.at(-1)?.number ?? 0) + 1;
  }

  /** Takes a batch as it came from the source. */
  record(items: readonly SourceItem[]): void {
    if (this.#broken) return;
    const wallMs = this.#clock.wallMs();
    for (const item of items) {
      if (item.type === 'update') {
        this.#lastSlot = slotOf(item) ?? this.#lastSlot;
        this.#add(encodeFrame({ type: 'update', slot: this.#lastSlot, wallMs, update: item }), true);
      } else {
        this.#note(item);
        this.#add(this.#markFrame(item, wallMs, false), false);
      }
    }
    if (this.#waiting.length > 0) this.#running ??= this.#write();
  }

  stats() {
    const bytes = this.#segments.reduce((sum, segment) => sum + segment.bytes, this.#writing?.bytes ?? 0);
    return { frames: this.#frames, leftOut: this.#leftOut, bytes, isBroken: this.#broken };
  }

  /** Writes what waits and the last index. */
  async close(): Promise<void> {
    while (this.#running !== null) await this.#running;
    if (this.#hole !== null && !this.#broken) {
      this.#markHole();
      await this.#write();
    }
    await this.#finishSegment();
  }

  #add(frame: Buffer, isUpdate: boolean): void {
    if (this.#waitingBytes + frame.length > WAITING_MAX_BYTES) {
      this.#leaveOut();
      return;
    }
    this.#markHole();
    this.#push(frame, isUpdate);
  }

  #push(frame: Buffer, isUpdate: boolean): void {
    this.#waiting.push({ frame, slot: this.#lastSlot, isUpdate });
    this.#waitingBytes += frame.length;
    this.#frames++;
  }

  #leaveOut(): void {
    this.#leftOut++;
    const slot = this.#lastSlot;
    const { fromSlot, toSlot, frames } = this.#hole ?? { fromSlot: slot, toSlot: slot, frames: 0 };
    this.#hole = { fromSlot: Math.min(fromSlot, slot), toSlot: Math.max(toSlot, slot), frames: frames + 1 };
  }

  /** Whoever reads the recording learns where something is missing, and what. */
  #markHole(): void {
    if (this.#hole === null) return;
    const receivedAtMs = this.#clock.monotonicMs();
    const wallMs = this.#clock.wallMs();
    this.#push(encodeFrame({ type: 'hole', slot: this.#lastSlot, wallMs, receivedAtMs, hole: this.#hole }), false);
    this.#hole = null;
  }

  async #write(): Promise<void> {
    // What the same turn brings is written together.
    await null;
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting;
        this.#waiting = [];
        this.#waitingBytes = 0;
        await this.#append(batch);
      }
    } catch (error) {
      this.#broken = true;
      this.#waiting = [];
      this.#emit({ type: 'recovery.recorder.failed', reason: messageOf(error) });
    }
    this.#running = null;
  }

  async #append(batch: readonly Waiting[]): Promise<void> {
    const writing = this.#writing ?? (await this.#beginSegment());
    let offset = writing.bytes;
    for (const { frame, slot, isUpdate } of batch) {
      writing.index.add(slot, isUpdate, offset);
      offset += frame.length;
    }
    await writeAll(writing.file, Buffer.concat(batch.map(({ frame }) => frame)));
    writing.bytes = offset;
    if (offset >= this.#options.segmentBytes) await this.#finishSegment();
  }

  async #beginSegment(): Promise<Writing> {
    const path = segmentPath(this.#options.folder, this.#next++);
    const file = await open(path, 'w', 0o640);
    const writing: Writing = { file, path, index: new IndexBuilder(), bytes: 0 };
    this.#writing = writing;
    // A segment can be read without those before it: it begins with what was open then.
    const wallMs = this.#clock.wallMs();
    const marks = [...this.#open.values()].map((mark) => this.#markFrame(mark, wallMs, true));
    for (const mark of marks) {
      writing.index.add(this.#lastSlot, false, writing.bytes);
      await writeAll(file, mark);
      writing.bytes += mark.length;
    }
    return writing;
  }

  async #finishSegment(): Promise<void> {
    const writing = this.#writing;
    if (writing === null) return;
    this.#writing = null;
    await writing.file.close();
    writeIndex(writing.path, writing.index.build());
    this.#segments.push({ path: writing.path, bytes: writing.bytes });
    let total = this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
    // Room for the next segment is made beforehand, so that the ring stays within its limit.
    while (this.#segments.length > 1 && total + this.#options.segmentBytes > this.#options.maxBytes) {
      const oldest = this.#segments.shift();
      if (oldest === undefined) break;
      removeSegment(oldest.path);
      total -= oldest.bytes;
    }
  }

  #note(mark: SourceMark): void {
    const key = `${mark.connection}\n${[...mark.groups].sort().join(',')}`;
    if (mark.type === 'opened') this.#open.set(key, mark);
    else {
      for (const [known, open] of [...this.#open]) {
        if (open.connection === mark.connection && open.groups.every((group) => mark.groups.includes(group))) {
          this.#open.delete(known);
        }
      }
    }
  }

  #markFrame(mark: SourceMark, wallMs: number, isRepeated: boolean): Buffer {
    const receivedAtMs = this.#clock.monotonicMs();
    return encodeFrame({ type: 'mark', slot: this.#lastSlot, wallMs, receivedAtMs, isRepeated, mark });
  }
}

/** A source that is recorded while it is read. */
export function recordingSource(source: Source, recorder: FlightRecorder): Source {
  return {
    async *updates(from: Cursor | null, signal: AbortSignal) {
      for await (const batch of source.updates(from, signal)) {
        recorder.record(batch);
        yield batch;
      }
    },
  };
}

/** Null for an update without a slot, and for one that cannot be read. */
function slotOf(update: RawUpdate): number | null {
  try {
    switch (update.kind) {
      case 'transaction':
        return transactionSlot(update.bytes);
      case 'account':
        return accountSlot(update.bytes);
      case 'slot':
        return readSlotNotice(update.bytes)?.slot ?? null;
      case 'blockMeta':
        return readBlockMeta(update.bytes).slot;
      default:
        return null;
    }
  } catch {
    return null;
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}
