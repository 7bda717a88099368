import { crc32 } from 'node:zlib';
import type { StoredEvent } from '../../domain/contracts.ts';

/** A record as it lies in the file, and the checksums that tell whether any byte of it has changed since. */
export interface RecordRow extends StoredEvent {
  readonly createdMs: number;
  readonly crc: number;
}

export const SELECT_RECORDS = 'SELECT sequence, slot, created_ms AS createdMs, crc, id, type, json FROM events';

export function recordChecksum(
  sequence: number,
  slot: number,
  createdMs: number,
  id: string,
  type: string,
  json: string,
): number {
  return crc32(json, crc32(`${sequence}\n${slot}\n${createdMs}\n${id}\n${type}\n`));
}

/** Whether the record says what was written. A flipped byte can also turn text into bytes that spell the same. */
export function isWhole(row: RecordRow): boolean {
  const { sequence, slot, createdMs, id, type, json } = row;
  if (typeof id !== 'string' || typeof type !== 'string' || typeof json !== 'string') return false;
  return row.crc === recordChecksum(sequence, slot, createdMs, id, type, json);
}

export function progressChecksum(name: string, value: number): number {
  return crc32(`${name}=${value}`);
}
