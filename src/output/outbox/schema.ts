/**
 * The outbox file: tables and how SQLite is told to keep them. Says nothing about when something is written.
 *
 * - `events`: one row per event, in the order in which it became durable. `json` stands last, so that reading the small columns
 *   of a long row does not touch the rest.
 * - `events_by_slot` is the identity: an id is unique within its slot. (A transaction that died with one slot and landed again
 *   in another is the same id, and news.) With the slot first, inserts and look-ups stay in one small corner of the index.
 * - `progress`: the cursor, the last sequence, and how far the relay was confirmed; each with its checksum.
 * - `quarantine`: damaged records as they were found, and those a rescue could not find. `acknowledged`: those of them an operator has
 *   looked at.
 * - `lease`: who may write, with a fencing token that only rises.
 */
export const FILE_FORMAT = 1;

/** "SLCE": tells our file from any other SQLite database. */
export const APPLICATION_ID = 0x534c4345;

export const OUTBOX_TABLES = `
CREATE TABLE IF NOT EXISTS events (
  sequence INTEGER PRIMARY KEY,
  slot INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  crc INTEGER NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  json TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS events_by_slot ON events (slot, id);
CREATE TABLE IF NOT EXISTS progress (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL,
  crc INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS quarantine (
  sequence INTEGER PRIMARY KEY,
  noticed_ms INTEGER NOT NULL,
  reason TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS acknowledged (
  sequence INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS lease (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  fencing INTEGER NOT NULL,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  instance TEXT NOT NULL,
  acquired_ms INTEGER NOT NULL,
  renewed_ms INTEGER NOT NULL
) STRICT;
`;
