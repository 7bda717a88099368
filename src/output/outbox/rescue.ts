import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Clock } from '../../lib/clock.ts';
import { EngineError } from '../../lib/errors.ts';
import { OUTBOX_FILE, openDatabase } from './database.ts';
import { holderView, thisHolder } from './holder.ts';
import { heldBy, LEASE_STALE_MS, type LeaseRow, mayTake, readLease } from './lease.ts';
import { isWhole, progressChecksum, type RecordRow, SELECT_RECORDS } from './record.ts';

export interface RescueReport {
  /** Where the damaged file lies now. */
  readonly damagedPath: string;
  readonly rescued: number;
  /** Sequences that could not be read whole. */
  readonly lost: number;
  /** The cursor that was rescued; null when it was unreadable or absent: the stream then starts at the tip. */
  readonly cursor: number | null;
}

/**
 * Makes a new outbox of what is whole in a damaged one, keeping sequences, cursor and what was confirmed. The damaged file is
 * moved aside, never deleted. To be run while no engine holds it.
 */
export function rescueOutbox(folder: string, clock: Clock): RescueReport {
  const path = join(folder, OUTBOX_FILE);
  if (!existsSync(path))
    throw new EngineError('CONFIG_DATA_DIR', `There is no outbox in ${folder}; nothing to rescue.`);
  refuseWhileHeld(path, clock);
  const damagedPath = join(folder, `outbox.damaged-${new Date(clock.wallMs()).toISOString().replaceAll(':', '-')}.db`);
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, damagedPath + suffix);
  }
  const source = new Database(damagedPath, { fileMustExist: true });
  const { database: target } = openDatabase(folder);
  try {
    return { damagedPath, ...copy(source, target) };
  } finally {
    source.close();
    target.close();
  }
}

/** As far as the damage lets it be told: moving the file away under a running engine would lose what it writes. */
function refuseWhileHeld(path: string, clock: Clock): void {
  let row: LeaseRow | null = null;
  try {
    const database = new Database(path, { fileMustExist: true, readonly: true });
    row = readLease(database);
    database.close();
  } catch {
    return;
  }
  if (!mayTake(row, thisHolder(), clock.wallMs(), LEASE_STALE_MS, holderView)) throw heldBy(row as LeaseRow);
}

function copy(source: Database.Database, target: Database.Database): Omit<RescueReport, 'damagedPath'> {
  const progress = (name: string) => readProgress(source, name);
  const cursor = progress('cursor');
  const seen = progress('sequence') === null || progress('removed') === null ? boundsOf(source) : { first: 1, last: 0 };
  const removed = progress('removed') ?? seen.first - 1;
  const last = progress('sequence') ?? seen.last;
  const read = attempt(() => source.prepare<[number], RecordRow>(`${SELECT_RECORDS} WHERE sequence = ?`));
  const insert = target.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
  const setAside = target.prepare("INSERT INTO quarantine VALUES (?, 0, 'rescue', '')");
  const save = target.prepare('INSERT INTO progress VALUES (?, ?, ?)');
  const keep = (row: RecordRow | null) =>
    row !== null &&
    isWhole(row) &&
    insert.run(row.sequence, row.slot, row.createdMs, row.crc, row.id, row.type, row.json).changes === 1;
  let rescued = 0;
  target.transaction(() => {
    for (let sequence = removed + 1; sequence <= last; sequence++) {
      if (keep(attempt(() => read?.get(sequence)))) rescued++;
      else setAside.run(sequence);
    }
    const values = { cursor, sequence: last, removed, confirmed: progress('confirmed') ?? 0 };
    for (const [name, value] of Object.entries(values)) {
      if (value !== null) save.run(name, value, progressChecksum(name, value));
    }
  })();
  return { rescued, lost: Math.max(0, last - removed - rescued), cursor };
}

/** The lowest and highest sequence of whole records, as far as the table can be walked. */
function boundsOf(source: Database.Database): { readonly first: number; readonly last: number } {
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

function readProgress(source: Database.Database, name: string): number | null {
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
