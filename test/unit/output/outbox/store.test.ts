import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { openFile } from '../../../../src/output/outbox/database.ts';
import { OUTBOX_FILE } from '../../../../src/output/outbox/files.ts';
import { OutboxStore } from '../../../../src/output/outbox/store.ts';
import { temporaryFolder } from '../../../support/output.ts';

const record = (id: string) => ({ slot: 1, id, type: 'trade.swap.executed', json: '{}' });

describe('what the disk is asked to keep', () => {
  /** SQLite's word for "the commit waits for the disk" and for "it does not". */
  const [full, normal] = [2, 1];
  let folder: ReturnType<typeof temporaryFolder>;
  let database: Database.Database;
  let seen: unknown[];
  let refusal: Error | null;
  let store: OutboxStore;
  beforeEach(() => {
    folder = temporaryFolder();
    database = openFile(join(folder.path, OUTBOX_FILE));
    seen = [];
    refusal = null;
    store = new OutboxStore(database, () => {
      seen.push(database.pragma('synchronous', { simple: true }));
      if (refusal !== null) throw refusal;
    });
  });
  afterEach(() => {
    database.close();
    folder.remove();
  });

  test('events and their cursor wait for it; what was confirmed and what has left does not', () => {
    store.commit([record('a'), record('b')], 1, 0);
    store.confirm(2);
    store.saveConfirmed();
    store.removeThrough(1);
    store.commit([record('c')], 2, 0);
    expect(seen).toEqual([full, normal, normal, full]);
    expect([store.firstSequence, store.lastSequence, store.confirmed]).toEqual([2, 3, 2]);
  });

  test('a write that was refused leaves nothing behind for those after it', () => {
    store.commit([record('a')], 1, 0);
    store.confirm(1);
    refusal = new Error('another engine holds the folder');
    expect(() => store.saveConfirmed()).toThrow('another engine');
    refusal = null;
    expect(store.unsavedConfirms).toBe(1);
    store.commit([record('b')], 2, 0);
    expect(seen.at(-1)).toBe(full);
    expect(store.unsavedConfirms).toBe(0);
  });
});
