import { explainCommand } from '../../../src/commands/explain.ts';
import type { CommandIo } from '../../../src/commands/io.ts';
import { redecodeCommand } from '../../../src/commands/redecode.ts';
import { redecode } from '../../../src/commands/redecoder.ts';
import { audited } from '../../../src/decode/audit/audit.ts';
import { MISMATCH_LIMITS, MismatchMonitor } from '../../../src/decode/audit/mismatch-monitor.ts';
import type { ProgramDecoder } from '../../../src/decode/program.ts';
import { PROGRAMS } from '../../../src/decode/programs.ts';
import { createDecoder } from '../../../src/decode/registry.ts';
import type { StoredEvent } from '../../../src/domain/contracts.ts';
import type { DomainEvent } from '../../../src/domain/domain-event.ts';
import { readTransaction } from '../../../src/domain/wire-transaction.ts';
import { StreamEnricher } from '../../../src/enrich/stream-enricher.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { createMonitors } from '../../../src/monitors/index.ts';
import { Quarantine } from '../../../src/output/quarantine/quarantine.ts';
import { QuarantineIntake } from '../../../src/output/quarantine/quarantine-intake.ts';
import { never, openTestOutbox, temporaryFolder } from '../../support/output.ts';
import { madeUpUpdate } from '../../support/raw-transaction.ts';
import { playMarket, readPlayed } from '../simulator/market/play-market.ts';

const ENRICH = { tokensMax: 1_000, poolsMax: 1_000, priceSamples: 10, priceTradeMinUsd: 1 };
const MONITORS = { trackedTokensMax: 1_000, priceIntervalSlots: 150 };
/** Follow from what came before, or warn of another event: told by the engine as it runs, never by a later decoder. */
const NOT_TOLD_LATER = /^(price|audit)\.|^token\.milestone/;

const { played } = playMarket(30, { seed: 5, wallets: 80, activeCoins: 6 });
const transactions = [...readPlayed(played)];

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** An engine of these decoders that ran over the market, as far as it is of interest here. */
async function runEngine(programs: readonly ProgramDecoder[], path: string): Promise<void> {
  const { outbox } = openTestOutbox(path);
  const quarantine = Quarantine.open({ folder: path, bytesMax: 100_000_000 });
  const intake = new QuarantineIntake(quarantine, systemClock, () => undefined);
  const decode = audited(createDecoder(programs, null).decode);
  const enricher = new StreamEnricher(ENRICH);
  const monitors = [...createMonitors({ groups: [], ...MONITORS }), new MismatchMonitor([], MISMATCH_LIMITS)];
  const told: DomainEvent[] = [];
  for (const transaction of transactions) {
    const decoded = decode(transaction);
    intake.observe(decoded);
    const enriched = enricher.enrichOne({ ...decoded, timeMs: transaction.slot * 400 });
    for (const monitor of monitors) told.push(...monitor.observe(enriched));
  }
  await outbox.append(told, null);
  await intake.close();
  await outbox.close(never);
}

async function redecodeWith(programs: readonly ProgramDecoder[], path: string) {
  const { outbox } = openTestOutbox(path);
  const quarantine = Quarantine.open({ folder: path, bytesMax: 100_000_000 });
  const result = await redecode({ outbox, quarantine, programs, enrich: ENRICH, monitors: MONITORS }, never);
  quarantine.close();
  await outbox.close(never);
  return result;
}

/** Every event of an outbox that a decoder can tell by itself: its slot, and what was told. */
async function eventsOf(path: string): Promise<ReadonlyMap<string, StoredEvent>> {
  const { outbox } = openTestOutbox(path);
  const events = outbox.readAfter(0, 1_000_000).filter(({ type }) => !NOT_TOLD_LATER.test(type));
  await outbox.close(never);
  return new Map(events.map((event) => [event.id, event]));
}

function without(
  venue: string,
  change: (program: ProgramDecoder) => Partial<ProgramDecoder>,
): readonly ProgramDecoder[] {
  return PROGRAMS.map((program) => (program.name === venue ? { ...program, ...change(program) } : program));
}

const OLD_BUILDS: readonly (readonly [string, readonly ProgramDecoder[]])[] = [
  [
    'an event',
    without('pump-swap', ({ events, instructions }) => ({
      events: events.filter(({ name }) => name !== 'BuyEvent'),
      instructions: instructions.map((each) => ({ ...each, fromInstruction: null })),
    })),
  ],
  [
    'an instruction and its event',
    without('pump-fun', ({ events, instructions }) => ({
      events: events.filter(({ name }) => !/^Create|Complete/.test(name)),
      instructions: instructions.filter(({ name }) => !/^create|^migrate/.test(name)),
    })),
  ],
];

test.each(OLD_BUILDS)(
  'what a build without %s missed is told late, with its slots and ids, once',
  async (_what, old) => {
    const whole = temporaryFolder();
    await runEngine(PROGRAMS, whole.path);
    await runEngine(old, folder.path);
    const expected = await eventsOf(whole.path);
    whole.remove();
    const early = await eventsOf(folder.path);
    const missing = [...expected.keys()].filter((id) => !early.has(id));
    expect(missing.length).toBeGreaterThan(5);

    const still = await redecodeWith(old, folder.path);
    expect(still).toMatchObject({ released: 0, events: 0 });
    expect(still.remaining).toBeGreaterThan(5);

    const late = await redecodeWith(PROGRAMS, folder.path);
    expect(late).toMatchObject({ examined: still.examined, released: still.examined, remaining: 0 });
    expect(late.events).toBe(missing.length);
    const told = await eventsOf(folder.path);
    expect(new Set(told.keys())).toEqual(new Set(expected.keys()));
    for (const id of missing) expect([id, told.get(id)?.slot]).toEqual([id, expected.get(id)?.slot]);

    expect(await redecodeWith(PROGRAMS, folder.path)).toEqual({ examined: 0, released: 0, remaining: 0, events: 0 });
  },
  30_000,
);

test('a crash between telling and letting go tells nothing twice', async () => {
  const [, old] = OLD_BUILDS[0] as (typeof OLD_BUILDS)[number];
  await runEngine(old, folder.path);
  const { outbox } = openTestOutbox(folder.path);
  const quarantine = Quarantine.open({ folder: folder.path, bytesMax: 100_000_000 });
  const kept = quarantine.readAfter(0, 1_000_000);
  const parts = { outbox, quarantine, programs: PROGRAMS, enrich: ENRICH, monitors: MONITORS };
  const first = await redecode(parts, never);
  quarantine.keep(kept);
  const again = await redecode(parts, never);
  expect([first.events > 0, again.released, again.events]).toEqual([true, first.released, 0]);
  quarantine.close();
  await outbox.close(never);
}, 30_000);

test('what this build cannot read either stays', async () => {
  const { outbox } = openTestOutbox(folder.path);
  const quarantine = Quarantine.open({ folder: folder.path, bytesMax: 100_000_000 });
  const intake = new QuarantineIntake(quarantine, systemClock, () => undefined);
  intake.addUpdate('malformed', Uint8Array.of(1, 2, 3), 'cut off');
  intake.addUpdate('unknown-version', madeUpUpdate({ calls: [{ program: 'venue' }], version: 2 }), 'version 2');
  // Unreadable then, readable now, and about nothing: let go.
  intake.addUpdate('malformed', madeUpUpdate({ calls: [{ program: 'venue' }] }), 'cut off');
  await intake.close();
  const reopened = Quarantine.open({ folder: folder.path, bytesMax: 100_000_000 });
  const parts = { outbox, quarantine: reopened, programs: PROGRAMS, enrich: ENRICH, monitors: MONITORS };
  expect(await redecode(parts, never)).toEqual({ examined: 3, released: 1, remaining: 2, events: 0 });
  expect(reopened.readAfter(0, 10).map(({ reason }) => reason)).toEqual(['malformed', 'unknown-version']);
  reopened.close();
  await outbox.close(never);
});

function io(lines: string[], env: CommandIo['env']): CommandIo {
  return {
    env,
    out: (line) => void lines.push(line),
    error: () => undefined,
    write: () => undefined,
    residentBytes: () => 0,
    stop: never,
    abandon: never,
  };
}

test('the commands work on the data folder: explain tells a kept transaction, redecode tells its events', async () => {
  const [, old] = OLD_BUILDS[0] as (typeof OLD_BUILDS)[number];
  const env = { SLUICE_DATA_DIR: folder.path, GRPC_URL: 'http://127.0.0.1:1' };
  await runEngine(old, folder.path);
  const quarantine = Quarantine.open({ folder: folder.path, bytesMax: 100_000_000 });
  const [entry] = quarantine.readAfter(0, 1);
  quarantine.close();
  const story: string[] = [];
  expect(await explainCommand(entry?.signature ?? '', io(story, env))).toBe(0);
  expect(story[0]).toBe(`transaction ${entry?.signature}`);
  expect(story.join('\n')).toMatch(/BuyEvent by self-cpi/);
  expect(readTransaction(entry?.bytes ?? new Uint8Array(0)).signatureText).toBe(entry?.signature);

  const text: string[] = [];
  expect(await redecodeCommand({ json: true }, io(text, env))).toBe(0);
  const result = JSON.parse(text[0] ?? '') as { examined: number; remaining: number; events: number };
  expect(result).toMatchObject({ remaining: 0 });
  expect(result.events).toBeGreaterThan(5);
  const again: string[] = [];
  await redecodeCommand({ json: false }, io(again, env));
  expect(again).toEqual([
    '0 entries examined: 0 can be told now, 0 stay in the quarantine',
    '0 events that were missing are in the outbox; the next start delivers them',
  ]);
}, 30_000);
