import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFaults, type SimulateFlags, simulateCommand } from '../../src/commands/simulate.ts';
import { samplesFolder } from '../support/samples.ts';
import { subscribe } from '../support/simulator.ts';

interface Run {
  /** Resolves with the address the command printed. */
  readonly url: Promise<string>;
  readonly exit: Promise<number>;
  readonly lines: readonly string[];
  stop(): void;
}

function simulate(flags: SimulateFlags): Run {
  const stop = new AbortController();
  const lines: string[] = [];
  let listening: (url: string) => void;
  const url = new Promise<string>((resolve) => {
    listening = resolve;
  });
  const io = {
    env: {},
    out: (text: string) => {
      lines.push(text);
      const address = /http:\/\/\S+/.exec(text)?.[0];
      if (address !== undefined) listening(address);
    },
    error: (text: string) => void lines.push(text),
    write: () => undefined,
    residentBytes: () => 0,
    stop: stop.signal,
    abandon: stop.signal,
  };
  return { url, exit: simulateCommand({ port: '0', ...flags }, io), lines, stop: () => stop.abort() };
}

describe('sluice simulate', () => {
  test('says where it listens, serves the market model to who has the token, and stops when told to', async () => {
    const run = simulate({ slotMs: '20', rate: '500', token: 'a-token' });
    const url = await run.url;
    expect(await subscribe(url, { slots: { all: {} } }).ended).toMatchObject({ code: 16 });
    const reader = subscribe(url, { transactions: { all: {} }, slots: { all: {} } }, 'a-token');
    await reader.until((updates) => updates.filter((update) => update.transaction !== undefined).length >= 10);
    run.stop();
    expect(await run.exit).toBe(0);
    expect(await reader.ended).toMatchObject({ code: 14 });
    expect(run.lines.join('\n')).not.toContain('a-token');
  });

  test('replays a recording under its own slot numbers', async () => {
    const folder = samplesFolder();
    if (folder === null) return;
    const run = simulate({ source: join(folder, 'tx'), originalSlots: true, slotMs: '0' });
    const reader = subscribe(await run.url, { transactions: { all: {} } });
    await reader.until((updates) => updates.some((update) => Number(update.transaction?.slot) > 100_000_000));
    run.stop();
    expect(await run.exit).toBe(0);
  });

  test.each<[string, SimulateFlags, RegExp]>([
    ['a port that is none', { port: '70000' }, /SIMULATOR_PORT must be at most 65535/],
    ['a rate that is none', { rate: 'fast' }, /SIMULATOR_RATE must be a whole number/],
    ['a source that is not there', { source: '/no/such/folder' }, /recording cannot be read/],
    ['a script that is not there', { script: '/no/such/script.json' }, /fault script .* cannot be read/],
  ])('refuses %s in one sentence', async (_name, flags, text) => {
    await expect(simulate(flags).exit).rejects.toThrow(text);
  });

  test('refuses a taken port with what to do', async () => {
    const first = simulate({});
    const { port } = new URL(await first.url);
    await expect(simulate({ port }).exit).rejects.toMatchObject({ code: 'API_PORT_TAKEN' });
    first.stop();
    await first.exit;
  });

  test('plays a fault script', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'faults-'));
    const script = join(folder, 'quota.json');
    writeFileSync(script, JSON.stringify({ faults: [{ kind: 'quota', limit: 0 }] }));
    const run = simulate({ script });
    expect(await subscribe(await run.url, { slots: { all: {} } }).ended).toMatchObject({ code: 8 });
    run.stop();
    await run.exit;
    rmSync(folder, { recursive: true });
  });

  test('lists the faults a script can name', () => {
    const lines: string[] = [];
    const io = { out: (text: string) => void lines.push(text) };
    expect(listFaults(io as never)).toBe(0);
    expect(lines.some((line) => line.startsWith('silent-stall'))).toBe(true);
  });
});
