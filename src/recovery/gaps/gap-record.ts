import { crc32 } from 'node:zlib';
import type { Gap } from '../../domain/slot.ts';

/** What is written into the gap journal. */
export type GapRecord =
  /**
   * History begins here: nothing was promised of earlier slots. Those in `dead` had died by then, and what was emitted of them may not be
   * taken back yet.
   */
  | { readonly kind: 'begun'; readonly slot: number; readonly dead?: readonly number[] }
  | { readonly kind: 'opened'; readonly gap: Gap }
  /** Everything that fills it is durable. */
  | { readonly kind: 'closed'; readonly gap: Gap; readonly closedMs: number }
  /** Another open gap holds it from here on: there were too many to keep each by itself. */
  | { readonly kind: 'merged'; readonly gap: Gap };

/** One line of it: a record, or the journal's own note that lines before it were lost. Nothing is promised of what lies behind it. */
export type GapLine = GapRecord | { readonly kind: 'broken' };

/** A record as one line of text: checksum, space, JSON. */
export function gapLine(record: GapLine): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

export interface GapLines {
  readonly records: readonly GapLine[];
  /** Lines that were acknowledged once and can't be read. */
  readonly damaged: readonly string[];
  /** Bytes that stay: all but a torn last line. */
  readonly size: number;
  /** The last line is whole, and only its end is damaged: what is written behind it would be lost. */
  readonly isRepaired: boolean;
}

/**
 * Pure: what a journal says. A crash in the middle of a write leaves a last line without its end: that one was never acknowledged, so
 * nothing depends on it. Any other line that can't be read is damage.
 */
export function readGapLines(bytes: Buffer): GapLines {
  const lines = bytes.toString().split('\n');
  const tail = lines.pop() ?? '';
  const records: GapLine[] = [];
  const damaged: string[] = [];
  for (const line of lines) {
    const record = readGapLine(line);
    if (record !== null) records.push(record);
    else damaged.push(line);
  }
  // Whole but for its last character: that was the newline.
  const last = readGapLine(tail) ?? readGapLine([...tail].slice(0, -1).join(''));
  if (last !== null) records.push(last);
  const size = last === null ? bytes.lastIndexOf('\n') + 1 : bytes.length;
  return { records, damaged, size, isRepaired: last !== null };
}

/** Null for a line that is torn or damaged. */
function readGapLine(line: string): GapLine | null {
  const space = line.indexOf(' ');
  const json = line.slice(space + 1);
  if (space !== 8 || line.slice(0, 8) !== checksum(json)) return null;
  try {
    return JSON.parse(json) as GapLine;
  } catch {
    return null;
  }
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
