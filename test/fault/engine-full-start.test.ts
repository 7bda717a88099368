import { spawnSync } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EngineProcess } from '../../scripts/harness/engine-process.ts';
import { freePort } from '../../scripts/test-services/processes.ts';
import { eventually } from '../support/engine.ts';
import { temporaryFolder } from '../support/output.ts';

interface Alert {
  readonly key: string;
  readonly clearedMs: number | null;
}

describe('an engine that starts on a full disk', () => {
  const folder = temporaryFolder();
  const filler = join(folder.path, 'filler');
  const engines: EngineProcess[] = [];
  let reason = '';
  beforeAll(() => {
    const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder.path]);
    if (status !== 0) reason = String(error?.message ?? stderr).trim();
    if (reason !== '') console.warn(`No small disk to fill (${reason}): this needs root and mount.`);
  });
  afterAll(async () => {
    for (const engine of engines) if (engine.isRunning) await engine.stop('SIGKILL');
    if (reason === '') spawnSync('umount', [folder.path]);
    folder.remove();
  });

  test('answers what it waits for, reads nothing, and goes on by itself when there is room', async () => {
    if (reason !== '') return;
    for (const data of ['of-before', 'new']) {
      // The same port before and after the wait.
      const env = { SLUICE_DATA_DIR: join(folder.path, data), API_PORT: String(await freePort()) };
      if (data === 'of-before') {
        const before = await start(env);
        await before.ready();
        await eventually('events come', async () => (await sequence(before)) > 20);
        await before.stop('SIGKILL');
      }
      fill();
      const engine = await start(env);
      const ready = await fetch(`${engine.url}/health/ready`);
      expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('is full')]);
      expect(await engine.get<readonly Alert[]>('/api/alerts')).toMatchObject([{ key: 'outbox', clearedMs: null }]);
      expect(await (await fetch(`${engine.url}/metrics`)).text()).toMatch(/sluice_output_append_held 1/);
      rmSync(filler);
      await engine.ready();
      await eventually('events come', async () => (await sequence(engine)) > 20);
      expect(await (await fetch(`${engine.url}/metrics`)).text()).toMatch(/sluice_output_append_held 0/);
      expect(await engine.stop('SIGTERM')).toBe(0);
    }
  }, 90_000);

  test('ends when it is asked to while it waits', async () => {
    if (reason !== '') return;
    fill();
    const engine = await start({ SLUICE_DATA_DIR: join(folder.path, 'never'), API_PORT: '0' });
    expect(await engine.stop('SIGTERM')).toBe(0);
    rmSync(filler);
  }, 30_000);

  async function start(env: Readonly<Record<string, string>>): Promise<EngineProcess> {
    const engine = await EngineProcess.start(env);
    engines.push(engine);
    return engine;
  }

  function fill(): void {
    try {
      for (;;) appendFileSync(filler, Buffer.alloc(4_096));
    } catch {
      // Now it is full.
    }
  }
});

const sequence = async (engine: EngineProcess) =>
  (await engine.get<{ readonly lastSequence: number }>('/api/output/stats')).lastSequence;
