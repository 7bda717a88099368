import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { EngineProcess } from '../../scripts/harness/engine-process.ts';
import { plannedTopology, QueueTally, runNames } from '../../scripts/harness/queue-tally.ts';
import { storedEvents } from '../../scripts/harness/stored-events.ts';
import { decodeBase58 } from '../../src/lib/base58.ts';
import { frameMessage } from '../../src/simulator/grpc-framing.ts';
import { transactionUpdate } from '../../src/simulator/simulated-update.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { eventually, runToEnd, sluice, startMarket } from '../support/engine.ts';
import { temporaryFolder } from '../support/output.ts';
import { services } from '../support/services.ts';
import { aTransaction } from '../support/simulator.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const TOKEN = 'canary-token-5f0c';
const PUMP_FUN = decodeBase58('6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P');
/** Every test starts processes, on machines that do other things too. */
const LIMIT_MS = 60_000;
const STACK = /\n\s+at .+:\d+/;

const folder = temporaryFolder();
let folders = 0;
const freshFolder = () => join(folder.path, `data-${++folders}`);

let market: Simulator;
const engines: EngineProcess[] = [];

async function startEngine(env: Readonly<Record<string, string>>): Promise<EngineProcess> {
  const engine = await EngineProcess.start({
    GRPC_URL: market.url,
    X_TOKEN: TOKEN,
    SLUICE_DATA_DIR: freshFolder(),
    GRPC_BACKOFF_INITIAL_MS: '50',
    ALERT_INTERVAL_MS: '100',
    ...env,
  });
  engines.push(engine);
  return engine;
}

interface Alert {
  readonly key: string;
  readonly message: string;
  readonly clearedMs: number | null;
}

const alertsOf = (engine: EngineProcess) => engine.get<readonly Alert[]>('/api/alerts');
const eventsOf = async (engine: EngineProcess) =>
  (await engine.get<{ readonly lastSequence: number }>('/api/output/stats')).lastSequence;

/** Events go on coming: whatever was wrong, the engine survived it. */
async function goesOn(engine: EngineProcess): Promise<void> {
  const before = await eventsOf(engine);
  await eventually('more events are kept', async () => (await eventsOf(engine)) > before + 20);
}

async function stopsCleanly(engine: EngineProcess): Promise<void> {
  const exitCode = await engine.stop('SIGTERM');
  expect([exitCode, exitCode === 0 ? '' : engine.text]).toEqual([0, '']);
  expect(engine.text).not.toMatch(STACK);
  expect(engine.text).not.toContain(TOKEN);
}

beforeAll(async () => {
  market = await startMarket({ token: TOKEN, rate: 200, seed: 11 });
});
afterAll(async () => {
  for (const engine of engines) if (engine.isRunning) await engine.stop('SIGKILL');
  await market.close();
  folder.remove();
});

describe('a mistake of the operator ends the engine with one sentence and exit code 78', () => {
  let blocker: Server;
  let takenPort = 0;
  const file = join(folder.path, 'a-file');
  const brokenJson = join(folder.path, 'broken.json');
  const noGroups = join(folder.path, 'no-groups.json');

  beforeAll(async () => {
    writeFileSync(file, 'a file');
    writeFileSync(brokenJson, '{');
    writeFileSync(noGroups, '[]');
    blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    takenPort = (blocker.address() as { port: number }).port;
  });
  afterAll(() => new Promise((resolve) => blocker.close(resolve)));

  const rabbitmq = { RABBITMQ_URL: services().rabbitmqUrl };
  test.each<[string, () => Record<string, string>, RegExp]>([
    ['an endpoint that is no address', () => ({ GRPC_URL: 'ftp://host' }), /not an address.*https:\/\/host:443/],
    ['a provider nobody knows', () => ({ GRPC_PROVIDER: 'nobody' }), /GRPC_PROVIDER "nobody".*there are: auto/],
    [
      'a groups file that is missing',
      () => ({ GRPC_GROUPS_FILE: '/no/such.json' }),
      /cannot be read.*GRPC_GROUPS_FILE/,
    ],
    ['a groups file that is broken', () => ({ GRPC_GROUPS_FILE: brokenJson }), /broken\.json cannot be read/],
    ['a groups file without groups', () => ({ GRPC_GROUPS_FILE: noGroups }), /at least one group/],
    ['a folder of profiles that is missing', () => ({ GRPC_PROFILES_FOLDER: '/no/such' }), /GRPC_PROFILES_FOLDER/],
    ['a broker that is no address', () => ({ RABBITMQ_URL: 'http://host' }), /RABBITMQ_URL is not a broker address/],
    [
      'a topology that is missing',
      () => ({ ...rabbitmq, RABBITMQ_TOPOLOGY_FILE: '/no/such.json' }),
      /RABBITMQ_TOPOLOGY_FILE/,
    ],
    ['a data folder that is a file', () => ({ SLUICE_DATA_DIR: file }), /a-file.*SLUICE_DATA_DIR/],
    [
      'a data folder below a file',
      () => ({ SLUICE_DATA_DIR: join(file, 'data') }),
      /cannot be written.*SLUICE_DATA_DIR/,
    ],
    [
      'a data folder where none can be made',
      () => ({ SLUICE_DATA_DIR: '/proc/sluice' }),
      /cannot be written.*SLUICE_DATA_DIR/,
    ],
    ['an open API without a token', () => ({ API_HOST: '0.0.0.0' }), /API_HOST=0\.0\.0\.0.*API_TOKEN/],
    ['a taken port', () => ({ API_PORT: String(takenPort) }), /Port \d+ .* is taken.*API_PORT/],
    ['a wrong token', () => ({ X_TOKEN: 'canary-wrong-token' }), /the token was refused: check X_TOKEN/],
    ['no token where one is asked for', () => ({ X_TOKEN: '' }), /the token was refused: check X_TOKEN/],
  ])(
    '%s',
    async (_name, env, sentence) => {
      const { exitCode, text } = await runToEnd({
        GRPC_URL: market.url,
        X_TOKEN: TOKEN,
        SLUICE_DATA_DIR: freshFolder(),
        ...env(),
      });
      const told = text.split('\n').filter((line) => line.startsWith('sluice: '));
      expect(told).toEqual([expect.stringMatching(sentence)]);
      expect(exitCode).toBe(78);
      expect(text).not.toMatch(STACK);
      expect(text).not.toMatch(/canary/);
    },
    LIMIT_MS,
  );

  test(
    'several wrong settings are told all at once, misspelled ones are named, secret ones are not shown',
    async () => {
      const { exitCode, text } = await runToEnd({
        GRPC_POOL_MAX_CONNECTIONS: '99',
        API_PORT: 'abc',
        USE_SMART_STREAMING: 'maybe',
        GRPC_ENDPOINT_MODE: 'both',
        SLUICE_DATA_DIR: freshFolder(),
      });
      expect(exitCode).toBe(78);
      expect(text).toMatch(/^sluice: The configuration has 4 problems:/);
      for (const name of ['GRPC_POOL_MAX_CONNECTIONS', 'API_PORT', 'USE_SMART_STREAMING', 'GRPC_ENDPOINT_MODE']) {
        expect(text).toContain(`\n  ${name}: `);
      }
      expect(text).not.toMatch(STACK);
      const misspelled = await sluice(['plan', '--json'], { GRPC_POL_MAX_CONNECTIONS: '2' });
      expect(misspelled.error).toMatch(/GRPC_POL_MAX_CONNECTIONS.*did you mean GRPC_POOL_MAX_CONNECTIONS\?/);
    },
    LIMIT_MS,
  );

  test(
    'a data folder another engine runs on',
    async () => {
      const data = freshFolder();
      const first = await startEngine({ SLUICE_DATA_DIR: data });
      const { exitCode, text } = await runToEnd({ GRPC_URL: market.url, X_TOKEN: TOKEN, SLUICE_DATA_DIR: data });
      expect(exitCode).toBe(78);
      expect(text).toMatch(/Another engine holds the outbox \(process \d+ .*SLUICE_DATA_DIR/);
      const rescue = await sluice(['outbox', 'rescue'], { GRPC_URL: market.url, SLUICE_DATA_DIR: data });
      expect([rescue.exitCode, rescue.error]).toEqual([78, expect.stringMatching(/Another engine holds the outbox/)]);
      await goesOn(first);
      await stopsCleanly(first);
    },
    LIMIT_MS,
  );
});

describe('a damaged outbox', () => {
  test(
    'is never written over: the engine says the way out, and the way out works',
    async () => {
      const data = freshFolder();
      mkdirSync(data);
      writeFileSync(join(data, 'outbox.db'), Buffer.alloc(20_000, 'not a database '));
      const env = { GRPC_URL: market.url, X_TOKEN: TOKEN, SLUICE_DATA_DIR: data };
      const { exitCode, text } = await runToEnd(env);
      expect(exitCode).toBe(78);
      expect(text).toMatch(/^sluice: The outbox .* is damaged .*sluice outbox rescue/m);
      expect(text).not.toMatch(STACK);
      expect((await sluice(['outbox', 'rescue', '--json'], env)).exitCode).toBe(0);
      expect(readdirSync(data).filter((name) => name.startsWith('outbox.damaged-'))).toHaveLength(1);
      const engine = await startEngine(env);
      await goesOn(engine);
      await stopsCleanly(engine);
    },
    LIMIT_MS,
  );
});

describe('what the engine cannot mend it shows, survives, and tells what to do', () => {
  test(
    'an endpoint that cannot be reached',
    async () => {
      const engine = await startEngine({ GRPC_URL: 'http://127.0.0.1:1' });
      await eventually('there is an alert', async () =>
        (await alertsOf(engine)).some(({ message }) => /127\.0\.0\.1:1\b.*cannot be reached/.test(message)),
      );
      const ready = await fetch(`${engine.url}/health/ready`);
      expect([ready.status, await ready.json()]).toMatchObject([503, { waitingFor: ['a live gRPC connection'] }]);
      expect((await fetch(`${engine.url}/api/grpc-pool/health`)).status).toBe(503);
      expect((await fetch(`${engine.url}/health/live`)).status).toBe(200);
      await stopsCleanly(engine);
    },
    LIMIT_MS,
  );

  test(
    'a quota that is used up: it waits for the window instead of asking again',
    async () => {
      const heal = market.faults.inject('quota', { limit: 0 });
      const engine = await startEngine({});
      await eventually('there is an alert', async () =>
        (await alertsOf(engine)).some(({ message }) => /refuses more openings: waiting for its window/.test(message)),
      );
      expect((await fetch(`${engine.url}/health/ready`)).status).toBe(503);
      heal();
      await stopsCleanly(engine);
    },
    LIMIT_MS,
  );

  test(
    'frames that are garbage, too large, or no gRPC, and parts of a message: counted, reopened, nothing lost',
    async () => {
      const engine = await startEngine({ GRPC_MAX_RECEIVE_BYTES: '1048576', GRPC_POOL_STAGGER_MS: '0' });
      await engine.ready();
      await goesOn(engine);
      const transaction = transactionUpdate(market.chain.tip, 1, aTransaction({ keys: [PUMP_FUN] })).body;
      // Cut off after each byte: whatever peeks at an update must survive what it finds there.
      for (let cut = 0; cut < transaction.length; cut++) {
        const rest = frameMessage(transaction.subarray(0, cut));
        for (const subscriber of market.server.subscribers) subscriber.inject(rest);
      }
      await goesOn(engine);
      const reconnects = async () =>
        (await engine.get<{ connections: { reconnects: number }[] }>('/api/grpc-pool/stats')).connections.reduce(
          (sum, connection) => sum + connection.reconnects,
          0,
        );
      for (const [kind, parameters] of [
        ['garbage-frame', {}],
        ['oversized-frame', { megabytes: 2 }],
        ['bad-length', {}],
      ] as const) {
        const before = await reconnects();
        market.faults.inject(kind, parameters)();
        if (kind !== 'garbage-frame')
          await eventually(`${kind} ends a stream`, async () => (await reconnects()) > before);
        await goesOn(engine);
      }
      expect((await alertsOf(engine)).map(({ message }) => message).join('\n')).toMatch(/GRPC_MAX_RECEIVE_BYTES/);
      const { openGaps } = await engine.get<{ openGaps: readonly unknown[] }>('/api/recovery/stats');
      expect(openGaps).toEqual([]);
      await stopsCleanly(engine);
    },
    LIMIT_MS,
  );

  test(
    'an instruction nobody knows, of a program that is followed, is kept in quarantine and raises drift',
    async () => {
      const engine = await startEngine({});
      await engine.ready();
      const unknown = transactionUpdate(market.chain.tip, 9_999, aTransaction({ keys: [PUMP_FUN] }));
      market.server.publish(unknown);
      await eventually('it is in quarantine', async () => {
        const { quarantine } = await engine.get<{ quarantine: { entries: number } }>('/api/output/stats');
        return quarantine.entries > 0;
      });
      await goesOn(engine);
      await stopsCleanly(engine);
    },
    LIMIT_MS,
  );
});

describe('a broker that is down at the start', () => {
  test(
    'that takes the connection and never answers does not hold up who is asked to stop meanwhile',
    async () => {
      const connected = Promise.withResolvers<void>();
      const sockets: Socket[] = [];
      const mute = createServer((socket) => {
        sockets.push(socket.on('error', () => {}));
        connected.resolve();
      });
      await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
      const { port } = mute.address() as { port: number };
      const engine = EngineProcess.spawn({
        GRPC_URL: market.url,
        X_TOKEN: TOKEN,
        SLUICE_DATA_DIR: freshFolder(),
        RABBITMQ_URL: `amqp://127.0.0.1:${port}`,
      });
      engines.push(engine);
      await connected.promise;
      const askedMs = performance.now();
      const exitCode = await engine.stop('SIGTERM');
      const tookMs = performance.now() - askedMs;
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => mute.close(resolve));
      expect([exitCode, exitCode === 0 ? '' : engine.text]).toEqual([0, '']);
      // The broker itself would be waited for until it is 5 s late.
      expect(tookMs).toBeLessThan(3_000);
      expect(engine.text).toMatch(/stopped before everything was open/);
    },
    LIMIT_MS,
  );

  test(
    'holds nothing up: events are kept, the alert says so, and a broker that comes gets every one',
    async () => {
      const { rabbitmqUrl } = services();
      const target = new URL(rabbitmqUrl);
      const proxy = new TcpProxy({ host: target.hostname, port: Number(target.port || 5672) });
      await proxy.open();
      await proxy.close();
      const data = freshFolder();
      const names = runNames('bad-input');
      const tally = new QueueTally(rabbitmqUrl, plannedTopology(names), () => undefined);
      const through = new URL(rabbitmqUrl);
      through.port = String(proxy.port);
      through.hostname = '127.0.0.1';
      const engine = await startEngine({
        SLUICE_DATA_DIR: data,
        RABBITMQ_URL: through.toString(),
        RABBITMQ_EXCHANGE: names.exchange,
        RABBITMQ_QUEUE_PREFIX: names.queuePrefix,
        RABBITMQ_RECONNECT_DELAY: '100',
      });
      interface Output {
        readonly pending: number;
        readonly lastSequence: number;
        readonly broker: string;
      }
      const output = () => engine.get<Output>('/api/output/stats');
      await eventually('events wait', async () => (await output()).pending > 50);
      expect((await alertsOf(engine)).find(({ key }) => key === 'broker')?.message).toMatch(
        /events stay in the outbox/,
      );
      await proxy.open();
      await eventually('the broker has caught up', async () => (await output()).pending < 50);
      expect((await alertsOf(engine)).find(({ key }) => key === 'broker')?.clearedMs).not.toBeNull();
      await stopsCleanly(engine);
      const stored = (await storedEvents(data)).map(({ id }) => id);
      await tally.open();
      const log = tally.queues.find((queue) => tally.isStream(queue)) ?? '';
      await eventually('every event is on the broker', () => tally.unique(log) >= stored.length);
      expect([...(tally.counts.get(log)?.keys() ?? [])].sort()).toEqual(stored.sort());
      await tally.close();
      await proxy.close();
    },
    LIMIT_MS,
  );
});

describe('secrets', () => {
  const secrets = {
    X_TOKEN: TOKEN,
    API_TOKEN: 'canary-api-token',
    RABBITMQ_URL: 'amqp://canary-user:canary-password@127.0.0.1:1/vhost',
    DATABASE_URL: 'postgres://somebody:canary-database@127.0.0.1:1/x',
    REDIS_URL: 'redis://:canary-redis@127.0.0.1:1',
    SOLANA_RPC_URLS: 'http://127.0.0.1:1/canary-path?api-key=canary-key',
    ALERT_WEBHOOK_URL: 'http://127.0.0.1:1/hooks/canary-hook',
  };

  test(
    'stand in no line of the log, in no answer of the API and in no metric, even when the provider repeats them',
    async () => {
      const heal = market.faults.inject('refuse', { code: 14, message: `no, not you: ${TOKEN}`, subscribeOnly: true });
      const engine = await startEngine({ ...secrets, SLUICE_LOG_LEVEL: 'debug', SLUICE_POOL_LOG_INTERVAL_MS: '200' });
      const headers = { authorization: `Bearer ${secrets.API_TOKEN}` };
      await eventually('the refusal is told', async () =>
        (await alertsOf(engine)).some(({ message }) => /no, not you/.test(message)),
      );
      heal();
      await engine.ready();
      await goesOn(engine);
      const paths = [
        '/api/grpc-pool/stats',
        '/api/grpc-pool/health',
        '/api/dashboard/metrics',
        '/api/pipeline/stats',
        '/api/output/stats',
        '/api/recovery/stats',
        '/api/alerts',
        '/api/completeness?from=1&to=2',
        '/api/events/recent?limit=500',
        '/health/live',
        '/health/ready',
        '/metrics',
        '/',
        '/nothing',
      ];
      const answers = await Promise.all(
        paths.map(async (path) => [path, await (await fetch(`${engine.url}${path}`, { headers })).text()] as const),
      );
      await stopsCleanly(engine);
      for (const [path, text] of [...answers, ['the log', engine.text] as const]) {
        expect([path, /canary-[a-z0-9-]+/.exec(text)?.[0]]).toEqual([path, undefined]);
      }
      const doctor = await sluice(['doctor', '--json'], {
        GRPC_URL: market.url,
        ...secrets,
        SLUICE_DATA_DIR: freshFolder(),
      });
      expect(doctor.exitCode).toBe(1);
      expect(`${doctor.out}${doctor.error}`).not.toMatch(/canary/);
    },
    LIMIT_MS,
  );
});
