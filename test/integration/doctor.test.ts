import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { plannedTopology, runNames } from '../../scripts/harness/queue-tally.ts';
import { doctorCommand } from '../../src/commands/doctor.ts';
import type { DoctorCheck } from '../../src/commands/doctor-check.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { FAITHFUL_POLICY } from '../../src/simulator/server-policy.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { startMarket } from '../support/engine.ts';
import { removeTopology, temporaryFolder } from '../support/output.ts';
import { services } from '../support/services.ts';
import { startSimulator } from '../support/simulator.ts';

const TOKEN = 'canary-doctor-token';
const LIMIT_MS = 30_000;
const never = new AbortController().signal;
const folder = temporaryFolder();

/** A provider that takes one filter per stream. */
function strictProfiles(): string {
  const at = join(folder.path, 'strict');
  mkdirSync(at, { recursive: true });
  const generic = readFileSync(join(import.meta.dirname, '../../config/providers/generic.json'), 'utf8');
  writeFileSync(join(at, 'generic.json'), JSON.stringify({ ...JSON.parse(generic), filtersPerType: 1 }));
  return at;
}

interface Report {
  readonly exitCode: number;
  readonly checks: readonly DoctorCheck[];
  readonly text: string;
  of(name: string): DoctorCheck | undefined;
}

/** `sluice doctor --json` in this process: its last line, read as other programs read it. */
async function doctor(env: Readonly<Record<string, string>>): Promise<Report> {
  const lines: string[] = [];
  const io = {
    env: { API_PORT: '0', SLUICE_DATA_DIR: join(folder.path, 'data'), ...env },
    out: (line: string) => void lines.push(line),
    error: (line: string) => void lines.push(line),
    write: () => undefined,
    residentBytes: () => 0,
    stop: never,
    abandon: never,
  };
  const exitCode = await doctorCommand({ json: true, runtimeVersion: process.version, platform: 'test' }, io);
  const { checks } = JSON.parse(lines.at(-1) ?? '') as { checks: readonly DoctorCheck[] };
  return { exitCode, checks, text: lines.join('\n'), of: (name) => checks.find((check) => check.name === name) };
}

describe('sluice doctor', () => {
  let market: Simulator;
  beforeAll(async () => {
    market = await startMarket({ token: TOKEN, rate: 50, seed: 21 });
  });
  afterAll(async () => {
    await market.close();
    folder.remove();
  });
  const reachable = () => ({ GRPC_URL: market.url, X_TOKEN: TOKEN });

  test(
    'tells of everything the engine needs, changes nothing, and says no secret',
    async () => {
      const { exitCode, checks, of, text } = await doctor(reachable());
      expect(checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(exitCode).toBe(0);
      expect(checks.map(({ name }) => name)).toEqual([
        'runtime',
        'configuration',
        'endpoint',
        'token',
        'version',
        'latency',
        'stream',
        'slot lag',
        'replay',
        'clock',
        'plan',
        'broker',
        'database',
        'redis',
        'data folder',
        'api port',
      ]);
      expect(of('latency')?.detail).toMatch(/^\d+\.\d ms round trip/);
      expect(of('version')?.detail).toBe('sluice-simulator 1.0.0');
      expect(of('replay')?.detail).toMatch(/^from slot \d+, \d+ slots/);
      expect(of('clock')?.detail).toMatch(/^within \d+ ms/);
      expect(of('data folder')?.detail).toMatch(/can be made, \d+\.\d GiB free/);
      expect(readdirSync(folder.path)).toEqual([]);
      expect(text).not.toContain('canary');
    },
    LIMIT_MS,
  );

  test(
    'it asks with the transport that is configured',
    async () => {
      const seen: string[] = [];
      const direct = await startMarket({ token: null, rate: 50, seed: 22 });
      direct.server.setPolicy({
        ...FAITHFUL_POLICY,
        opened: ({ call }) => void seen.push(call.metadata('grpc-accept-encoding')),
      });
      const { exitCode } = await doctor({ GRPC_URL: direct.url, GRPC_TRANSPORT: 'http2', GRPC_COMPRESSION: 'zstd' });
      await direct.close();
      expect([exitCode, seen]).toEqual([0, ['zstd,identity']]);
    },
    LIMIT_MS,
  );

  test(
    'without an endpoint it examines the embedded simulator that `sluice start` would read',
    async () => {
      const { exitCode, of } = await doctor({});
      expect([exitCode, of('source')?.ok, of('stream')?.ok]).toEqual([0, true, true]);
    },
    LIMIT_MS,
  );

  test.each<[string, () => Record<string, string>, string, RegExp]>([
    ['a wrong token', () => ({ X_TOKEN: 'canary-wrong' }), 'token', /the token was refused: check X_TOKEN/],
    ['a missing token', () => ({ X_TOKEN: '' }), 'token', /no token is set: set X_TOKEN/],
    [
      'an endpoint nobody answers at',
      () => ({ GRPC_URL: 'http://127.0.0.1:1' }),
      'endpoint',
      /127\.0\.0\.1:1: .*check GRPC_URL/,
    ],
    ['an endpoint that is no address', () => ({ GRPC_URL: 'ftp://x' }), 'endpoint', /not an address/],
    [
      'a broker nobody answers at',
      () => ({ RABBITMQ_URL: 'amqp://u:canary-pw@127.0.0.1:1' }),
      'broker',
      /127\.0\.0\.1:1: .*RABBITMQ_URL/,
    ],
    ['a broker that is no address', () => ({ RABBITMQ_URL: 'http://x' }), 'broker', /not a broker address/],
    [
      'a database nobody answers at',
      () => ({ DATABASE_URL: 'postgres://u:canary-pw@127.0.0.1:1/d' }),
      'database',
      /cannot be reached.*DATABASE_URL/,
    ],
    [
      'a Redis nobody answers at',
      () => ({ REDIS_URL: 'redis://:canary-pw@127.0.0.1:1' }),
      'redis',
      /cannot be reached.*REDIS_URL/,
    ],
    [
      'an RPC endpoint nobody answers at',
      () => ({ SOLANA_RPC_URLS: 'http://127.0.0.1:1/canary-key' }),
      'rpc',
      /127\.0\.0\.1:1 cannot be reached.*SOLANA_RPC_URLS/,
    ],
    [
      'a data folder that cannot be',
      () => ({ SLUICE_DATA_DIR: '/proc/version/data' }),
      'data folder',
      /SLUICE_DATA_DIR/,
    ],
    ['a setting that is wrong', () => ({ API_PORT: 'abc' }), 'configuration', /API_PORT/],
    [
      'a plan the provider forbids',
      () => ({ GRPC_PROFILES_FOLDER: strictProfiles() }),
      'plan',
      /2 transactions filters, 1 are allowed/,
    ],
  ])(
    'says what is wrong with %s, and what to do',
    async (_name, env, check, detail) => {
      const { exitCode, of, text } = await doctor({ ...reachable(), ...env() });
      expect(of(check)).toMatchObject({ ok: false, detail: expect.stringMatching(detail) as string });
      expect(exitCode).toBe(1);
      expect(text).not.toContain('canary');
    },
    LIMIT_MS,
  );

  test(
    'a refused subscription is told apart from a refused token',
    async () => {
      const heal = market.faults.inject('quota', { limit: 0 });
      const { of } = await doctor(reachable());
      heal();
      expect([of('token')?.ok, of('stream')?.ok]).toEqual([true, false]);
      expect(of('stream')?.detail).toMatch(/refuses more openings/);
    },
    LIMIT_MS,
  );

  test(
    'an endpoint behind the others, and a clock that is wrong, are found',
    async () => {
      const hasty = { ...systemClock, wallMs: () => systemClock.wallMs() + 60_000 };
      const late = await startSimulator({ source: null, options: { clock: hasty, slotMs: 50, firstSlot: 1_000 } });
      const stop = new AbortController();
      const running = late.producer.run(stop.signal);
      const { port } = new URL(late.url);
      const { checks } = await doctor({ GRPC_ENDPOINTS: `${market.url}|${TOKEN},${late.url}` });
      stop.abort();
      await running;
      await late.close();
      const failed = checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
      expect(failed).toEqual([
        expect.stringMatching(new RegExp(`^clock 127\\.0\\.0\\.1:${port}: \\d+ ms behind the provider's`)),
        expect.stringMatching(new RegExp(`^slot lag: 127\\.0\\.0\\.1:${port} is \\d+ slots behind`)),
      ]);
    },
    LIMIT_MS,
  );

  test(
    'a broker is asked what stands there; nothing is declared, and a difference is told in words',
    async () => {
      const { rabbitmqUrl } = services();
      const names = runNames('doctor');
      const plan = plannedTopology(names);
      const env = {
        ...reachable(),
        RABBITMQ_URL: rabbitmqUrl,
        RABBITMQ_EXCHANGE: names.exchange,
        RABBITMQ_QUEUE_PREFIX: names.queuePrefix,
      };
      const first = await doctor(env);
      expect(first.of('broker')?.ok).toBe(true);
      expect(first.of('topology')).toMatchObject({
        ok: true,
        detail: `0 stand as configured, ${plan.exchanges.length + plan.queues.length} are declared at the next start`,
      });
      const connection = await connect(rabbitmqUrl);
      const channel = await connection.createChannel();
      await channel.assertQueue(`${names.queuePrefix}q.trade.events`, { durable: true });
      await connection.close();
      const second = await doctor(env);
      await removeTopology(rabbitmqUrl, plan);
      expect(second.exitCode).toBe(1);
      expect(second.of('topology')?.detail).toMatch(/q\.trade\.events: .* is .*, configured is /);
    },
    LIMIT_MS,
  );

  test(
    'database, Redis and RPC that answer are told; a server of another kind is not taken for one',
    async () => {
      const { databaseUrl, redisUrl } = services();
      const rpc: Server = createServer((_request, response) =>
        response.end(JSON.stringify({ result: market.chain.tip })),
      );
      await new Promise<void>((resolve) => rpc.listen(0, '127.0.0.1', resolve));
      const rpcUrl = `http://127.0.0.1:${(rpc.address() as { port: number }).port}/key`;
      const good = await doctor({
        ...reachable(),
        DATABASE_URL: databaseUrl,
        REDIS_URL: redisUrl,
        SOLANA_RPC_URLS: rpcUrl,
      });
      expect([good.exitCode, good.of('database')?.ok, good.of('redis')?.ok, good.of('rpc')?.ok]).toEqual([
        0,
        true,
        true,
        true,
      ]);
      const swapped = new URL(redisUrl);
      const bad = await doctor({
        ...reachable(),
        DATABASE_URL: `postgres://${swapped.hostname}:${swapped.port || 6379}/x`,
      });
      expect(bad.of('database')).toMatchObject({ ok: false });
      rpc.closeAllConnections();
      await new Promise((resolve) => rpc.close(resolve));
    },
    LIMIT_MS,
  );

  test(
    'a port an engine serves on is no trouble, one somebody else uses is',
    async () => {
      const taken = createServer((request, response) =>
        response.end(request.url === '/health/live' && isEngine ? '{"status":"live"}' : 'hello'),
      );
      let isEngine = true;
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      const API_PORT = String((taken.address() as { port: number }).port);
      expect((await doctor({ ...reachable(), API_PORT })).of('api port')?.ok).toBe(true);
      isEngine = false;
      expect((await doctor({ ...reachable(), API_PORT })).of('api port')).toMatchObject({
        ok: false,
        detail: expect.stringMatching(/API_PORT/) as string,
      });
      taken.closeAllConnections();
      await new Promise((resolve) => taken.close(resolve));
    },
    LIMIT_MS,
  );

  test(
    'a data folder that exists is looked at as it is',
    async () => {
      const data = join(folder.path, 'present');
      mkdirSync(data);
      expect((await doctor({ ...reachable(), SLUICE_DATA_DIR: data })).of('data folder')?.detail).toMatch(
        /is writable/,
      );
      expect(readdirSync(data)).toEqual([]);
    },
    LIMIT_MS,
  );
});
