import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Gap } from '../../../../src/domain/slot.ts';
import { GapJournal } from '../../../../src/recovery/gaps/gap-journal.ts';

const gap = (from: number, to: number): Gap => ({
  from,
  to,
  groups: ['amm'],
  reason: 'not-delivered',
  sinceMs: 5,
  filledBy: null,
});

describe('gap journal', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-gaps-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('knows after a restart what was open, what was closed and where history began', async () => {
    const journal = GapJournal.open(folder);
    expect([journal.begunAt(), journal.deadAtBeginning(), journal.open()]).toEqual([null, [], []]);
    journal.record([
      { kind: 'begun', slot: 7, dead: [5, 6] },
      { kind: 'opened', gap: gap(10, 12) },
      { kind: 'opened', gap: gap(20, 21) },
    ]);
    journal.record([{ kind: 'closed', gap: { ...gap(10, 12), filledBy: 'rpc' }, closedMs: 99 }]);
    await journal.close();
    const again = GapJournal.open(folder);
    expect([again.begunAt(), again.deadAtBeginning()]).toEqual([7, [5, 6]]);
    expect(again.open()).toEqual([gap(20, 21)]);
    expect(again.closed()).toEqual([{ gap: { ...gap(10, 12), filledBy: 'rpc' }, closedMs: 99 }]);
    await again.close();
  });

  test('a torn last line is cut, a damaged line is counted once and the file kept aside, the rest is read', async () => {
    const journal = GapJournal.open(folder);
    journal.record([
      { kind: 'begun', slot: 7 },
      { kind: 'opened', gap: gap(10, 12) },
      { kind: 'opened', gap: gap(20, 21) },
    ]);
    await journal.close();
    const path = join(folder, 'gaps.jsonl');
    appendFileSync(path, '12345678 {"kind":"op');
    const torn = GapJournal.open(folder);
    expect([torn.takeDamaged(), torn.open().length]).toEqual([0, 2]);
    await torn.close();
    writeFileSync(path, readFileSync(path, 'utf8').replace('"from":10', '"from":11'));
    const damaged = GapJournal.open(folder);
    expect([damaged.takeDamaged(), damaged.takeDamaged(), damaged.open()]).toEqual([1, 0, [gap(20, 21)]]);
    expect(readFileSync(`${path}.damaged`, 'utf8')).toContain('"from":11');
    await damaged.close();
  });

  test('one flipped byte never makes an open gap be forgotten in silence, however often it is started', async () => {
    const path = join(folder, 'gaps.jsonl');
    const journal = GapJournal.open(folder);
    journal.record([{ kind: 'begun', slot: 7 }]);
    journal.record([{ kind: 'opened', gap: gap(10, 12) }]);
    journal.record([{ kind: 'opened', gap: gap(20, 21) }]);
    await journal.close();
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at++) {
      const masks = [0x01, 0x0a ^ (whole[at] ?? 0), 0x80].filter((bits) => bits !== 0);
      // Every flip where lines meet, one of them elsewhere: each is six waits for the disk.
      const isAtEnd = [at, at + 1].some((place) => whole[place] === 0x0a);
      for (const mask of isAtEnd ? masks : masks.slice(at % masks.length).slice(0, 1)) {
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
        const flipped = Buffer.from(whole);
        flipped[at] = (whole[at] ?? 0) ^ mask;
        writeFileSync(path, flipped);
        for (const start of [1, 2]) {
          const again = GapJournal.open(folder);
          const isWhole = again.open().length === 2 && again.begunAt() === 7;
          expect([at, start, isWhole || (again.isBroken() && again.takeDamaged() > 0)]).toEqual([at, start, true]);
          if (start === 2) again.record([{ kind: 'opened', gap: gap(30, 31) }]);
          await again.close();
        }
        const last = GapJournal.open(folder);
        expect(last.open().at(-1)).toEqual(gap(30, 31));
        await last.close();
      }
    }
  });

  test('nothing is broken any more when history begins anew, and damage is told until its file is moved away', async () => {
    const path = join(folder, 'gaps.jsonl');
    writeFileSync(path, 'damaged\n');
    const journal = GapJournal.open(folder);
    journal.record([{ kind: 'begun', slot: 50 }]);
    await journal.close();
    const again = GapJournal.open(folder);
    expect([again.isBroken(), again.takeDamaged(), again.begunAt()]).toEqual([false, 1, 50]);
    await again.close();
    rmSync(`${path}.damaged`);
    const last = GapJournal.open(folder);
    expect(last.takeDamaged()).toBe(0);
    await last.close();
  });

  test('is written anew while it runs when most of it is over, and goes on in the new file', async () => {
    const path = join(folder, 'gaps.jsonl');
    const journal = GapJournal.open(folder);
    journal.record([{ kind: 'begun', slot: 7, dead: [6] }]);
    journal.record([{ kind: 'opened', gap: gap(1, 2) }]);
    for (let slot = 10; slot < 2_500; slot++) {
      const closed = { ...gap(slot, slot), filledBy: 'rpc' };
      journal.record([
        { kind: 'opened', gap: gap(slot, slot) },
        { kind: 'closed', gap: closed, closedMs: slot },
      ]);
    }
    expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThan(3_100);
    journal.record([{ kind: 'opened', gap: gap(5_000, 5_001) }]);
    await journal.close();
    const again = GapJournal.open(folder);
    expect([again.begunAt(), again.deadAtBeginning()]).toEqual([7, [6]]);
    expect(again.open()).toEqual([gap(1, 2), gap(5_000, 5_001)]);
    expect([again.closed().length, again.closed().at(-1)?.closedMs]).toEqual([1_000, 2_499]);
    await again.close();
  });

  test('a file that cannot be written anew serves on as it is', async () => {
    const path = join(folder, 'gaps.jsonl');
    // A folder in the place of the new file: it can neither be removed nor written.
    mkdirSync(join(`${path}.new`, 'in the way'), { recursive: true });
    const journal = GapJournal.open(folder);
    for (let slot = 10; slot < 2_500; slot++) {
      const closed = { ...gap(slot, slot), filledBy: 'rpc' };
      journal.record([
        { kind: 'opened', gap: gap(slot, slot) },
        { kind: 'closed', gap: closed, closedMs: slot },
      ]);
    }
    journal.record([{ kind: 'opened', gap: gap(5_000, 5_001) }]);
    await journal.close();
    const again = GapJournal.open(folder);
    expect(again.open()).toEqual([gap(5_000, 5_001)]);
    await again.close();
  });

  test('an opening that fails half-way may be tried again and again: nothing piles up, and nothing is lost by it', async () => {
    const path = join(folder, 'gaps.jsonl');
    const journal = GapJournal.open(folder);
    journal.record([{ kind: 'opened', gap: gap(10, 12) }]);
    await journal.close();
    appendFileSync(path, 'damaged\n\n');
    const before = readFileSync(path);
    mkdirSync(join(`${path}.new`, 'in the way'), { recursive: true });
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const open = descriptors();
    for (let attempt = 0; attempt < 20; attempt++) expect(() => GapJournal.open(folder)).toThrow();
    expect(descriptors()).toBeLessThan(open + 10);
    expect(readFileSync(`${path}.damaged`, 'utf8')).toBe('damaged\n\n');
    expect(readFileSync(path)).toEqual(before);
    rmSync(`${path}.new`, { recursive: true });
    const again = GapJournal.open(folder);
    expect([again.open(), again.takeDamaged()]).toEqual([[gap(10, 12)], 2]);
    await again.close();
  });

  test('who does not hold the folder any more writes nothing, and knows nothing that was not written', async () => {
    let isHeld = true;
    const journal = GapJournal.open(folder, () => {
      if (!isHeld) throw new Error('taken over');
    });
    journal.record([{ kind: 'opened', gap: gap(10, 12) }]);
    const path = join(folder, 'gaps.jsonl');
    const before = readFileSync(path);
    isHeld = false;
    expect(() => journal.record([{ kind: 'opened', gap: gap(20, 21) }])).toThrow('taken over');
    expect([readFileSync(path), journal.open()]).toEqual([before, [gap(10, 12)]]);
    await journal.close();
  });

  test('a folder that cannot be written is one clear sentence', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => GapJournal.open(join(folder, 'file'))).toThrow(/gap journal .* cannot be written/);
  });
});
