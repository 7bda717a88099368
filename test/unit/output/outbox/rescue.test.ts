import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { rescueOutbox } from '../../../../src/output/outbox/rescue.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { never, openTestOutbox, temporaryFolder, trades } from '../../../support/output.ts';

describe('rescuing an outbox', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  const file = (name: string) => join(folder.path, name);
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  async function write(count: number): Promise<void> {
    const { outbox } = openTestOutbox(folder.path);
    await outbox.append(trades(0, count), { slot: 7 });
    await outbox.close(never);
  }

  function damage(sequence: number): void {
    const database = new Database(file('outbox.db'));
    database.prepare("UPDATE events SET json = 'changed' WHERE sequence = ?").run(sequence);
    database.close();
  }

  test('keeps what is whole, what was set aside before, and the damaged file', async () => {
    await write(10);
    damage(3);
    const first = openTestOutbox(folder.path).outbox;
    expect(first.readAfter(0, 100)).toHaveLength(9);
    await first.close(never);
    damage(5);
    const report = rescueOutbox(folder.path, new FakeClock());
    expect(report).toMatchObject({ rescued: 8, lost: 1, cursor: 7 });
    expect(existsSync(report.damagedPath)).toBe(true);
    const rescued = new Database(file('outbox.db'));
    expect(rescued.prepare('SELECT sequence, reason FROM quarantine ORDER BY sequence').raw().all()).toEqual([
      [3, 'checksum'],
      [5, 'rescue'],
    ]);
    rescued.close();
  });

  test('that ended before it was decided left nothing but its own unfinished file, and the next begins anew', async () => {
    await write(10);
    writeFileSync(file('outbox.rescue-part.db'), 'half of it');
    const { outbox } = openTestOutbox(folder.path);
    expect(outbox.lastSequence()).toBe(10);
    await outbox.close(never);
    expect(rescueOutbox(folder.path, new FakeClock()).rescued).toBe(10);
    expect(readdirSync(folder.path)).not.toContain('outbox.rescue-part.db');
  });

  test.each([
    ['before the damaged file was moved', []],
    ['between the damaged file and its log', ['outbox.db']],
    ['before the rescued file took its place', ['outbox.db', 'outbox.db-wal']],
  ])('that ended once it was decided, %s, is finished by whoever opens the outbox next', async (_when, moved) => {
    await write(10);
    renameSync(file('outbox.db'), file('elsewhere'));
    await write(3);
    renameSync(file('elsewhere'), file('outbox.rescued-S.db'));
    writeFileSync(file('outbox.db-wal'), 'a log that belongs to the damaged file');
    for (const name of moved) renameSync(file(name), file(name.replace('outbox.db', 'outbox.damaged-S.db')));
    const { outbox } = openTestOutbox(folder.path);
    expect([outbox.lastSequence(), outbox.resumeFrom()]).toEqual([10, { slot: 7 }]);
    await outbox.close(never);
    expect(readdirSync(folder.path).sort()).toEqual(['outbox.damaged-S.db', 'outbox.damaged-S.db-wal', 'outbox.db']);
  });
});
