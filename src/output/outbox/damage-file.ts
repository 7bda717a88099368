import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { Clock } from '../../lib/clock.ts';
import { EngineError } from '../../lib/errors.ts';
import { openDatabase } from './database.ts';
import { OUTBOX_FILE } from './files.ts';
import { toEngineError } from './sqlite-errors.ts';

/** An event of the outbox that was damaged, or that a rescue could not find, and that nobody has acknowledged. */
export interface DamagedEvent {
  readonly sequence: number;
  readonly noticedMs: number;
  /** `checksum`, `unreadable`, or `rescue` for what a rescue could not read. */
  readonly reason: string;
  /** The slot of the last whole event before it, else of the next one after it; null when neither is kept any more. */
  readonly nearSlot: number | null;
  /** What could be read of it. */
  readonly record: string;
}

const UNACKNOWLEDGED = 'FROM quarantine WHERE sequence NOT IN (SELECT sequence FROM acknowledged)';
export const COUNT_UNACKNOWLEDGED = `SELECT count(*) ${UNACKNOWLEDGED}`;

/** What is damaged in the outbox of a data folder. Holds no lease: it may be asked beside a running engine. */
export function damagedEvents(folder: string): readonly DamagedEvent[] {
  return withOutbox(folder, (database) =>
    database
      .prepare<[], DamagedEvent>(
        `SELECT sequence, noticed_ms AS noticedMs, reason, record, coalesce(
           (SELECT slot FROM events WHERE sequence < quarantine.sequence ORDER BY sequence DESC LIMIT 1),
           (SELECT slot FROM events WHERE sequence > quarantine.sequence ORDER BY sequence LIMIT 1)) AS nearSlot
         ${UNACKNOWLEDGED} ORDER BY sequence`,
      )
      .all(),
  );
}

/** Notes that an operator has looked at them: they stay set aside, and are no reason for an alert any more. */
export function acknowledgeDamage(folder: string, events: readonly DamagedEvent[], clock: Clock): void {
  withOutbox(folder, (database) => {
    const acknowledge = database.prepare('INSERT INTO acknowledged VALUES (?, ?) ON CONFLICT DO NOTHING');
    database
      .transaction(() => {
        for (const { sequence } of events) acknowledge.run(sequence, clock.wallMs());
      })
      .immediate();
  });
}

function withOutbox<T>(folder: string, work: (database: Database) => T): T {
  if (!existsSync(join(folder, OUTBOX_FILE)))
    throw new EngineError('CONFIG_DATA_DIR', `There is no outbox in ${folder}.`);
  const { database, path } = openDatabase(folder);
  try {
    return work(database);
  } catch (error) {
    throw toEngineError(error, path);
  } finally {
    database.close();
  }
}
