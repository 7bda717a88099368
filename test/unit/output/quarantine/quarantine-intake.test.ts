import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DecodedTransaction } from '../../../../src/domain/contracts.ts';
import type { Undecoded } from '../../../../src/domain/protocol-event.ts';
import { Quarantine } from '../../../../src/output/quarantine/quarantine.ts';
import { QuarantineIntake } from '../../../../src/output/quarantine/quarantine-intake.ts';
import type { EngineEvent } from '../../../../src/telemetry/event.ts';
import { createMetrics } from '../../../../src/telemetry/metrics.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { trade } from '../../../support/protocol-events.ts';
import { madeUpTransaction, madeUpUpdate } from '../../../support/raw-transaction.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-intake-'));
afterAll(() => rmSync(folder, { recursive: true }));
let counter = 0;

function open(bytesMax = 10_000_000) {
  const clock = new FakeClock();
  const emitted: EngineEvent[] = [];
  const quarantine = Quarantine.open({ folder: join(folder, String(counter++)), bytesMax });
  const intake = new QuarantineIntake(quarantine, clock, (event) => emitted.push(event));
  return { clock, emitted, quarantine, intake };
}

function decoded(undecoded: readonly Partial<Undecoded>[], events: DecodedTransaction['events'] = [], slot = 1000) {
  const transaction = madeUpTransaction({ calls: [{ program: 'venue', data: Uint8Array.of(1) }], slot });
  const entry = { program: 'venue', discriminator: 'aa', reason: 'no-event', path: { outer: 0, inner: -1 } } as const;
  return { transaction, events, undecoded: undecoded.map((each) => ({ ...entry, ...each })) };
}

test('keeps the raw bytes of what was not decoded and of what did not pass its audit, a little later', async () => {
  const { clock, emitted, quarantine, intake } = open();
  const mismatched = trade({ audit: { verdict: 'mismatched', note: 'base: event 2, transferred 1' } });
  const one = decoded([{ reason: 'unknown-event', note: 'what is this' }], [trade(), mismatched]);
  intake.observe(one);
  intake.observe(decoded([]));
  expect(quarantine.readAfter(0, 10)).toEqual([]);
  await clock.advance(500);
  expect(quarantine.readAfter(0, 10)).toMatchObject([
    { reason: 'unknown-event', program: 'venue', discriminator: 'aa', note: 'what is this', slot: 1000 },
    { reason: 'audit-mismatched', discriminator: 'TradeEvent', note: 'base: event 2, transferred 1' },
  ]);
  expect(Buffer.from(quarantine.readAfter(0, 1)[0]?.bytes ?? []).equals(one.transaction.bytes)).toBe(true);
  expect(emitted).toEqual([{ type: 'output.quarantine.kept', entries: 2 }]);
  await intake.close();
});

test('what waits is written when it is closed', async () => {
  const { intake, quarantine } = open();
  intake.observe(decoded([{}]));
  expect(intake.stats()).toMatchObject({ entries: 0, waiting: 1 });
  await intake.close();
  expect(() => quarantine.stats()).toThrow();
  const again = Quarantine.open({ folder: join(folder, String(counter - 1)), bytesMax: 1_000_000 });
  expect(again.stats().entries).toBe(1);
  again.close();
});

test('updates nobody can read are told apart by their contents, and keep what can be read', async () => {
  const { clock, intake, quarantine } = open();
  const future = madeUpUpdate({ calls: [{ program: 'venue' }], version: 2 });
  intake.addUpdate('malformed', Uint8Array.of(1, 2, 3), 'cut off');
  intake.addUpdate('malformed', Uint8Array.of(4, 5), 'cut off');
  intake.addUpdate('malformed', Uint8Array.of(4, 5), 'cut off');
  intake.addUpdate('unknown-version', future, 'transaction version 2');
  await clock.advance(500);
  const kept = quarantine.readAfter(0, 10);
  expect(kept.map(({ reason, slot, signature }) => [reason, slot, signature !== ''])).toEqual([
    ['malformed', 0, false],
    ['malformed', 0, false],
    ['unknown-version', 1000, true],
  ]);
  expect(quarantine.bySignature(kept[2]?.signature ?? '')).toHaveLength(1);
});

test('a flood is counted, not buffered', async () => {
  const { clock, emitted, intake } = open();
  for (let i = 0; i < 2_300; i++) intake.observe(decoded([{ discriminator: String(i) }]));
  expect(intake.stats()).toMatchObject({ waiting: 2_000, lost: 300 });
  expect(emitted.filter(({ type }) => type === 'output.quarantine.overflowed')).toHaveLength(300);
  await clock.advance(500);
  expect(intake.stats()).toMatchObject({ waiting: 0, lost: 300, entries: 2_000 });
  const metrics = createMetrics();
  for (const event of emitted) metrics.emit(event);
  const text = await metrics.text();
  expect(text).toMatch(/sluice_output_quarantine_overflow_total 300/);
  expect(text).toMatch(/sluice_output_quarantine_kept_total 2000/);
});

test('a disk that fails is counted and told, and stops nothing', async () => {
  const { clock, emitted, intake, quarantine } = open();
  quarantine.close();
  intake.observe(decoded([{}, { discriminator: 'bb' }]));
  await clock.advance(500);
  expect(emitted).toEqual([{ type: 'output.quarantine.failed', entries: 2, reason: expect.any(String) }]);
  expect(intake.stats()).toMatchObject({ lost: 2, failure: expect.any(String) });
  expect(() => intake.forgetSlot(1000)).not.toThrow();
});

test('what stood in a slot that died is let go, written or waiting', async () => {
  const { clock, intake, quarantine } = open();
  intake.observe(decoded([{}], [], 7));
  intake.observe(decoded([{}], [], 8));
  await clock.advance(500);
  intake.observe(decoded([{ discriminator: 'bb' }], [], 7));
  intake.forgetSlot(7);
  await clock.advance(500);
  expect(quarantine.readAfter(0, 10).map(({ slot }) => slot)).toEqual([8]);
  expect(quarantine.stats().bytes).toBe(quarantine.readAfter(0, 1)[0]?.bytes.length);
});
