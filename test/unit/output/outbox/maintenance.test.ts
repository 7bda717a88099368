import { DamageBook } from '../../../../src/output/outbox/damage-book.ts';
import { Maintenance } from '../../../../src/output/outbox/maintenance.ts';
import { openOutboxFile } from '../../../../src/output/outbox/open.ts';
import { HIGHEST_SLOT } from '../../../../src/output/outbox/store.ts';
import type { EngineEvent } from '../../../../src/telemetry/event.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { temporaryFolder } from '../../../support/output.ts';

const OPTIONS = {
  waitsForBroker: true,
  keepSizeBytes: 1,
  keepAgeMs: 1,
  overlapSlots: 1,
  spillSizeBytes: 1_000_000_000,
  intervalMs: 250,
  leaseRenewMs: 250,
};

function open(folder: string) {
  const clock = new FakeClock();
  const emitted: EngineEvent[] = [];
  const parts = { clock, emit: (event: EngineEvent) => void emitted.push(event) };
  const opened = openOutboxFile(folder, clock, null);
  const damage = new DamageBook(opened.store, parts);
  return { clock, emitted, opened, maintenance: new Maintenance(opened, OPTIONS, damage, parts) };
}

describe('the upkeep of the outbox', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  test('one step that fails keeps none of the others from its work, is told once, and that it is over too', async () => {
    const { clock, emitted, opened, maintenance } = open(folder.path);
    const record = { id: 'a', type: 't', json: '{}' };
    opened.store.commit([{ ...record, slot: 1 }], 1_000, clock.wallMs());
    opened.store.confirm(1);
    const renew = opened.lease.renew.bind(opened.lease);
    opened.lease.renew = () => {
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    };
    maintenance.start();
    await clock.advance(5_000);
    expect(opened.store.firstSequence).toBe(0);
    const told = () => emitted.filter(({ type }) => type.startsWith('output.upkeep.'));
    expect(told()).toEqual([{ type: 'output.upkeep.failed', steps: ['lease'], reason: 'database or disk is full' }]);
    expect(emitted).toContainEqual(expect.objectContaining({ type: 'output.outbox.measured', kept: 0 }));
    opened.lease.renew = renew;
    await clock.advance(1_000);
    expect(told().slice(1)).toEqual([{ type: 'output.upkeep.recovered' }]);
    maintenance.stop();
    opened.close();
  });

  test('removing looks at nothing but what leaves: a backlog behind it costs no more', () => {
    const { opened } = open(folder.path);
    const explain = opened.database.prepare<[number, number], { detail: string }>(`EXPLAIN QUERY PLAN ${HIGHEST_SLOT}`);
    const plan = explain.all(500, 1_000_000);
    expect(plan.map(({ detail }) => detail)).toEqual(['SEARCH events USING INTEGER PRIMARY KEY (rowid<?)']);
    opened.close();
  });

  test('a lease that was lost is told once, and nothing more is tried', async () => {
    const { clock, emitted, opened, maintenance } = open(folder.path);
    opened.database.exec("UPDATE lease SET fencing = fencing + 1, instance = 'another'");
    maintenance.start();
    await clock.advance(5_000);
    expect(emitted.map(({ type }) => type).filter((type) => !type.startsWith('output.outbox'))).toEqual([
      'output.lease.lost',
    ]);
    expect(emitted.at(-1)).toMatchObject({ holder: expect.stringMatching(/^process \d+ on /) });
    opened.close();
  });
});
