import { crc32 } from 'node:zlib';
import { type RawKind, type RawUpdate, type SourceMark, UPDATE_KINDS } from '../../domain/update.ts';
import { MEBIBYTE } from '../../lib/bytes.ts';

/** One thing a recorded stream brought. */
export type Frame =
  | {
      readonly type: 'update';
      /** Slot the update is about; for one without a slot, that of the update before it. */
      readonly slot: number;
      /** Wall-clock milliseconds at arrival. */
      readonly wallMs: number;
      readonly update: RawUpdate;
    }
  | {
      readonly type: 'mark';
      readonly slot: number;
      readonly wallMs: number;
      readonly receivedAtMs: number;
      /** True when it repeats, at the head of a segment, what was opened before it. */
      readonly isRepeated: boolean;
      readonly mark: SourceMark;
    }
  | {
      /** Frames that were not written stand here no more: how many, and of which slots. */
      readonly type: 'hole';
      readonly slot: number;
      readonly wallMs: number;
      readonly receivedAtMs: number;
      readonly hole: Hole;
    };

export interface Hole {
  readonly fromSlot: number;
  readonly toSlot: number;
  readonly frames: number;
}

/** Length and checksum of the body. */
const HEADER_BYTES = 8;
/** Type, slot, wall time, monotonic time, length of the connection's name. */
const BODY_HEAD_BYTES = 1 + 8 + 8 + 8 + 2;
const BODY_MAX_BYTES = 256 * MEBIBYTE;
const MARK = 0;
const HOLE = 254;
const REPEATED_MARK = 255;
/** What is no update, and must be read wherever it stands. */
const ASIDE: ReadonlySet<number | undefined> = new Set([MARK, HOLE, REPEATED_MARK]);

/** What is none of the known kinds has no field number of its own. */
const OTHER_KINDS: readonly (readonly [number, RawKind])[] = [
  [252, 'unknown'],
  [253, 'unreadable'],
];
const KINDS = new Map<number, RawKind>([
  ...Object.entries(UPDATE_KINDS).map(([field, kind]) => [Number(field), kind] as const),
  ...OTHER_KINDS,
]);
const FIELDS = new Map([...KINDS].map(([field, kind]) => [kind, field]));

export function encodeFrame(frame: Frame): Buffer {
  const isUpdate = frame.type === 'update';
  const name = Buffer.from(isUpdate ? frame.update.connection : '');
  const payload = isUpdate ? frame.update.bytes : Buffer.from(JSON.stringify(asideOf(frame)));
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + BODY_HEAD_BYTES + name.length + payload.length);
  buffer[HEADER_BYTES] = typeByte(frame);
  buffer.writeDoubleLE(frame.slot, HEADER_BYTES + 1);
  buffer.writeDoubleLE(frame.wallMs, HEADER_BYTES + 9);
  buffer.writeDoubleLE(isUpdate ? frame.update.receivedAtMs : frame.receivedAtMs, HEADER_BYTES + 17);
  buffer.writeUInt16LE(name.length, HEADER_BYTES + 25);
  name.copy(buffer, HEADER_BYTES + BODY_HEAD_BYTES);
  buffer.set(payload, HEADER_BYTES + BODY_HEAD_BYTES + name.length);
  const body = buffer.subarray(HEADER_BYTES);
  buffer.writeUInt32LE(body.length, 0);
  buffer.writeUInt32LE(crc32(body), 4);
  return buffer;
}

export interface ReadFrame {
  readonly frame: Frame;
  /** Where the next one begins. */
  readonly next: number;
}

/** The frame at `offset`: null when the bytes end inside it, 'damaged' when its checksum or its parts are wrong. */
export function decodeFrame(buffer: Buffer, offset: number): ReadFrame | 'damaged' | null {
  if (offset + HEADER_BYTES > buffer.length) return null;
  const length = buffer.readUInt32LE(offset);
  if (length < BODY_HEAD_BYTES || length > BODY_MAX_BYTES) return 'damaged';
  const next = offset + HEADER_BYTES + length;
  if (next > buffer.length) return null;
  const body = buffer.subarray(offset + HEADER_BYTES, next);
  if (crc32(body) !== buffer.readUInt32LE(offset + 4)) return 'damaged';
  const payloadAt = BODY_HEAD_BYTES + body.readUInt16LE(25);
  if (payloadAt > body.length) return 'damaged';
  const frame = readBody(body, payloadAt);
  return frame === null ? 'damaged' : { frame, next };
}

/** Where the frame after an update at `offset` begins, unread; null when what stands there is a mark, a hole or no whole frame. */
export function skipUpdate(buffer: Buffer, offset: number): number | null {
  if (offset + HEADER_BYTES + BODY_HEAD_BYTES > buffer.length) return null;
  const type = buffer[offset + HEADER_BYTES];
  const next = offset + HEADER_BYTES + buffer.readUInt32LE(offset);
  return ASIDE.has(type) || next > buffer.length ? null : next;
}

function readBody(body: Buffer, payloadAt: number): Frame | null {
  const type = body[0] as number;
  const slot = body.readDoubleLE(1);
  const wallMs = body.readDoubleLE(9);
  const receivedAtMs = body.readDoubleLE(17);
  if (type === MARK || type === REPEATED_MARK) {
    const mark = JSON.parse(body.toString('utf8', payloadAt)) as SourceMark;
    return { type: 'mark', slot, wallMs, receivedAtMs, isRepeated: type === REPEATED_MARK, mark };
  }
  if (type === HOLE) {
    const hole = JSON.parse(body.toString('utf8', payloadAt)) as Hole;
    return { type: 'hole', slot, wallMs, receivedAtMs, hole };
  }
  const kind = KINDS.get(type);
  if (kind === undefined) return null;
  const connection = body.toString('utf8', BODY_HEAD_BYTES, payloadAt);
  // A copy: what is handed on must not keep the whole segment in memory.
  const bytes = new Uint8Array(body.subarray(payloadAt));
  return { type: 'update', slot, wallMs, update: { type: 'update', kind, bytes, connection, receivedAtMs } };
}

function asideOf(frame: Exclude<Frame, { readonly type: 'update' }>): SourceMark | Hole {
  return frame.type === 'mark' ? frame.mark : frame.hole;
}

function typeByte(frame: Frame): number {
  if (frame.type === 'hole') return HOLE;
  if (frame.type === 'mark') return frame.isRepeated ? REPEATED_MARK : MARK;
  return FIELDS.get(frame.update.kind) as number;
}
