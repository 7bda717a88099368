import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiServer } from '../../../src/api/server.ts';
import type { ApiViews } from '../../../src/api/views.ts';
import type { EventFeed, StoredEvent } from '../../../src/domain/contracts.ts';
import { type Clock, systemClock } from '../../../src/lib/clock.ts';
import type { EngineEvent } from '../../../src/telemetry/event.ts';
import { FakeClock } from '../../support/fake-clock.ts';

class MemoryFeed implements EventFeed {
  readonly events: StoredEvent[] = [];
  oldest = 1;
  readonly callbacks = new Set<(last: number) => void>();
  /** Events handed out so far. */
  read = 0;
  add(type: string, filling = ''): void {
    const sequence = this.events.length + 1;
    this.events.push({ sequence, id: `e${sequence}`, type, slot: 1, json: `{"n":${sequence},"filling":"${filling}"}` });
    for (const callback of this.callbacks) callback(sequence);
  }
  lastSequence(): number {
    return this.events.length;
  }
  firstSequence(): number {
    return this.events.length === 0 ? 0 : this.oldest;
  }
  readAfter(sequence: number, limit: number): readonly StoredEvent[] {
    const events = this.events.slice(sequence, sequence + limit);
    this.read += events.length;
    return events;
  }
  onAppend(callback: (last: number) => void): () => void {
    this.callbacks.add(callback);
    return () => this.callbacks.delete(callback);
  }
}

const pool = { total: 2, healthy: 2, unhealthy: 0 };

function views(feed: EventFeed, poolState: () => typeof pool = () => pool): ApiViews {
  return {
    pool: () => ({
      ...poolState(),
      rateLimitRemaining: 97,
      rateLimit: { limit: 100, windowMs: 60_000 },
      monitorConnections: { TokenLifecycle: 1 },
      connections: [],
    }),
    pipeline: () => ({ stages: [] }),
    output: () => ({ pending: 0 }),
    recovery: () => ({}),
    alerts: () => [],
    completeness: (from, to) => ({ from, to }),
    readiness: () => ({
      ready: poolState().healthy > 0,
      waitingFor: poolState().healthy > 0 ? [] : ['a live connection'],
    }),
    metricsText: async () => 'up 1\n',
    metricsContentType: 'text/plain',
    feed,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-api-'));
const servers: ApiServer[] = [];
const emitted: EngineEvent[] = [];

beforeAll(() => writeFileSync(join(folder, 'index.html'), '<title>page</title>'));
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function serve(
  given: ApiViews,
  options: Partial<{ host: string; token: string; streamClientsMax: number; port: number }> = {},
  clock: Clock = systemClock,
) {
  const complete = {
    host: '127.0.0.1',
    port: 0,
    token: '',
    streamClientsMax: 2,
    streamBufferBytesMax: 65_536,
    streamHeartbeatMs: 15_000,
    redact: (text: string) => text.replaceAll('hidden-thing', '***'),
    pageFolder: folder,
    ...options,
  };
  const server = new ApiServer(complete, given, clock, (event) => emitted.push(event));
  servers.push(server);
  return server.listen();
}

/** Waits until a number has stopped to change. */
async function untilStill(value: () => number): Promise<void> {
  for (let same = 0, known = value(); same < 10; ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    same = value() === known ? same + 1 : 0;
    known = value();
  }
}

/** Reads the stream until `count` events with an `event:` line came, then leaves. */
async function readEvents(
  url: string,
  count: number,
  headers: Record<string, string> = {},
): Promise<{ id: string; event: string }[]> {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  const found: { id: string; event: string }[] = [];
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    let end = text.indexOf('\n\n');
    for (; end >= 0; end = text.indexOf('\n\n')) {
      const frame = text.slice(0, end);
      text = text.slice(end + 2);
      const event = /^event: (.*)$/m.exec(frame)?.[1];
      if (event !== undefined) found.push({ id: /^id: (.*)$/m.exec(frame)?.[1] ?? '', event });
    }
    if (found.length >= count) break;
  }
  abort.abort();
  return found;
}

describe('the API server', () => {
  test('answers the pool statistics in the shape dashboards poll', async () => {
    const url = await serve(views(new MemoryFeed()));
    const answer = (await (await fetch(`${url}/api/grpc-pool/stats`)).json()) as Record<string, unknown>;
    expect(answer).toMatchObject({
      success: true,
      data: {
        total: 2,
        healthy: 2,
        unhealthy: 0,
        rateLimitRemaining: 97,
        monitorConnections: { TokenLifecycle: 1 },
        connections: [],
      },
    });
    expect(Number.isNaN(Date.parse(String(answer['timestamp'])))).toBe(false);
  });

  test('tells health by the share of live connections: 200 healthy or degraded, 503 when none is left', async () => {
    let state = pool;
    const url = await serve(views(new MemoryFeed(), () => state));
    const ask = async () => {
      const response = await fetch(`${url}/api/grpc-pool/health`);
      return [response.status, ((await response.json()) as { status: string }).status];
    };
    expect(await ask()).toEqual([200, 'healthy']);
    state = { total: 2, healthy: 1, unhealthy: 1 };
    expect(await ask()).toEqual([200, 'degraded']);
    state = { total: 2, healthy: 0, unhealthy: 2 };
    expect(await ask()).toEqual([503, 'unhealthy']);
    expect((await fetch(`${url}/health/ready`)).status).toBe(503);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });

  test('takes secrets out of every answer, whatever a station let slip', async () => {
    const url = await serve({
      ...views(new MemoryFeed()),
      alerts: () => [{ message: 'refused hidden-thing', nested: ['hidden-thing'] }],
    });
    const answer = await (await fetch(`${url}/api/alerts`)).text();
    expect(answer).toContain('refused ***');
    expect(answer).not.toContain('hidden-thing');
  });

  test('streams events by type and resumes after Last-Event-ID without loss', async () => {
    const feed = new MemoryFeed();
    for (const type of ['trade.swap.executed', 'token.mint.created', 'trade.swap.executed']) feed.add(type);
    const url = await serve(views(feed));
    const all = await readEvents(`${url}/api/events/stream?after=0`, 3);
    expect(all.map((e) => e.id)).toEqual(['1', '2', '3']);
    const resumed = await readEvents(`${url}/api/events/stream`, 2, { 'last-event-id': '1' });
    expect(resumed.map((e) => e.id)).toEqual(['2', '3']);
    const trades = await readEvents(`${url}/api/events/stream?after=0&types=trade`, 2);
    expect(trades.map((e) => e.id)).toEqual(['1', '3']);
  });

  test('a reader of one type also hears what of it is taken back', async () => {
    const feed = new MemoryFeed();
    feed.add('trade.swap.executed');
    for (const type of ['token.mint.created', 'trade.swap.executed']) {
      feed.add('stream.event.retracted');
      feed.events.push({ ...(feed.events.pop() as StoredEvent), json: JSON.stringify({ data: { type } }) });
    }
    const url = await serve(views(feed));
    const events = await readEvents(`${url}/api/events/stream?after=0&types=trade`, 2);
    expect(events.map(({ id, event }) => [id, event])).toEqual([
      ['1', 'trade.swap.executed'],
      ['3', 'stream.event.retracted'],
    ]);
  });

  test('a reader that takes nothing for a whole interval is cut and resumes without loss; one that is slow is waited for', async () => {
    const feed = new MemoryFeed();
    const clock = new FakeClock();
    const url = await serve(views(feed), {}, clock);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET /api/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    await once(socket, 'readable');
    const cut = () => emitted.filter((event) => event.type === 'api.stream.closed' && event.reason === 'slow').length;
    const before = cut();
    await clock.advance(10_000);
    // Nothing is read from here on: more than the kernel takes for us, and the engine's socket is full.
    for (let i = 0; i < 10_000; i++) feed.add('trade.swap.executed', 'x'.repeat(3_000));
    await untilStill(() => feed.read);
    await clock.advance(5_000);
    expect(cut()).toBe(before);
    await clock.advance(15_000);
    expect(cut()).toBe(before + 1);
    expect(feed.read).toBeLessThan(10_000);
    socket.destroy();
    const resumed = await readEvents(`${url}/api/events/stream`, 3, { 'last-event-id': '7' });
    expect(resumed.slice(0, 3).map(({ id }) => id)).toEqual(['8', '9', '10']);
  });

  test('a resume point the outbox no longer holds is answered by a resync event, never by silence', async () => {
    const feed = new MemoryFeed();
    for (let i = 0; i < 5; i++) feed.add('trade.swap.executed');
    feed.oldest = 4;
    const url = await serve(views(feed));
    const events = await readEvents(`${url}/api/events/stream?after=1`, 3);
    expect(events.map((e) => [e.event, e.id])).toEqual([
      ['resync', '3'],
      ['trade.swap.executed', '4'],
      ['trade.swap.executed', '5'],
    ]);
  });

  test('an outbox that cannot be read ends the stream, and the reader comes back to the same place', async () => {
    const feed = new MemoryFeed();
    const url = await serve(views(feed));
    const response = await fetch(`${url}/api/events/stream?after=0`);
    const readAfter = feed.readAfter.bind(feed);
    feed.readAfter = () => {
      throw new Error('disk I/O error');
    };
    feed.add('trade.swap.executed');
    await response.text();
    expect(emitted.at(-1)).toMatchObject({ type: 'api.stream.closed', reason: 'unreadable' });
    feed.readAfter = readAfter;
    const resumed = await readEvents(`${url}/api/events/stream`, 1, { 'last-event-id': '0' });
    expect(resumed.map(({ id }) => id)).toEqual(['1']);
  });

  test('refuses one live stream too many', async () => {
    const url = await serve(views(new MemoryFeed()), { streamClientsMax: 1 });
    const abort = new AbortController();
    const first = await fetch(`${url}/api/events/stream`, { signal: abort.signal });
    expect(first.status).toBe(200);
    expect((await fetch(`${url}/api/events/stream`)).status).toBe(503);
    abort.abort();
  });

  test('asks for the token on every change, and refuses to listen on other addresses without one', async () => {
    const url = await serve(views(new MemoryFeed()), { token: 'let-me-in' });
    expect((await fetch(`${url}/api/anything`, { method: 'POST' })).status).toBe(401);
    const headers = { authorization: 'Bearer let-me-in' };
    expect((await fetch(`${url}/api/anything`, { method: 'POST', headers })).status).toBe(404);
    await expect(serve(views(new MemoryFeed()), { host: '0.0.0.0' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('a browser may give the token as a password and read with it, never change anything', async () => {
    const url = await serve(views(new MemoryFeed()), { host: '127.0.0.2', token: 'let-me-in' });
    const asked = await fetch(`${url}/`);
    expect([asked.status, asked.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^Basic realm=/),
    ]);
    const headers = { authorization: `Basic ${Buffer.from('anybody:let-me-in').toString('base64')}` };
    expect(await (await fetch(`${url}/`, { headers })).text()).toContain('<title>page</title>');
    const change = await fetch(`${url}/api/anything`, { method: 'POST', headers });
    expect([change.status, change.headers.get('www-authenticate')]).toEqual([401, null]);
    const wrong = { authorization: `Basic ${Buffer.from('let-me-in:wrong').toString('base64')}` };
    expect((await fetch(`${url}/`, { headers: wrong })).status).toBe(401);
  });

  test('says which port is taken and what to do', async () => {
    const url = await serve(views(new MemoryFeed()));
    const port = Number(new URL(url).port);
    await expect(serve(views(new MemoryFeed()), { port })).rejects.toThrow(/taken.*API_PORT/);
  });

  test('answers bad input with a sentence: ranges, bodies, unknown paths', async () => {
    const url = await serve(views(new MemoryFeed()), { token: 't' });
    expect((await fetch(`${url}/api/completeness?from=5&to=1`)).status).toBe(400);
    expect((await fetch(`${url}/api/completeness?from=a&to=b`)).status).toBe(400);
    expect((await fetch(`${url}/api/completeness?from=1&to=9`)).status).toBe(200);
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
    const body = {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json', authorization: 'Bearer t' },
    };
    expect((await fetch(`${url}/api/x`, body)).status).toBe(400);
    expect(emitted.filter((event) => event.type === 'api.request.failed')).toEqual([]);
  });

  test('searches the outbox for rare types a turn at a time, and still finds the last one', async () => {
    const feed = new MemoryFeed();
    for (let i = 0; i < 5_000; i++) feed.add('trade.swap.executed');
    feed.add('token.mint.created');
    let reads = 0;
    const readAfter = feed.readAfter.bind(feed);
    feed.readAfter = (sequence, limit) => {
      reads++;
      return readAfter(sequence, limit);
    };
    const url = await serve(views(feed));
    const rare = readEvents(`${url}/api/events/stream?after=0&types=token`, 1);
    const health = await fetch(`${url}/health/live`);
    expect(health.status).toBe(200);
    expect((await rare).map((e) => e.id)).toEqual(['5001']);
    expect(reads).toBeGreaterThan(20);
  });

  test('answers to its own address only, so that no other site can point its name here', async () => {
    const url = new URL(await serve(views(new MemoryFeed())));
    const status = await new Promise<number>((resolve, reject) => {
      const asked = request(
        { host: url.hostname, port: url.port, path: '/api/alerts', headers: { host: 'evil.example' } },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      asked.on('error', reject);
      asked.end();
    });
    expect(status).toBe(421);
  });
});
