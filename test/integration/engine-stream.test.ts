import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { EngineProcess } from '../../scripts/harness/engine-process.ts';
import { storedEvents } from '../../scripts/harness/stored-events.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { eventually, startMarket } from '../support/engine.ts';
import { temporaryFolder } from '../support/output.ts';

const LIMIT_MS = 90_000;

/** A reader of `/api/events/stream` on a plain socket, so that it can stop reading and be cut in the middle of an event. */
class Reader {
  readonly ids: string[] = [];
  lastId: string | null = null;
  isClosed = false;
  #socket: Socket | null = null;
  #text = '';

  async open(url: string): Promise<void> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    this.#socket = socket;
    this.#text = '';
    this.isClosed = false;
    const resume = this.lastId === null ? '' : `Last-Event-ID: ${this.lastId}\r\n`;
    socket.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
    });
    await once(socket, 'connect');
    socket.write(`GET /api/events/stream?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n${resume}\r\n`);
  }

  pause(): void {
    this.#socket?.pause();
  }

  /** Takes what the kernel still holds; resolves at the end of it. */
  async drain(): Promise<void> {
    this.#socket?.resume();
    await eventually('the cut is seen', () => this.isClosed);
  }

  close(): void {
    this.#socket?.destroy();
  }

  #take(text: string): void {
    // Chunk sizes of HTTP stand on lines of their own and mean nothing here.
    this.#text += text;
    for (let end = this.#text.indexOf('\n\n'); end >= 0; end = this.#text.indexOf('\n\n')) {
      const frame = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      const id = /^id: (\d+)$/m.exec(frame)?.[1];
      const event = /"id":"([^"]+)"/.exec(frame)?.[1];
      if (id === undefined || event === undefined) continue;
      this.lastId = id;
      this.ids.push(event);
    }
  }
}

describe('the live stream of the engine', () => {
  const folder = temporaryFolder();
  let market: Simulator;
  const engines: EngineProcess[] = [];

  const start = async (): Promise<EngineProcess> => {
    const engine = await EngineProcess.start({
      GRPC_URL: market.url,
      SLUICE_DATA_DIR: join(folder.path, 'data'),
      API_STREAM_HEARTBEAT_MS: '1000',
      GRPC_BACKOFF_INITIAL_MS: '50',
    });
    engines.push(engine);
    return engine;
  };

  beforeAll(async () => {
    market = await startMarket({ token: null, rate: 800, seed: 31 });
  });
  afterAll(async () => {
    for (const engine of engines) if (engine.isRunning) await engine.stop('SIGKILL');
    await market.close();
    folder.remove();
  });

  test(
    'a reader that is cut, killed under and stopped under misses no event and gets none twice',
    async () => {
      const reader = new Reader();
      const first = await start();
      await reader.open(first.url);
      await eventually('events flow', () => reader.ids.length > 50);

      // It stops reading: the kernel's buffers fill, then the engine gives it up after one interval.
      reader.pause();
      await eventually(
        'the engine cuts it',
        async () =>
          /sluice_api_stream_closed_total\{reason="slow"\} 1/.test(await (await fetch(`${first.url}/metrics`)).text()),
        60_000,
      );
      await reader.drain();
      await reader.open(first.url);
      const before = reader.ids.length;
      await eventually('it has caught up', () => reader.ids.length > before + 200);

      await first.stop('SIGKILL');
      await eventually('the end is seen', () => reader.isClosed);
      const second = await start();
      await reader.open(second.url);
      const afterKill = reader.ids.length;
      await eventually('events flow again', () => reader.ids.length > afterKill + 200);

      expect(await second.stop('SIGTERM')).toBe(0);
      await eventually('the end is seen', () => reader.isClosed);
      const third = await start();
      await reader.open(third.url);
      const afterStop = reader.ids.length;
      await eventually('events flow again', () => reader.ids.length > afterStop + 50);
      expect(await third.stop('SIGTERM')).toBe(0);
      reader.close();

      const stored = (await storedEvents(join(folder.path, 'data'))).map(({ id }) => id);
      expect(new Set(reader.ids).size).toBe(reader.ids.length);
      expect(reader.ids).toEqual(stored.slice(0, reader.ids.length));
    },
    LIMIT_MS,
  );
});
