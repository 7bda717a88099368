import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Quarantine, type QuarantineEntry } from '../../../../src/output/quarantine/quarantine.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-quarantine-'));
afterAll(() => rmSync(folder, { recursive: true }));

let counter = 0;
const opened: Quarantine[] = [];
afterEach(() => {
  for (const quarantine of opened.splice(0)) quarantine.close();
});

function open(bytesMax: number, name = `q${counter++}`): Quarantine {
  const quarantine = Quarantine.open({ folder: join(folder, name), bytesMax });
  opened.push(quarantine);
  return quarantine;
}

function entry(signature: string, size = 10, reason: QuarantineEntry['reason'] = 'unknown-event'): QuarantineEntry {
  return {
    slot: 7,
    signature,
    program: 'P',
    discriminator: 'ff',
    reason,
    note: '',
    bytes: new Uint8Array(size).fill(3),
    atMs: 1,
  };
}

describe('Quarantine', () => {
  test('keeps raw bytes across a restart, each entry once', () => {
    const first = open(1000, 'restart');
    expect(first.keep([entry('a'), entry('b'), entry('a')])).toBe(2);
    expect(first.keep([entry('b')])).toBe(0);
    first.close();
    opened.length = 0;
    const second = open(1000, 'restart');
    expect(second.readAfter(0, 10).map((kept) => [kept.signature, Buffer.from(kept.bytes).toString('hex')])).toEqual([
      ['a', '03'.repeat(10)],
      ['b', '03'.repeat(10)],
    ]);
    expect(second.stats()).toMatchObject({ entries: 2, bytes: 20, byReason: { 'unknown-event': 2 } });
  });

  test('is bounded: the oldest go first and are counted', () => {
    const quarantine = open(35);
    quarantine.keep(['a', 'b', 'c', 'd', 'e'].map((signature) => entry(signature)));
    expect(quarantine.readAfter(0, 10).map((kept) => kept.signature)).toEqual(['c', 'd', 'e']);
    expect(quarantine.stats()).toMatchObject({ bytes: 30, dropped: 2 });
  });

  test('lets go what was decoded in the end', () => {
    const quarantine = open(1000);
    quarantine.keep([entry('a'), entry('b', 10, 'malformed')]);
    const [a] = quarantine.bySignature('a');
    quarantine.release([a?.id ?? -1]);
    expect(quarantine.readAfter(0, 10).map((kept) => kept.signature)).toEqual(['b']);
    expect(quarantine.stats().bytes).toBe(10);
  });

  test('lets go what stood in a slot that died, and makes room by it', () => {
    const quarantine = open(1000);
    quarantine.keep([entry('a'), entry('b', 30, 'malformed'), { ...entry('c', 20), slot: 8 }]);
    expect(quarantine.forgetSlot(7)).toBe(2);
    expect(quarantine.forgetSlot(7)).toBe(0);
    expect(quarantine.readAfter(0, 10).map((kept) => kept.signature)).toEqual(['c']);
    expect(quarantine.stats()).toMatchObject({ entries: 1, bytes: 20, dropped: 0, byReason: { 'unknown-event': 1 } });
  });

  test('a file that is no database is one clear sentence', () => {
    const bad = mkdtempSync(join(folder, 'bad-'));
    writeFileSync(join(bad, 'quarantine.db'), 'x'.repeat(4096));
    expect(() => Quarantine.open({ folder: bad, bytesMax: 1 })).toThrow(
      /quarantine\.db cannot be opened.*Move it away/,
    );
  });

  test('a damaged file stops no engine: it is moved aside, told, and a new one begun', () => {
    const bad = mkdtempSync(join(folder, 'bad-'));
    const replaced: string[] = [];
    const openEngine = () =>
      Quarantine.openOrReplace({ folder: bad, bytesMax: 1_000 }, (path, reason) => replaced.push(`${path}: ${reason}`));
    for (const contents of ['x', 'y']) {
      writeFileSync(join(bad, 'quarantine.db'), contents.repeat(4096));
      const quarantine = openEngine();
      expect(quarantine.keep([entry('a')])).toBe(1);
      quarantine.close();
      expect(readFileSync(join(bad, 'quarantine.damaged.db'), 'utf8')).toBe(contents.repeat(4096));
    }
    expect(replaced).toEqual(Array(2).fill(expect.stringMatching(/quarantine\.damaged\.db: .*not a database/)));
    openEngine().close();
    expect(replaced).toHaveLength(2);
  });

  test('a page that is damaged inside is found at the start too', () => {
    const bad = mkdtempSync(join(folder, 'bad-'));
    const first = Quarantine.open({ folder: bad, bytesMax: 1_000_000 });
    first.keep(Array.from({ length: 200 }, (_, n) => entry(`signature ${n}`, 300)));
    first.close();
    const path = join(bad, 'quarantine.db');
    const pages = readFileSync(path);
    for (let at = 4096; at < pages.length; at += 4096) pages.fill(0xee, at, at + 16);
    writeFileSync(path, pages);
    let told = 0;
    Quarantine.openOrReplace({ folder: bad, bytesMax: 1_000_000 }, () => told++).close();
    expect(told).toBe(1);
  });

  test('what is no damage is no reason to move a file away', () => {
    const bad = mkdtempSync(join(folder, 'bad-'));
    mkdirSync(join(bad, 'quarantine.db'));
    const replaced = () => expect('told').toBe('nothing');
    expect(() => Quarantine.openOrReplace({ folder: bad, bytesMax: 1 }, replaced)).toThrow(/cannot be opened/);
  });
});
