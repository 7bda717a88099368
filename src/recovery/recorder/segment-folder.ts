import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeFrame } from './frame.ts';

/** One segment file and the slots it holds. */
export interface Segment {
  readonly number: number;
  readonly path: string;
  readonly bytes: number;
  readonly index: SegmentIndex;
}

export interface SegmentIndex {
  /** Null when the segment holds no update with a slot. */
  readonly firstSlot: number | null;
  readonly lastSlot: number | null;
  readonly frames: number;
  /** Where reading has to start to see everything from a slot on: [slot, offset], slots ascending, offsets of its first frame. */
  readonly offsets: readonly (readonly [number, number])[];
}

const NAME = /^(\d{10})\.rec$/;

export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(10, '0')}.rec`);
}

/** The segments of a recording, oldest first. One whose index is missing (its writer was killed) is read through once. */
export function listSegments(folder: string): Segment[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => NAME.exec(file)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
    .map((number) => {
      const path = segmentPath(folder, number);
      return { number, path, bytes: statSync(path).size, index: readIndex(path) ?? scan(path) };
    });
}

export function writeIndex(path: string, index: SegmentIndex): void {
  writeFileSync(indexPath(path), JSON.stringify(index));
}

export function removeSegment(path: string): void {
  rmSync(indexPath(path), { force: true });
  rmSync(path, { force: true });
}

export function prepareRecordingFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
}

/** Collects a segment's index while its frames go by. */
export class IndexBuilder {
  readonly #offsets = new Map<number, number>();
  #frames = 0;

  add(slot: number, isUpdate: boolean, offset: number): void {
    this.#frames++;
    if (isUpdate && !this.#offsets.has(slot)) this.#offsets.set(slot, offset);
  }

  build(): SegmentIndex {
    const offsets = [...this.#offsets].sort(([a], [b]) => a - b);
    return {
      firstSlot: offsets[0]?.[0] ?? null,
      lastSlot: offsets.at(-1)?.[0] ?? null,
      frames: this.#frames,
      offsets,
    };
  }
}

function indexPath(path: string): string {
  return path.replace(/\.rec$/, '.idx');
}

function readIndex(path: string): SegmentIndex | null {
  try {
    return JSON.parse(readFileSync(indexPath(path), 'utf8')) as SegmentIndex;
  } catch {
    return null;
  }
}

function scan(path: string): SegmentIndex {
  const buffer = readFileSync(path);
  const builder = new IndexBuilder();
  for (let offset = 0; ; ) {
    const read = decodeFrame(buffer, offset);
    if (read === null || read === 'damaged') return builder.build();
    builder.add(read.frame.slot, read.frame.type === 'update', offset);
    offset = read.next;
  }
}
