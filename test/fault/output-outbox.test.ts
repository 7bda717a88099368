import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredEvent } from '../../src/domain/contracts.ts';
import { eventId } from '../../src/domain/domain-event.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { EngineError } from '../../src/lib/errors.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { Outbox } from '../../src/output/outbox/outbox.ts';
import { rescueOutbox } from '../../src/output/outbox/rescue.ts';
import { never, openTestOutbox, temporaryFolder, trades, until } from '../support/output.ts';

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const writer = join(import.meta.dirname, '..', 'support', 'outbox-writer.ts');

function startWriter(folder: string): { readonly child: ChildProcess; lines(): readonly string[] } {
  const child = spawn(process.execPath, [writer, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  // The last line may be cut by the kill; only whole lines were said.
  return { child, lines: () => text.split('\n').slice(0, -1) };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
}

const ids = (events: readonly StoredEvent[]) => events.map(({ id }) => id);
const all = (outbox: Outbox) => outbox.readAfter(0, 10_000_000);

describe('an outbox whose process is killed', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  test('loses nothing it had acknowledged, 30 times in a row, and goes on at once', async () => {
    const random = seededRandom(20_261_121);
    let acknowledged = 0;
    for (let round = 0; round < 30; round++) {
      const { child, lines } = startWriter(folder.path);
      await until('the writer is open', () => lines().length > 0);
      await systemClock.sleep(Math.floor(random() * 60), never);
      await kill(child);
      const last = Number(lines().at(-1)?.replace('open ', ''));
      expect(last).toBeGreaterThanOrEqual(acknowledged);
      acknowledged = last;
    }
    const { outbox } = openTestOutbox(folder.path);
    const kept = outbox.lastSequence();
    expect(kept).toBeGreaterThanOrEqual(acknowledged);
    expect(ids(all(outbox))).toEqual(trades(0, kept).map(eventId));
    const cursor = outbox.resumeFrom();
    expect(cursor === null || cursor.slot < kept).toBe(true);
    await outbox.close(never);
  }, 120_000);

  test('is held by one process at a time: a second one is refused by name until the first is gone', async () => {
    const { child, lines } = startWriter(folder.path);
    await until('the writer is open', () => lines().length > 0);
    expect(() => openTestOutbox(folder.path)).toThrow(expect.objectContaining({ code: 'OUTPUT_LOCKED' }));
    expect(() => openTestOutbox(folder.path)).toThrow(`process ${child.pid}`);
    await kill(child);
    const { outbox, emitted } = openTestOutbox(folder.path);
    expect(emitted).toContainEqual(expect.objectContaining({ type: 'output.outbox.opened', fencing: 2 }));
    await outbox.close(never);
  }, 30_000);
});

describe('an outbox on a full disk', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let reason = '';
  beforeAll(() => {
    folder = temporaryFolder();
    const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder.path]);
    if (status !== 0) reason = String(error?.message ?? stderr).trim();
    if (reason !== '') console.warn(`No small disk to fill (${reason}): this needs root and mount.`);
  });
  afterAll(() => {
    if (reason === '') spawnSync('umount', [folder.path]);
    folder.remove();
  });

  test('holds appends back, tells it, and goes on in order when there is room', async () => {
    if (reason !== '') return;
    const filler = join(folder.path, 'filler');
    writeFileSync(filler, Buffer.alloc(13 * 1_048_576));
    const { outbox, emitted } = openTestOutbox(folder.path);
    const told = (type: string) => emitted.some((event) => event.type === type);
    let durable = 0;
    const total = 6_000;
    const appending = (async () => {
      for (let from = 0; from < total; from += 100) {
        await outbox.append(trades(from, from + 100), { slot: from });
        durable = from + 100;
      }
    })();
    await until('the disk is full', () => told('output.append.held'));
    expect(ids(all(outbox))).toEqual(trades(0, durable).map(eventId));
    expect(durable).toBeLessThan(total);
    rmSync(filler);
    await appending;
    expect(told('output.append.resumed')).toBe(true);
    expect(ids(all(outbox))).toEqual(trades(0, total).map(eventId));
    expect(outbox.resumeFrom()).toEqual({ slot: total - 100 });
    await outbox.close(never);
  }, 60_000);
});

describe('an outbox with flipped bytes', () => {
  const COUNT = 1_500;
  const FLIPS = 60;
  let folder: ReturnType<typeof temporaryFolder>;
  let original: readonly StoredEvent[];
  beforeAll(async () => {
    folder = temporaryFolder();
    const { outbox } = openTestOutbox(folder.path);
    await outbox.append(trades(0, COUNT), { slot: 7 });
    outbox.confirm(10);
    original = all(outbox);
    await outbox.close(never);
  });
  afterAll(() => folder.remove());

  /** A copy of the file with `flips` bytes changed at places the seed chooses. */
  function damagedCopy(seed: number, flips: number): string {
    const random = seededRandom(seed);
    const copy = join(folder.path, `copy-${seed}-${flips}`);
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(copy);
    const bytes = readFileSync(join(folder.path, 'outbox.db'));
    for (let i = 0; i < flips; i++) {
      const at = Math.floor(random() * bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(random() * 8));
    }
    writeFileSync(join(copy, 'outbox.db'), bytes);
    return copy;
  }

  test('serves every record that is whole, says which are not, and never serves a changed one', async () => {
    const outcomes = { refused: 0, quarantined: 0, whole: 0 };
    for (let seed = 0; seed < FLIPS; seed++) {
      const copy = damagedCopy(seed, 1);
      try {
        const { outbox, emitted } = openTestOutbox(copy);
        const served = new Map(all(outbox).map((event) => [event.sequence, event]));
        const setAside = emitted.flatMap((event) => (event.type === 'output.record.damaged' ? [event.sequence] : []));
        const wrong = original.filter((event) => {
          const found = served.get(event.sequence);
          return found === undefined
            ? !setAside.includes(event.sequence)
            : found.json !== event.json || found.id !== event.id;
        });
        expect(wrong).toEqual([]);
        expect(served.size + setAside.length).toBe(COUNT);
        expect(outbox.resumeFrom()).toEqual({ slot: 7 });
        outcomes[setAside.length === 0 ? 'whole' : 'quarantined']++;
        await outbox.close(never);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        expect(error.code).toBe('OUTPUT_CORRUPT');
        outcomes.refused++;
      }
      rmSync(copy, { recursive: true });
    }
    expect(outcomes.quarantined).toBeGreaterThan(FLIPS / 3);
    expect(outcomes.refused).toBeLessThan(FLIPS / 20);
  }, 60_000);

  test('stays where it was when a rescue is cut short by a full disk, and is rescued by the next', () => {
    const copy = damagedCopy(600, 20);
    const before = readFileSync(join(copy, 'outbox.db'));
    const rescue = (fileBlocksMax: string) => {
      const command = `ulimit -f ${fileBlocksMax}; exec "${process.execPath}" "${main}" outbox rescue --json`;
      const env = { ...process.env, GRPC_URL: 'http://127.0.0.1:1', SLUICE_DATA_DIR: copy };
      return spawnSync('bash', ['-c', command], { cwd: copy, env, encoding: 'utf8' });
    };
    // No file may grow past 128 KiB: the copy fails half-way, as it does on a disk that fills up.
    const failed = rescue('128');
    expect([failed.status, failed.stderr]).toEqual([1, expect.stringMatching(/the outbox is as it was.*has no room/)]);
    expect(readdirSync(copy).filter((name) => !/^outbox\.db(-wal|-shm)?$/.test(name))).toEqual([]);
    expect(readFileSync(join(copy, 'outbox.db')).equals(before)).toBe(true);
    const report = JSON.parse(rescue('unlimited').stdout) as { rescued: number; damagedPath: string };
    expect(report.rescued).toBeGreaterThan(COUNT / 2);
    expect(readFileSync(report.damagedPath).equals(before)).toBe(true);
  }, 60_000);

  test('is made whole again by a rescue, which keeps sequences and cursor and counts what is lost', async () => {
    for (let seed = 500; seed < 510; seed++) {
      const copy = damagedCopy(seed, 20);
      const damaged = join(copy, 'outbox.db');
      copyFileSync(damaged, `${damaged}.before`);
      const report = rescueOutbox(copy, systemClock);
      const { outbox } = openTestOutbox(copy);
      const kept = all(outbox);
      expect(kept).toHaveLength(report.rescued);
      // Where not even the bounds can be read, they are those of what was rescued.
      expect(report.rescued + report.lost).toBeLessThanOrEqual(COUNT);
      expect(report.rescued).toBeGreaterThan(COUNT / 2);
      const bySequence = new Map(original.map((event) => [event.sequence, event]));
      for (const event of kept) expect(event).toEqual(bySequence.get(event.sequence));
      await outbox.append(trades(COUNT, COUNT + 1), null);
      expect(outbox.lastSequence()).toBe(COUNT + 1);
      await outbox.close(never);
      expect(readFileSync(report.damagedPath).equals(readFileSync(`${damaged}.before`))).toBe(true);
      rmSync(copy, { recursive: true });
    }
  }, 60_000);
});
