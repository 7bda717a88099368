import type { Config } from '../config/schema.ts';
import type { ConnectionPlan } from '../grpc/connection-plan.ts';
import type { Endpoint } from '../grpc/endpoint/endpoint.ts';
import { transportOptions } from '../grpc/grpc-settings.ts';
import { openTransport } from '../grpc/transport/open-transport.ts';
import { systemClock } from '../lib/clock.ts';
import { EngineError, messageOf } from '../lib/errors.ts';
import { dataFolderOf, embeddedConfig, inPackage, isEmbedded, redactorOf } from './common.ts';
import { brokerChecks } from './doctor-broker.ts';
import { type DoctorCheck, failed, passed } from './doctor-check.ts';
import { databaseCheck } from './doctor-database.ts';
import { compareSlots, type EndpointExam, examineEndpoint } from './doctor-endpoint.ts';
import { dataFolderCheck, portCheck, runtimeCheck } from './doctor-machine.ts';
import { redisCheck, rpcSlot } from './doctor-stores.ts';
import { type EmbeddedSimulator, openEmbeddedSimulator } from './embedded-simulator.ts';
import type { CommandIo } from './io.ts';
import { planStreams } from './planned-streams.ts';
import { readConfig } from './read-config.ts';

/** Longest the whole examination may take. */
const LIMIT_MS = 30_000;

export interface DoctorOptions {
  readonly json: boolean;
  /** Of the Node that runs this, e.g. v24.1.0. */
  readonly runtimeVersion: string;
  readonly platform: string;
}

/** `sluice doctor`: asks everything the engine will need and says what it found. It changes nothing. Exit code 1 when something fails. */
export async function doctorCommand(options: DoctorOptions, io: CommandIo): Promise<number> {
  const redact = redactorOf(io);
  const signal = AbortSignal.any([io.stop, AbortSignal.timeout(LIMIT_MS)]);
  const checks = (await examine(options, io, signal)).map((check) => ({ ...check, detail: redact(check.detail) }));
  if (options.json) io.out(JSON.stringify({ checks }));
  else for (const { name, ok, detail } of checks) io.out(`${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(14)} ${detail}`);
  return checks.every(({ ok }) => ok) ? 0 : 1;
}

async function examine(options: DoctorOptions, io: CommandIo, signal: AbortSignal): Promise<readonly DoctorCheck[]> {
  const runtime = runtimeCheck(options.runtimeVersion, options.platform);
  let config: Config;
  try {
    config = readConfig(io);
  } catch (error) {
    return [runtime, failed('configuration', messageOf(error))];
  }
  const [endpoints, broker, database, redis, port] = await Promise.all([
    examineEndpoints(config, signal),
    brokerChecks(config.rabbitmq, inPackage(config.rabbitmq.topologyFile), signal),
    databaseCheck(config.stores.databaseUrl),
    redisCheck(config.stores.redisUrl, signal),
    portCheck(config.api.host, config.api.port, signal),
  ]);
  const machine = [dataFolderCheck(dataFolderOf(config)), port];
  return [
    runtime,
    passed('configuration', 'every setting is valid'),
    ...endpoints,
    ...broker,
    database,
    redis,
    ...machine,
  ];
}

/** Without an endpoint the embedded simulator is examined: what `sluice start` would read from. */
async function examineEndpoints(config: Config, signal: AbortSignal): Promise<readonly DoctorCheck[]> {
  const simulator = isEmbedded(config) ? await openEmbeddedSimulator(config.simulator, null, systemClock) : null;
  simulator?.start();
  try {
    return await examineGrpc(config, simulator, signal);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return [failed('endpoint', error.message)];
  } finally {
    await simulator?.close();
  }
}

async function examineGrpc(
  config: Config,
  simulator: EmbeddedSimulator | null,
  signal: AbortSignal,
): Promise<readonly DoctorCheck[]> {
  const { endpoints, plan } = planStreams(simulator === null ? config : embeddedConfig(config, simulator.url));
  const [exams, rpcs] = await Promise.all([
    Promise.all(endpoints.map((endpoint) => examineOne(endpoint, config, signal))),
    Promise.all(config.recovery.rpcUrls.map((url) => rpcSlot(url, signal))),
  ]);
  const source =
    simulator === null ? [] : [passed('source', 'GRPC_URL is not set: `sluice start` reads the embedded simulator')];
  const shown = exams.flatMap(({ checks }, index) => named(checks, endpoints, index));
  const slots = [...exams, ...rpcs].flatMap(({ slot }) => (slot === null ? [] : [slot]));
  return [
    ...source,
    ...shown,
    ...comparison(exams, endpoints, slots),
    planCheck(plan),
    ...rpcs.map(({ check }) => check),
  ];
}

async function examineOne(endpoint: Endpoint, config: Config, signal: AbortSignal): Promise<EndpointExam> {
  const { grpc } = config;
  const transport = openTransport(grpc.transport, endpoint.address, transportOptions(grpc), systemClock);
  try {
    return await examineEndpoint(endpoint, transport, systemClock, signal);
  } finally {
    transport.close();
  }
}

/** With several endpoints each check says whose it is. */
function named(checks: readonly DoctorCheck[], endpoints: readonly Endpoint[], index: number): readonly DoctorCheck[] {
  if (endpoints.length === 1) return checks;
  return checks.map((check) => ({ ...check, name: `${check.name} ${endpoints[index]?.address.name ?? ''}` }));
}

/** Only several sources can tell that one of them is behind the chain. */
function comparison(
  exams: readonly EndpointExam[],
  endpoints: readonly Endpoint[],
  slots: readonly number[],
): readonly DoctorCheck[] {
  if (slots.length < 2) return [];
  const newest = Math.max(...slots);
  return exams.flatMap(({ slot }, index) =>
    slot === null ? [] : [compareSlots(endpoints[index]?.address.name ?? '', slot, newest)],
  );
}

function planCheck(plan: ConnectionPlan): DoctorCheck {
  const size = `${plan.connections.length} connections, at most ${plan.worstCaseOpeningsPerMinute} openings in the worst minute`;
  if (plan.feasible) return passed('plan', `${size}: no profile forbids it`);
  return failed('plan', `${plan.violations.map(({ detail }) => detail).join('; ')}: see \`sluice plan\``);
}
