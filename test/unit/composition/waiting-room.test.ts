import { once } from 'node:events';
import { createServer } from 'node:net';
import { WaitingRoom } from '../../../src/composition/waiting-room.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { EngineError } from '../../../src/lib/errors.ts';
import type { EngineEvent } from '../../../src/telemetry/event.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const full = () => new EngineError('OUTPUT_DISK_FULL', 'The disk is full.', { retryable: true });

function room(env: Readonly<Record<string, string>> = {}) {
  const clock = new FakeClock();
  const stop = new AbortController();
  const told: EngineEvent[] = [];
  const { config } = loadConfig({ API_PORT: '0', ...env });
  const parts = {
    config,
    packageFolder: '/nowhere',
    dataFolder: '/nowhere',
    clock,
    random: () => 0.5,
    emit: (event: EngineEvent) => void told.push(event),
    metrics: createMetrics(),
    redact: (text: string) => text.replaceAll('secret', '…'),
    print: () => {},
    residentBytes: () => 0,
  };
  const listening = () => told.find(({ type }) => type === 'api.server.listening') as { url?: string } | undefined;
  const url = async () => {
    while (listening() === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    return listening()?.url ?? '';
  };
  return { clock, stop, told, url, waiting: new WaitingRoom(parts, stop.signal) };
}

describe('the waiting room of an engine on a full disk', () => {
  test('answers what the page asks, in the shapes it knows, and goes on when there is room', async () => {
    const { clock, told, url, waiting } = room();
    let isFull = true;
    const opened = waiting.whenRoom(() => {
      if (isFull) throw full();
      return 'open';
    });
    const ask = async (path: string) =>
      ((await (await fetch(`${await url()}${path}`)).json()) as { data: object }).data;
    expect(await ask('/api/dashboard/metrics')).toMatchObject({
      grpcPool: { healthy: 0, connections: [], migrations: [], unservedGroups: [], shedGroups: [] },
      pipeline: { running: false, latencyMs: null, stages: [], transactions: 0 },
      output: { waitingFor: 'The disk is full.', pending: 0, lastSequence: 0, cursor: null },
    });
    expect(await ask('/api/alerts')).toMatchObject([{ key: 'outbox', severity: 'critical', clearedMs: null }]);
    expect(await ask('/api/recovery/stats')).toMatchObject({ openGaps: [], checkpoint: null });
    expect(await ask('/api/completeness?from=5&to=9')).toMatchObject({ slots: { unknown: 5 }, gaps: [] });
    isFull = false;
    await clock.advance(1_000);
    expect(await opened).toBe('open');
    await waiting.leave();
    expect(told.filter(({ type }) => type.startsWith('output.append.')).map(({ type }) => type)).toEqual([
      'output.append.held',
      'output.append.resumed',
    ]);
    await expect(fetch(await url())).rejects.toThrow();
  });

  test('ends when it is asked to, and with every other trouble at once', async () => {
    const { clock, stop, url, waiting } = room();
    const ended = expect(
      waiting.whenRoom(() => {
        throw full();
      }),
    ).rejects.toMatchObject({ code: 'OUTPUT_DISK_FULL' });
    await url();
    stop.abort();
    await clock.advance(1_000);
    await ended;
    await waiting.close();
    const other = new EngineError('OUTPUT_CORRUPT', 'It is damaged.');
    await expect(room().waiting.whenRoom(() => Promise.reject(other))).rejects.toBe(other);
  });

  test('a port that is taken ends the start, as it would without the wait', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { waiting } = room({ API_PORT: String(port) });
    await expect(
      waiting.whenRoom(() => {
        throw full();
      }),
    ).rejects.toMatchObject({ code: 'API_PORT_TAKEN' });
    await waiting.close();
    server.close();
  });
});
