import { spawn } from 'node:child_process';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { holderView, thisHolder } from '../../../../src/output/outbox/holder.ts';
import { type LeaseRow, mayTake } from '../../../../src/output/outbox/lease.ts';
import { watchHolder } from '../../../../src/output/outbox/lease-watch.ts';
import { openOutboxFile } from '../../../../src/output/outbox/open.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { never, openTestOutbox, temporaryFolder } from '../../../support/output.ts';

const current: LeaseRow = { host: 'here', pid: 7, instance: 'a', fencing: 1, acquiredMs: 1_000, renewedMs: 50_000 };
const known = (lives: boolean | null) => ({ lives: () => lives });

describe('who may take the lease', () => {
  test.each([
    ['nobody held it', null, known(null), null, true],
    ['it was given back', { ...current, renewedMs: 0 }, known(true), null, true],
    ['the holder is known to be dead', current, known(false), null, true],
    ['the holder is elsewhere and was not watched', current, known(null), null, false],
    ['the holder lives', current, known(true), null, false],
    ['the holder was watched and is silent', current, known(null), current, true],
    ['the holder lives, was watched and is silent: it is frozen', current, known(true), current, true],
    ['it gave a sign of life after it was watched', { ...current, renewedMs: 1 }, known(null), current, false],
    ['another one took it after it was watched', { ...current, fencing: 2 }, known(null), current, false],
  ])('%s', (_, row, view, silent, expected) => {
    expect(mayTake(row, view, silent)).toBe(expected);
  });
});

describe('what is known of a holder', () => {
  test('a process of this world is judged by its pid and its start, one of another world not at all', async () => {
    const me = thisHolder();
    const [random, started, world] = me.instance.split(' ');
    expect([started, world]).toEqual([expect.stringMatching(/^\d+$/), expect.stringContaining('pid:[')]);
    expect(holderView.lives(me)).toBe(false);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const pid = child.pid ?? -1;
    const other = (its: object) => ({ ...me, pid, instance: `${random}  ${world}`, ...its });
    expect(holderView.lives(other({}))).toBe(true);
    expect(holderView.lives(other({ instance: `${random} 1 ${world}` }))).toBe(false);
    expect(holderView.lives(other({ instance: `${random}  boot/pid:[1]` }))).toBeNull();
    expect(holderView.lives(other({ host: 'elsewhere' }))).toBeNull();
    expect(holderView.lives(other({ instance: 'of an older version' }))).toBeNull();
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(holderView.lives(other({}))).toBe(false);
  });
});

describe('watching a holder', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  /** An outbox that a process on another host holds. */
  function heldElsewhere() {
    openOutboxFile(folder.path, new FakeClock(), null).close();
    const database = new Database(join(folder.path, 'outbox.db'));
    database.exec("UPDATE lease SET host = 'elsewhere', pid = 1, instance = 'its own', renewed_ms = 5");
    return database;
  }

  test('needs none where there is no outbox, or nobody can hold it', async () => {
    const clock = new FakeClock();
    expect(await watchHolder(folder.path, clock, never)).toBeNull();
    openOutboxFile(folder.path, clock, null).close();
    expect(await watchHolder(folder.path, clock, never)).toBeNull();
  });

  test('one that renews its lease is refused, whatever the wall clocks say', async () => {
    const database = heldElsewhere();
    const clock = new FakeClock();
    clock.wallOffsetMs += 86_400_000;
    const watching = expect(watchHolder(folder.path, clock, never)).rejects.toMatchObject({ code: 'OUTPUT_LOCKED' });
    await clock.advance(3_000);
    database.exec('UPDATE lease SET renewed_ms = 4');
    await clock.advance(3_000);
    await watching;
    database.close();
  });

  test('one that stays silent is followed, and finds itself replaced; not before it was watched', async () => {
    const database = heldElsewhere();
    const clock = new FakeClock();
    let silent: LeaseRow | null | undefined;
    const watching = watchHolder(folder.path, clock, never).then((found) => {
      silent = found;
    });
    clock.wallOffsetMs -= 3_600_000;
    await clock.advance(9_000);
    expect(silent).toBeUndefined();
    expect(() => openOutboxFile(folder.path, clock, null)).toThrow(/Another engine holds the outbox/);
    await clock.advance(2_000);
    await watching;
    expect(silent).toMatchObject({ host: 'elsewhere' });
    const opened = openOutboxFile(folder.path, clock, silent ?? null);
    expect(opened.lease.fencing).toBe(2);
    opened.close();
    database.close();
  });

  test('who gives the watch up takes nothing', async () => {
    heldElsewhere().close();
    const clock = new FakeClock();
    const stop = new AbortController();
    const watching = expect(watchHolder(folder.path, clock, stop.signal)).rejects.toMatchObject({
      code: 'OUTPUT_LOCKED',
    });
    await clock.advance(1_000);
    stop.abort();
    await watching;
  });

  test('an opening of this very process is refused after its next sign of life', async () => {
    const clock = new FakeClock();
    const { outbox } = openTestOutbox(folder.path, {}, clock);
    const watching = expect(watchHolder(folder.path, clock, never)).rejects.toMatchObject({ code: 'OUTPUT_LOCKED' });
    await clock.advance(3_000);
    await watching;
    await outbox.close(never);
  });
});
