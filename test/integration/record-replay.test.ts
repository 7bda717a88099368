import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CommandIo } from '../../src/commands/io.ts';
import { recordCommand } from '../../src/commands/record.ts';
import { replayCommand } from '../../src/commands/replay.ts';

describe('record and replay', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-replay-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function io(): CommandIo & { readonly lines: readonly string[] } {
    const lines: string[] = [];
    const never = new AbortController().signal;
    return {
      env: { SIMULATOR_SLOT_MS: '50', SIMULATOR_RATE: '1000', SLUICE_LOG_LEVEL: 'error' },
      out: (text) => lines.push(text),
      error: (text) => lines.push(text),
      write: (text) => lines.push(text),
      residentBytes: () => 0,
      stop: never,
      abandon: never,
      lines,
    };
  }

  test('a recorded window of the stream gives the same bytes out, however often and however fast it is played', async () => {
    const recording = io();
    expect(await recordCommand({ folder, seconds: 3, json: true }, recording)).toBe(0);
    const { first, last } = JSON.parse(recording.lines.at(-1) ?? '') as { first: number; last: number };
    expect(last - first).toBeGreaterThan(30);

    const files: string[] = [];
    for (const speed of [null, null, 20]) {
      const out = join(folder, `out-${files.length}`);
      const playing = io();
      const flags = { fromSlot: first + 5, toSlot: last - 10, speed, folder, out, json: true };
      expect(await replayCommand(flags, playing)).toBe(0);
      const { events } = JSON.parse(playing.lines.at(-1) ?? '') as { events: number };
      expect(events).toBeGreaterThan(100);
      files.push(readFileSync(out, 'utf8'));
    }
    expect(files[0]?.split('\n').length).toBeGreaterThan(100);
    expect(files[1]).toBe(files[0]);
    expect(files[2]).toBe(files[0]);
    const slots = (files[0] ?? '')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { slot: number }).slot);
    expect(slots).toEqual([...slots].sort((a, b) => a - b));
    expect(slots[0]).toBeGreaterThanOrEqual(first + 5);
    expect(slots.at(-1)).toBeLessThanOrEqual(last - 10);

    // A byte that changed: the same window is not whole any more, and that is said.
    const segment = join(folder, readdirSync(folder).find((file) => file.endsWith('.rec')) ?? '');
    const bytes = readFileSync(segment);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff;
    writeFileSync(segment, bytes);
    const damaged = io();
    const out = join(folder, 'out-damaged');
    const flags = { fromSlot: first + 5, toSlot: last - 10, speed: null, folder, out, json: false };
    expect(await replayCommand(flags, damaged)).toBe(1);
    expect(damaged.lines.at(-1)).toMatch(/^not whole: \d+ messages of slots \d+ to \d+ cannot be read/);
  }, 30_000);
});
