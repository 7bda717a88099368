import { join } from 'node:path';
import Database from 'better-sqlite3';
import { acknowledgeDamage, damagedEvents } from '../../../../src/output/outbox/damage-file.ts';
import { rescueOutbox } from '../../../../src/output/outbox/rescue.ts';
import type { EngineEvent } from '../../../../src/telemetry/event.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { never, openTestOutbox, temporaryFolder, trades } from '../../../support/output.ts';

const counted = (emitted: readonly EngineEvent[]) => emitted.filter(({ type }) => type === 'output.damage.counted');

describe('the damage of an outbox', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(async () => {
    folder = temporaryFolder();
    const { outbox } = openTestOutbox(folder.path);
    await outbox.append(trades(0, 10), { slot: 7 });
    await outbox.close(never);
    change("UPDATE events SET json = 'changed' WHERE sequence IN (3, 5)");
  });
  afterEach(() => folder.remove());

  function change(sql: string): void {
    const database = new Database(join(folder.path, 'outbox.db'));
    database.exec(sql);
    database.close();
  }

  test('is told again at every start, and counted, until somebody acknowledges it', async () => {
    const first = openTestOutbox(folder.path);
    expect([counted(first.emitted), first.outbox.damage()]).toEqual([[], { events: 0, open: 0 }]);
    expect(first.outbox.readAfter(0, 100)).toHaveLength(8);
    expect(first.outbox.damage()).toEqual({ events: 2, open: 2 });
    await first.outbox.close(never);
    for (let start = 0; start < 2; start++) {
      const again = openTestOutbox(folder.path);
      expect(counted(again.emitted)).toEqual([{ type: 'output.damage.counted', events: 2, open: 2 }]);
      await again.outbox.close(never);
    }
    acknowledgeDamage(folder.path, damagedEvents(folder.path), new FakeClock());
    const last = openTestOutbox(folder.path);
    expect([counted(last.emitted), last.outbox.damage()]).toEqual([[], { events: 2, open: 0 }]);
    expect(last.outbox.readAfter(0, 100)).toHaveLength(8);
    await last.outbox.close(never);
  });

  test('is acknowledged beside a running engine, which then says so', async () => {
    const clock = new FakeClock();
    const { outbox, emitted } = openTestOutbox(folder.path, {}, clock);
    outbox.readAfter(0, 100);
    await clock.advance(6_000);
    expect(counted(emitted)).toEqual([{ type: 'output.damage.counted', events: 2, open: 2 }]);
    const events = damagedEvents(folder.path);
    expect(events).toEqual([3, 5].map((sequence) => expect.objectContaining({ sequence, nearSlot: 1_000 })));
    acknowledgeDamage(folder.path, events, clock);
    await clock.advance(6_000);
    expect(counted(emitted).at(-1)).toEqual({ type: 'output.damage.counted', events: 2, open: 0 });
    await outbox.close(never);
  });

  test('includes what a rescue could not read, and a rescue keeps what was acknowledged', async () => {
    const { outbox } = openTestOutbox(folder.path);
    outbox.readAfter(0, 100);
    await outbox.close(never);
    acknowledgeDamage(folder.path, damagedEvents(folder.path), new FakeClock());
    change("UPDATE events SET json = 'changed' WHERE sequence = 8");
    rescueOutbox(folder.path, new FakeClock());
    const { outbox: rescued, emitted } = openTestOutbox(folder.path);
    expect(counted(emitted)).toEqual([{ type: 'output.damage.counted', events: 3, open: 1 }]);
    expect(damagedEvents(folder.path)).toEqual([expect.objectContaining({ sequence: 8, reason: 'rescue' })]);
    await rescued.close(never);
  });

  test('is on record also when the damaged row cannot be removed, and is tried again when nothing can be written', async () => {
    change("CREATE TRIGGER broken BEFORE DELETE ON events BEGIN SELECT raise(ABORT, 'broken page'); END");
    change("CREATE TRIGGER full BEFORE INSERT ON quarantine BEGIN SELECT raise(ABORT, 'no room'); END");
    const clock = new FakeClock();
    const { outbox, emitted } = openTestOutbox(folder.path, {}, clock);
    expect(outbox.readAfter(0, 100)).toHaveLength(8);
    expect(outbox.damage()).toEqual({ events: 2, open: 2 });
    change('DROP TRIGGER full');
    await clock.advance(6_000);
    expect(damagedEvents(folder.path).map(({ sequence }) => sequence)).toEqual([3, 5]);
    expect(outbox.readAfter(0, 100)).toHaveLength(8);
    expect(outbox.damage()).toEqual({ events: 2, open: 2 });
    expect(emitted.filter(({ type }) => type === 'output.record.damaged')).toHaveLength(2);
    await outbox.close(never);
  });
});
