import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { EngineProcess } from '../../scripts/harness/engine-process.ts';
import { eventually, runToEnd } from '../support/engine.ts';
import { temporaryFolder } from '../support/output.ts';

const LIMIT_MS = 60_000;
const ROOT = join(import.meta.dirname, '..', '..');

interface Output {
  readonly firstSequence: number;
  readonly lastSequence: number;
}

describe('the engine with nothing configured', () => {
  const folder = temporaryFolder();
  const engines: EngineProcess[] = [];
  const start = async (env: Readonly<Record<string, string>> = {}): Promise<EngineProcess> => {
    const engine = await EngineProcess.start({ SLUICE_DATA_DIR: join(folder.path, 'data'), ...env });
    engines.push(engine);
    await engine.ready();
    return engine;
  };
  const sequence = async (engine: EngineProcess) => (await engine.get<Output>('/api/output/stats')).lastSequence;
  afterAll(async () => {
    for (const engine of engines) if (engine.isRunning) await engine.stop('SIGKILL');
    folder.remove();
  });

  test(
    'brings a market, ends at Ctrl-C in good time, and goes on from there without a gap, even after a kill',
    async () => {
      let known = 0;
      for (const signal of ['SIGINT', 'SIGKILL', 'SIGTERM'] as const) {
        const engine = await start();
        await eventually('events come', async () => (await sequence(engine)) > known + 50);
        expect(await engine.get<readonly unknown[]>('/api/alerts')).toEqual([]);
        known = await sequence(engine);
        expect(await engine.stop(signal)).toBe(signal === 'SIGKILL' ? null : 0);
      }
      expect(engines[2]?.text).toMatch(/reading again from slot \d+/);
      expect(engines.map(({ text }) => text).join('')).not.toMatch(/gap/);
    },
    LIMIT_MS,
  );

  test(
    'runs where the Triton package has no binary, and says so where one is asked for',
    async () => {
      const hidden = `--require=${join(ROOT, 'test', 'support', 'no-native-binary.cjs')}`;
      const engine = await start({ SLUICE_DATA_DIR: join(folder.path, 'no-binary'), NODE_OPTIONS: hidden });
      await eventually('events come', async () => (await sequence(engine)) > 50);
      expect(await engine.get<readonly unknown[]>('/api/alerts')).toEqual([]);
      expect(await engine.stop('SIGTERM')).toBe(0);
      const triton = { SLUICE_DATA_DIR: join(folder.path, 'triton'), NODE_OPTIONS: hidden, GRPC_TRANSPORT: 'triton' };
      const { exitCode, text } = await runToEnd(triton);
      expect(exitCode).toBe(78);
      expect(text).toMatch(/no native binary for this platform. Use grpc-js/);
      expect(text).not.toMatch(/at .*\.ts:\d+/);
    },
    LIMIT_MS,
  );

  test(
    'with json lines every line of the log is an object',
    async () => {
      const engine = await start({
        SLUICE_LOG_FORMAT: 'json',
        SLUICE_POOL_LOG_INTERVAL_MS: '200',
        SLUICE_DATA_DIR: join(folder.path, 'json'),
      });
      await eventually('the pool is told', () => engine.text.includes('gRPC pool'));
      await engine.stop('SIGTERM');
      const lines = engine.text.trim().split('\n');
      expect(lines.map((line) => typeof (JSON.parse(line) as { text: unknown }).text)).toEqual(
        lines.map(() => 'string'),
      );
    },
    LIMIT_MS,
  );

  test(
    'a Ctrl-C that arrives twice, from the terminal and handed on by npm, is one; a later one abandons',
    async () => {
      const engine = await start({ SLUICE_DATA_DIR: join(folder.path, 'twice') });
      engine.signal('SIGINT');
      engine.signal('SIGINT');
      expect(await engine.ended()).toBe(0);
      expect(engine.text).toMatch(/everything read is in the outbox/);
    },
    LIMIT_MS,
  );

  test(
    'a stop asked for while it is still starting is heard',
    async () => {
      const engine = EngineProcess.spawn({ SLUICE_DATA_DIR: join(folder.path, 'early') });
      engines.push(engine);
      await eventually('it begins', () => engine.text.includes('simulator'));
      engine.signal('SIGTERM');
      expect(await engine.ended()).toBe(0);
    },
    LIMIT_MS,
  );

  test(
    'the launcher hands signals on, waits for the end and ends with its exit code',
    async () => {
      const launcher = spawn(process.execPath, [join(ROOT, 'scripts', 'sluice.mjs'), 'start'], {
        cwd: folder.path,
        env: { PATH: process.env['PATH'] ?? '', API_PORT: '0', SLUICE_DATA_DIR: join(folder.path, 'launched') },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      launcher.stdout.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      await eventually('it runs', () => text.includes('Ctrl-C stops'));
      launcher.kill('SIGTERM');
      expect(await once(launcher, 'close')).toEqual([0, null]);
      expect(text).toMatch(/everything read is in the outbox/);
    },
    LIMIT_MS,
  );
});
