import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Gap } from '../../../src/domain/slot.ts';
import { GapJournal } from '../../../src/recovery/gap-journal.ts';

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
    expect([journal.begunAt(), journal.open()]).toEqual([null, []]);
    journal.record([
      { kind: 'begun', slot: 7 },
      { kind: 'opened', gap: gap(10, 12) },
      { kind: 'opened', gap: gap(20, 21) },
    ]);
    journal.record([{ kind: 'closed', gap: { ...gap(10, 12), filledBy: 'rpc' }, closedMs: 99 }]);
    await journal.close();
    const again = GapJournal.open(folder);
    expect(again.begunAt()).toBe(7);
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

  test('a folder that cannot be written is one clear sentence', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => GapJournal.open(join(folder, 'file'))).toThrow(/gap journal .* cannot be written/);
  });
});
