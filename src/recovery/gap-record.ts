import { crc32 } from 'node:zlib';
import type { Gap } from '../domain/slot.ts';

/** One line of the gap journal. */
export type GapRecord =
  /** History begins here: nothing was promised of earlier slots. */
  | { readonly kind: 'begun'; readonly slot: number }
  | { readonly kind: 'opened'; readonly gap: Gap }
  /** Everything that fills it is durable. */
  | { readonly kind: 'closed'; readonly gap: Gap; readonly closedMs: number }
  /** Another open gap holds it from here on: there were too many to keep each by itself. */
  | { readonly kind: 'merged'; readonly gap: Gap };

/** A record as one line of text: checksum, space, JSON. */
export function gapLine(record: GapRecord): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

/** Null for a line that is torn or damaged. */
export function readGapLine(line: string): GapRecord | null {
  const space = line.indexOf(' ');
  const json = line.slice(space + 1);
  if (space !== 8 || line.slice(0, 8) !== checksum(json)) return null;
  try {
    return JSON.parse(json) as GapRecord;
  } catch {
    return null;
  }
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
