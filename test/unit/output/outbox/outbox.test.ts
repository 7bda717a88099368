import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { eventId } from '../../../../src/domain/domain-event.ts';
import { systemClock } from '../../../../src/lib/clock.ts';
import type { Outbox } from '../../../../src/output/outbox/outbox.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { never, openTestOutbox, temporaryFolder, trade, trades } from '../../../support/output.ts';

const all = (outbox: Outbox) => outbox.readAfter(0, 1_000_000);
const ids = (outbox: Outbox) => all(outbox).map(({ id }) => id);

describe('the outbox', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  test('has no cursor before the first, and slot 0 is a cursor', async () => {
    const { outbox } = openTestOutbox(folder.path);
    expect(outbox.resumeFrom()).toBeNull();
    await outbox.append([], { slot: 0 });
    expect(outbox.resumeFrom()).toEqual({ slot: 0 });
    await outbox.close(never);
  });

  test('keeps events and cursor across a close, in order, with sequences that only rise', async () => {
    const { outbox } = openTestOutbox(folder.path);
    await outbox.append(trades(0, 3), { slot: 999 });
    await outbox.close(never);
    const again = openTestOutbox(folder.path).outbox;
    expect(again.resumeFrom()).toEqual({ slot: 999 });
    expect(all(again)).toEqual(all(again).map((event, i) => expect.objectContaining({ ...event, sequence: i + 1 })));
    await again.append(trades(3, 4), null);
    expect(ids(again)).toEqual(trades(0, 4).map(eventId));
    expect(again.lastSequence()).toBe(4);
    await again.close(never);
  });

  test('a cursor never goes back', async () => {
    const { outbox } = openTestOutbox(folder.path);
    await outbox.append([], { slot: 10 });
    await outbox.append(trades(0, 1), { slot: 9 });
    expect(outbox.resumeFrom()).toEqual({ slot: 10 });
    await outbox.close(never);
  });

  test('counts what a replay says again and keeps it once; the same id in another slot is news', async () => {
    const { outbox, emitted } = openTestOutbox(folder.path);
    await outbox.append(trades(0, 5), null);
    await outbox.append([...trades(3, 7), trade(3)], null);
    expect(ids(outbox)).toEqual(trades(0, 7).map(eventId));
    expect(emitted.filter(({ type }) => type === 'output.batch.committed')).toEqual([
      expect.objectContaining({ events: 5, duplicates: 0 }),
      expect.objectContaining({ events: 2, duplicates: 3 }),
    ]);
    await outbox.append([{ ...trade(3), slot: 2_000 }], null);
    expect(outbox.lastSequence()).toBe(8);
    await outbox.close(never);
  });

  test('takes back every event of a dead slot, once, naming each', async () => {
    const { outbox } = openTestOutbox(folder.path);
    await outbox.append(trades(48, 52), null);
    expect(await outbox.retractSlot(1_000, 'fork')).toBe(2);
    expect(await outbox.retractSlot(1_000, 'fork')).toBe(2);
    expect(await outbox.retractSlot(5, 'fork')).toBe(0);
    expect([outbox.isTakenBack(1_000), outbox.isTakenBack(5)]).toEqual([true, false]);
    const retractions = all(outbox).filter(({ type }) => type === 'stream.event.retracted');
    expect(retractions.map(({ json }) => JSON.parse(json) as object)).toEqual(
      trades(48, 50).map((event) =>
        expect.objectContaining({
          causationid: eventId(event),
          slot: 1_000,
          data: {
            id: eventId(event),
            type: event.type,
            slot: 1_000,
            signature: event.signature,
            subject: event.subject,
            reason: 'fork',
          },
        }),
      ),
    );
    await outbox.close(never);
  });

  test('a slot that dies after its events have left is not passed over in silence, also after a restart', async () => {
    const clock = new FakeClock();
    const settings = { keepAgeMs: 1_000, overlapSlots: 32 };
    const first = openTestOutbox(folder.path, settings, clock);
    await first.outbox.append(trades(0, 101), { slot: 5_000 });
    first.outbox.confirm(75);
    await clock.advance(2_000);
    expect(first.outbox.firstSequence()).toBe(76);
    const retract = async (outbox: Outbox, slot: number) => {
      const retracting = outbox.retractSlot(slot, 'fork');
      await clock.advance(10);
      return retracting;
    };
    expect(await retract(first.outbox, 1_000)).toBeNull();
    expect(await retract(first.outbox, 1_001)).toBeNull();
    expect(await retract(first.outbox, 1_002)).toBe(1);
    expect(await retract(first.outbox, 4_000)).toBe(0);
    await first.outbox.close(never);
    const again = openTestOutbox(folder.path, settings, clock);
    expect(await retract(again.outbox, 1_000)).toBeNull();
    expect(again.emitted).toContainEqual({ type: 'output.retraction.incomplete', slot: 1_000, events: 0 });
    await again.outbox.close(never);
  });

  test('tells live readers after each append, and reads on from any sequence', async () => {
    const { outbox } = openTestOutbox(folder.path);
    const told: number[] = [];
    const stop = outbox.onAppend((last) => told.push(last));
    await outbox.append(trades(0, 3), null);
    await outbox.append(trades(0, 3), null);
    stop();
    await outbox.append(trades(3, 4), null);
    expect(told).toEqual([3]);
    expect(outbox.readAfter(1, 2).map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect(outbox.readAfter(4, 2)).toEqual([]);
    await outbox.close(never);
  });

  test('an append that is durable does not fail because of who listens', async () => {
    const { outbox } = openTestOutbox(folder.path);
    outbox.onAppend(() => {
      throw new Error('disk I/O error');
    });
    await outbox.append(trades(0, 3), { slot: 7 });
    expect([outbox.lastSequence(), outbox.resumeFrom()]).toEqual([3, { slot: 7 }]);
    await outbox.close(never);
  });

  test('lets delivered events go by age, keeps the rest, and never gives a sequence out twice', async () => {
    const clock = new FakeClock();
    const { outbox } = openTestOutbox(folder.path, { keepAgeMs: 1_000, overlapSlots: 32 }, clock);
    await outbox.append(trades(0, 100), { slot: 5_000 });
    outbox.confirm(60);
    await clock.advance(2_000);
    expect([outbox.firstSequence(), outbox.lastSequence()]).toEqual([61, 100]);
    outbox.confirm(100);
    await clock.advance(500);
    expect([outbox.firstSequence(), outbox.lastSequence()]).toEqual([0, 100]);
    await outbox.close(never);
    const again = openTestOutbox(folder.path).outbox;
    await again.append(trades(100, 101), null);
    expect([again.firstSequence(), again.lastSequence(), again.confirmedThrough()]).toEqual([101, 101, 100]);
    await again.close(never);
  });

  test('what is delivered but not decided outlives a wall clock that jumps, and can still be taken back', async () => {
    const clock = new FakeClock();
    const settings = { keepSizeMb: 1, keepAgeMs: 1_000, overlapSlots: 32 };
    const { outbox } = openTestOutbox(folder.path, settings, clock);
    await outbox.append(trades(0, 100), { slot: 999 });
    outbox.confirm(60);
    clock.wallOffsetMs += 30 * 86_400_000;
    await clock.advance(10_000);
    expect([outbox.firstSequence(), outbox.lastSequence()]).toEqual([1, 100]);
    const retracted = outbox.retractSlot(1_000, 'fork');
    await clock.advance(1);
    expect(await retracted).toBe(50);
    // Decided and delivered, they go; what was never delivered stays.
    const decided = outbox.append([], { slot: 5_000 });
    await clock.advance(1_000);
    await decided;
    expect([outbox.firstSequence(), outbox.lastSequence()]).toEqual([61, 150]);
    await outbox.close(never);
  });

  test('without a broker events leave by size and age alone', async () => {
    const clock = new FakeClock();
    const settings = { keepAgeMs: 1_000, overlapSlots: 32 };
    const { outbox } = openTestOutbox(folder.path, settings, clock, false);
    await outbox.append(trades(0, 10), { slot: 5_000 });
    await clock.advance(2_000);
    expect(outbox.firstSequence()).toBe(0);
    await outbox.close(never);
  });

  test('at its size limit it holds appends back until delivered events have left', async () => {
    const clock = new FakeClock();
    const settings = { keepSizeMb: 1, spillSizeMb: 1, overlapSlots: 32 };
    const { outbox, emitted } = openTestOutbox(folder.path, settings, clock);
    for (let from = 0; from < 3_000; from += 500) await outbox.append(trades(from, from + 500), { slot: 5_000 });
    await clock.advance(2_000);
    let isDurable = false;
    const held = outbox.append(trades(3_000, 3_001), null).then(() => {
      isDurable = true;
    });
    await clock.advance(10_000);
    expect(isDurable).toBe(false);
    outbox.confirm(3_000);
    await clock.advance(10_000);
    await held;
    expect(emitted.filter(({ type }) => type.startsWith('output.append.')).map(({ type }) => type)).toEqual([
      'output.append.held',
      'output.append.resumed',
    ]);
    expect(outbox.lastSequence()).toBe(3_001);
    await outbox.close(never);
  });

  test('gives free pages back to the disk, but not while a backlog is on its way to the broker', async () => {
    const clock = new FakeClock();
    const { outbox } = openTestOutbox(folder.path, { keepSizeMb: 1, overlapSlots: 32 }, clock);
    const count = 40_000;
    for (let from = 0; from < count; from += 2_000) await outbox.append(trades(from, from + 2_000), { slot: 5_000 });
    const pages = () => {
      const file = new Database(join(folder.path, 'outbox.db'), { readonly: true });
      const found = file.pragma('page_count', { simple: true }) as number;
      file.close();
      return found;
    };
    outbox.confirm(count - 1_000);
    await clock.advance(1_000);
    const full = pages();
    for (let through = count - 999; through < count; through++) {
      outbox.confirm(through);
      await clock.advance(250);
    }
    expect(pages()).toBe(full);
    await clock.advance(5_000);
    expect(pages()).toBeLessThan(full);
    await outbox.close(never);
  });

  test('does not keep many confirms in memory alone, whatever its idle-time work does', async () => {
    const { outbox } = openTestOutbox(folder.path, {}, new FakeClock());
    await outbox.append(trades(0, 2_000), { slot: 5_000 });
    const saved = () => {
      const file = new Database(join(folder.path, 'outbox.db'), { readonly: true });
      const value = file.prepare("SELECT value FROM progress WHERE name = 'confirmed'").pluck().get() ?? 0;
      file.close();
      return value as number;
    };
    for (let through = 100; through <= 2_000; through += 100) {
      outbox.confirm(through);
      expect(through - saved()).toBeLessThan(500);
    }
    await outbox.close(never);
  });

  test('behaves as a list that remembers ids, whatever is appended, confirmed and reopened', async () => {
    const command = fc.oneof(
      fc.record({ do: fc.constant('append' as const), from: fc.nat(60), count: fc.integer({ min: 1, max: 12 }) }),
      fc.record({ do: fc.constant('cursor' as const), slot: fc.nat(50) }),
      fc.record({ do: fc.constant('confirm' as const), part: fc.nat(100) }),
      fc.record({ do: fc.constant('retract' as const), slot: fc.integer({ min: 1_000, max: 1_001 }) }),
      fc.record({ do: fc.constant('reopen' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 25 }), async (commands) => {
        const place = temporaryFolder();
        let { outbox } = openTestOutbox(place.path);
        const model: { ids: string[]; slots: Map<string, number>; cursor: number | null; confirmed: number } = {
          ids: [],
          slots: new Map(),
          cursor: null,
          confirmed: 0,
        };
        const add = (id: string, slot: number) => {
          if (model.slots.has(id)) return;
          model.slots.set(id, slot);
          model.ids.push(id);
        };
        for (const step of commands) {
          if (step.do === 'append') {
            const events = trades(step.from, step.from + step.count);
            await outbox.append(events, null);
            for (const event of events) add(eventId(event), event.slot);
          } else if (step.do === 'cursor') {
            await outbox.append([], { slot: step.slot });
            model.cursor = Math.max(model.cursor ?? 0, step.slot);
          } else if (step.do === 'confirm') {
            const through = Math.floor((outbox.lastSequence() * step.part) / 100);
            outbox.confirm(through);
            model.confirmed = Math.max(model.confirmed, through);
          } else if (step.do === 'retract') {
            const dead = model.ids.filter((id) => model.slots.get(id) === step.slot && !id.startsWith('stream.'));
            expect(await outbox.retractSlot(step.slot, 'fork')).toBe(dead.length);
            for (const id of dead) add(`stream.event.retracted:${id}:${step.slot}:0`, step.slot);
          } else {
            await outbox.close(never);
            outbox = openTestOutbox(place.path).outbox;
          }
          expect(ids(outbox)).toEqual(model.ids);
          expect(outbox.lastSequence()).toBe(model.ids.length);
          expect(outbox.resumeFrom()).toEqual(model.cursor === null ? null : { slot: model.cursor });
          expect(outbox.confirmedThrough()).toBe(model.confirmed);
        }
        await outbox.close(never);
        place.remove();
      }),
      { numRuns: 20 },
    );
  }, 30_000);
});

describe('opening an outbox', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const failure = (path: string): unknown => {
    try {
      openTestOutbox(path, {}, systemClock);
    } catch (error) {
      return error;
    }
    return null;
  };

  test('a second engine is refused, with the holder named', async () => {
    const { outbox } = openTestOutbox(folder.path);
    expect(failure(folder.path)).toMatchObject({
      code: 'OUTPUT_LOCKED',
      message: expect.stringContaining(String(process.pid)),
    });
    await outbox.close(never);
    await openTestOutbox(folder.path).outbox.close(never);
  });

  test('a holder that was replaced cannot write any more', async () => {
    const { outbox } = openTestOutbox(folder.path);
    await outbox.append(trades(0, 1), null);
    const database = new Database(join(folder.path, 'outbox.db'));
    database.exec("UPDATE lease SET fencing = fencing + 1, host = 'elsewhere', pid = 4711");
    await expect(outbox.append(trades(1, 2), { slot: 5 })).rejects.toMatchObject({
      code: 'OUTPUT_LOCKED',
      message: expect.stringContaining('process 4711 on elsewhere'),
    });
    database.close();
    expect([outbox.lastSequence(), outbox.resumeFrom()]).toEqual([1, null]);
    await outbox.close(never);
  });

  test('a file that is no database, or another one, is named with a way out', () => {
    const path = join(folder.path, 'outbox.db');
    writeFileSync(path, 'not a database at all, but long enough to be looked at as one'.repeat(100));
    expect(failure(folder.path)).toMatchObject({ code: 'OUTPUT_CORRUPT', message: expect.stringContaining(path) });
    writeFileSync(path, '');
    const database = new Database(path);
    database.exec('CREATE TABLE something (x)');
    database.close();
    expect(failure(folder.path)).toMatchObject({
      code: 'OUTPUT_CORRUPT',
      message: expect.stringContaining('not an outbox'),
    });
  });

  test('a damaged cursor refuses to start instead of starting somewhere', async () => {
    const { outbox } = openTestOutbox(folder.path);
    await outbox.append([], { slot: 12_345 });
    await outbox.close(never);
    const database = new Database(join(folder.path, 'outbox.db'));
    database.exec("UPDATE progress SET value = 12344 WHERE name = 'cursor'");
    database.close();
    expect(failure(folder.path)).toMatchObject({ code: 'OUTPUT_CORRUPT', message: expect.stringContaining('cursor') });
  });

  test('a file of a newer version is left alone', async () => {
    await openTestOutbox(folder.path).outbox.close(never);
    const database = new Database(join(folder.path, 'outbox.db'));
    database.pragma('user_version = 99');
    database.close();
    expect(failure(folder.path)).toMatchObject({ code: 'OUTPUT_CORRUPT', message: expect.stringContaining('newer') });
  });

  test('a data folder that cannot be one is said so, with the key to set', () => {
    const path = join(folder.path, 'file');
    writeFileSync(path, '');
    expect(failure(path)).toMatchObject({
      code: 'CONFIG_DATA_DIR',
      message: expect.stringContaining('SLUICE_DATA_DIR'),
    });
    mkdirSync(join(folder.path, 'folder', 'outbox.db'), { recursive: true });
    expect(failure(join(folder.path, 'folder'))).toMatchObject({ code: 'CONFIG_DATA_DIR' });
  });
});
