import { readFile } from 'node:fs/promises';
import type { Source } from '../../domain/contracts.ts';
import type { RawUpdate, SourceItem } from '../../domain/update.ts';
import { createdAtMs } from '../../domain/update-reader.ts';
import type { Clock } from '../../lib/clock.ts';
import { EngineError, messageOf } from '../../lib/errors.ts';
import { ProtobufWriter } from '../../lib/protobuf-writer.ts';
import { decodeFrame, type Frame, skipUpdate } from './frame.ts';
import { type Missing, missingAround, missingBehind, type SegmentEnd, withinWindow } from './missing.ts';
import { listSegments, type Segment } from './segment-folder.ts';

export interface RecordedStreamOptions {
  readonly folder: string;
  readonly fromSlot: number;
  readonly toSlot: number;
  /** 1 = as it was, 10 = ten times as fast, null = as fast as it can be read. */
  readonly speed: number | null;
}

/** Slot statuses this far past the window are still given: they prove the window's last slots complete. */
const AFTER_SLOTS = 64;
const BATCH_ITEMS = 256;
/** protobuf field of SubscribeUpdate.created_at */
const CREATED_AT_FIELD = 11;

/**
 * A recording as a source: the same items in the same order, every time. The window's data, and the slot messages up to a little
 * after it. A message without its maker's time gets the time it was recorded at, so that nothing depends on when it is played. What the
 * recording lacks of the window is told to `onMissing`.
 */
export function recordedSource(
  options: RecordedStreamOptions,
  clock: Clock,
  onMissing: (missing: Missing) => void = () => {},
): Source {
  const tell = (missing: Missing | null) => {
    const within = withinWindow(missing, options.fromSlot, options.toSlot);
    if (within !== null) onMissing(within);
  };
  return {
    async *updates(_from, signal) {
      const all = listSegments(options.folder);
      for (const missing of missingAround(all)) tell(missing);
      let batch: SourceItem[] = [];
      let isFirst = true;
      const pace = new Pace(options.speed, clock);
      for (const segment of segmentsOf(all, options)) {
        const next = all[all.indexOf(segment) + 1] ?? null;
        const onEnd = (end: SegmentEnd) => tell(missingBehind(segment, end, next));
        for (const frame of framesOf(await load(segment), startOf(segment, options.fromSlot), onEnd)) {
          if (signal.aborted) return;
          if (frame.type === 'hole') {
            tell({ reason: 'left-out', ...frame.hole });
            continue;
          }
          const item = itemOf(frame, options, isFirst);
          if (item === null) continue;
          const waitMs = pace.waitMs(frame);
          if (batch.length >= BATCH_ITEMS || (waitMs > 0 && batch.length > 0)) {
            yield batch;
            batch = [];
          }
          if (waitMs > 0) await clock.sleep(waitMs, signal);
          batch.push(item);
        }
        isFirst = false;
      }
      if (batch.length > 0 && !signal.aborted) yield batch;
    },
  };
}

/** The slots a folder holds, for the operator; null when it holds none. */
export function recordedRange(
  folder: string,
): { readonly first: number; readonly last: number; readonly bytes: number } | null {
  const segments = listSegments(folder);
  const firsts = segments.flatMap(({ index }) => index.firstSlot ?? []);
  const lasts = segments.flatMap(({ index }) => index.lastSlot ?? []);
  if (firsts.length === 0) return null;
  return {
    first: Math.min(...firsts),
    last: Math.max(...lasts),
    bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function segmentsOf(all: readonly Segment[], { folder, fromSlot, toSlot }: RecordedStreamOptions): readonly Segment[] {
  const found = all.filter(
    ({ index }) =>
      index.firstSlot !== null &&
      index.lastSlot !== null &&
      index.firstSlot <= toSlot + AFTER_SLOTS &&
      index.lastSlot >= fromSlot,
  );
  if (found.length > 0) return found;
  const range = recordedRange(folder);
  const held = range === null ? 'holds no recording' : `holds slots ${range.first} to ${range.last}`;
  throw new EngineError('CONFIG_INVALID', `Nothing was recorded of slots ${fromSlot} to ${toSlot}: ${folder} ${held}.`);
}

async function load(segment: Segment): Promise<Buffer> {
  try {
    return await readFile(segment.path);
  } catch (error) {
    throw new EngineError('CONFIG_INVALID', `The recording ${segment.path} cannot be read: ${messageOf(error)}.`);
  }
}

/** Offset of the first frame of any slot from `fromSlot` on. */
function startOf({ index }: Segment, fromSlot: number): number {
  return Math.min(...index.offsets.filter(([slot]) => slot >= fromSlot).map(([, offset]) => offset));
}

/** The frames of one segment, before `startAt` its marks and holes alone, up to its end, its torn tail or its first damaged frame. */
function* framesOf(buffer: Buffer, startAt: number, onEnd: (end: SegmentEnd) => void): Generator<Frame> {
  for (let offset = 0, frames = 0; ; frames++) {
    const skipped = offset < startAt ? skipUpdate(buffer, offset) : null;
    if (skipped !== null) {
      offset = skipped;
      continue;
    }
    const read = decodeFrame(buffer, offset);
    if (read === null || read === 'damaged') {
      onEnd({ offset, frames, isDamaged: read === 'damaged', isWhole: offset === buffer.length });
      return;
    }
    yield read.frame;
    offset = read.next;
  }
}

function itemOf(
  frame: Exclude<Frame, { readonly type: 'hole' }>,
  options: RecordedStreamOptions,
  isFirstSegment: boolean,
): SourceItem | null {
  if (frame.type === 'mark') {
    if (frame.isRepeated && !isFirstSegment) return null;
    // Of a replay that was asked for before the window only the window is there: the same as a stream that began in it.
    const isBefore = frame.mark.type === 'opened' && frame.slot < options.fromSlot;
    return isBefore ? { ...frame.mark, fromSlot: null } : frame.mark;
  }
  const { update, slot } = frame;
  const isSlotMessage = update.kind === 'slot' || update.kind === 'blockMeta';
  if (slot < options.fromSlot || slot > options.toSlot + (isSlotMessage ? AFTER_SLOTS : 0)) return null;
  return update.kind === 'transaction' && createdAtMs(update.bytes) === null ? withTime(update, frame.wallMs) : update;
}

/** Protobuf lets a field stand anywhere: the time is put behind the bytes as they were. */
function withTime(update: RawUpdate, wallMs: number): RawUpdate {
  const writer = new ProtobufWriter(32);
  const seconds = Math.floor(wallMs / 1_000);
  writer.message(CREATED_AT_FIELD, (timestamp) =>
    timestamp.uint(1, seconds).uint(2, Math.floor((wallMs - seconds * 1_000) * 1_000_000)),
  );
  return { ...update, bytes: Buffer.concat([update.bytes, writer.finish()]) };
}

/** How long to wait so that frames keep their distances, divided by the speed. */
class Pace {
  readonly #speed: number | null;
  readonly #clock: Clock;
  #start: { readonly recordedMs: number; readonly nowMs: number } | null = null;

  constructor(speed: number | null, clock: Clock) {
    this.#speed = speed;
    this.#clock = clock;
  }

  waitMs(frame: Frame): number {
    if (this.#speed === null) return 0;
    const recordedMs = frame.type === 'update' ? frame.update.receivedAtMs : frame.receivedAtMs;
    const nowMs = this.#clock.monotonicMs();
    // Monotonic times of another process begin elsewhere: a step back starts the measure anew.
    if (this.#start === null || recordedMs < this.#start.recordedMs) this.#start = { recordedMs, nowMs };
    const dueMs = this.#start.nowMs + (recordedMs - this.#start.recordedMs) / this.#speed;
    // Timers are no finer than this; smaller waits add up until they are due.
    return dueMs - nowMs >= 2 ? dueMs - nowMs : 0;
  }
}
