import type { Database } from 'better-sqlite3';
import { isWhole, progressChecksum, type RecordRow, SELECT_RECORDS } from './record.ts';

export interface CopyReport {
  readonly rescued: number;
  /** Sequences that could not be read whole, beyond those that were set aside before. */
  readonly lost: number;
  /** The cursor that was rescued; null when it was unreadable or absent: the stream then starts at the tip. */
  readonly cursor: number | null;
}

interface AcknowledgedRow {
  readonly sequence: number;
  readonly atMs: number;
}

interface SetAsideRow {
  readonly sequence: number;
  readonly noticedMs: number;
  readonly reason: string;
  readonly record: string;
}

/** Copies what is whole from a damaged outbox into an empty one, in one transaction; what is not, is set aside there. */
export function copyWhole(source: Database, target: Database, nowMs: number): CopyReport {
  const progress = (name: string) => readProgress(source, name);
  const cursor = progress('cursor');
  const seen = progress('sequence') === null || progress('removed') === null ? boundsOf(source) : { first: 1, last: 0 };
  const removed = progress('removed') ?? seen.first - 1;
  const last = progress('sequence') ?? seen.last;
  const read = attempt(() => source.prepare<[number], RecordRow>(`${SELECT_RECORDS} WHERE sequence = ?`));
  const insert = target.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
  const setAside = target.prepare('INSERT INTO quarantine VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING');
  const acknowledge = target.prepare('INSERT INTO acknowledged VALUES (?, ?) ON CONFLICT DO NOTHING');
  const save = target.prepare('INSERT INTO progress VALUES (?, ?, ?)');
  const keep = (row: RecordRow | null) =>
    row !== null &&
    isWhole(row) &&
    insert.run(row.sequence, row.slot, row.createdMs, row.crc, row.id, row.type, row.json).changes === 1;
  let rescued = 0;
  let lost = 0;
  target.transaction(() => {
    for (const { sequence, noticedMs, reason, record } of setAsideBefore(source))
      setAside.run(sequence, noticedMs, reason, record);
    for (const { sequence, atMs } of acknowledgedBefore(source)) acknowledge.run(sequence, atMs);
    for (let sequence = removed + 1; sequence <= last; sequence++) {
      if (keep(attempt(() => read?.get(sequence)))) rescued++;
      else lost += setAside.run(sequence, nowMs, 'rescue', '').changes;
    }
    const values = {
      cursor,
      sequence: last,
      removed,
      removedSlot: progress('removedSlot'),
      confirmed: progress('confirmed') ?? 0,
    };
    for (const [name, value] of Object.entries(values)) {
      if (value !== null) save.run(name, value, progressChecksum(name, value));
    }
  })();
  return { rescued, lost, cursor };
}

/** What was known to be damaged before stays known. */
function setAsideBefore(source: Database): readonly SetAsideRow[] {
  const rows = attempt(() =>
    source.prepare<[], SetAsideRow>('SELECT sequence, noticed_ms AS noticedMs, reason, record FROM quarantine').all(),
  );
  return (rows ?? []).filter(
    ({ sequence, noticedMs, reason, record }) =>
      [sequence, noticedMs].every(Number.isSafeInteger) && [reason, record].every((text) => typeof text === 'string'),
  );
}

function acknowledgedBefore(source: Database): readonly AcknowledgedRow[] {
  const rows = attempt(() =>
    source.prepare<[], AcknowledgedRow>('SELECT sequence, at_ms AS atMs FROM acknowledged').all(),
  );
  return (rows ?? []).filter(({ sequence, atMs }) => [sequence, atMs].every(Number.isSafeInteger));
}

/** The lowest and highest sequence of whole records, as far as the table can be walked. */
function boundsOf(source: Database): { readonly first: number; readonly last: number } {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  attempt(() => {
    for (const row of source.prepare<[], RecordRow>(SELECT_RECORDS).iterate()) {
      if (!isWhole(row)) continue;
      first = Math.min(first, row.sequence);
      last = Math.max(last, row.sequence);
    }
  });
  return last === 0 ? { first: 1, last: 0 } : { first, last };
}

function readProgress(source: Database, name: string): number | null {
  const row = attempt(() =>
    source
      .prepare<[string], { readonly value: number; readonly crc: number }>(
        'SELECT value, crc FROM progress WHERE name = ?',
      )
      .get(name),
  );
  return row !== null && row.crc === progressChecksum(name, row.value) ? row.value : null;
}

function attempt<T>(read: () => T | undefined): T | null {
  try {
    return read() ?? null;
  } catch {
    // Broken here; what lies elsewhere can still be whole.
    return null;
  }
}
