import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openFile } from '../../../../src/output/outbox/database.ts';
import { OUTBOX_FILE } from '../../../../src/output/outbox/files.ts';
import { APPLICATION_ID, FILE_FORMAT, OUTBOX_TABLES } from '../../../../src/output/outbox/schema.ts';
import { never, openTestOutbox, temporaryFolder, trades } from '../../../support/output.ts';

const WAL_BYTES = 32 * 1_048_576;

describe('the outbox file', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const pageBytes = (database: Database.Database) => database.pragma('page_size', { simple: true }) as number;
  const logBytes = (database: Database.Database) =>
    pageBytes(database) * (database.pragma('wal_autocheckpoint', { simple: true }) as number);

  test('is made with pages that hold a few events', () => {
    const database = openFile(join(folder.path, OUTBOX_FILE));
    expect([pageBytes(database), logBytes(database)]).toEqual([8_192, WAL_BYTES]);
    database.close();
  });

  test('is used as it is when it was made with smaller pages', async () => {
    const path = join(folder.path, OUTBOX_FILE);
    const made = new Database(path);
    made.pragma('page_size = 4096');
    made.pragma(`application_id = ${APPLICATION_ID}`);
    made.exec(OUTBOX_TABLES);
    made.pragma(`user_version = ${FILE_FORMAT}`);
    made.close();
    const { outbox } = openTestOutbox(folder.path);
    await outbox.append(trades(0, 300), { slot: 1_000 });
    await outbox.close(never);
    const database = openFile(path);
    expect([pageBytes(database), logBytes(database)]).toEqual([4_096, WAL_BYTES]);
    expect(database.prepare('SELECT count(*) FROM events').pluck().get()).toBe(300);
    database.close();
  });
});
