import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { connect } from 'amqplib';
import { findBinary, freePort, run, type Started, signalGroup, start, stopGroup, untilAnswering } from './processes.ts';
import { WAIT_MS } from './types.ts';

/** Longer than the node takes to write its register of stream coordinators. */
const SETTLE_MS = 8_000;

/**
 * A RabbitMQ of one's own: its own node name, ports, name service, cookie and data folder, so that it can be killed, stopped, hung or
 * put under alarm without anybody else noticing. Its data outlives `kill9` and `stop`; `remove` ends it and deletes everything.
 */
export interface OwnBroker {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** The process id of the Erlang machine; it changes with every start. */
  pid(): number;
  /** Waits until a new node would remember its streams if it were killed now; it writes their register only now and then. */
  settle(): Promise<void>;
  /** Starts it again after `kill9` or `stop`, with the data it had. */
  start(): Promise<void>;
  /** An orderly end of the whole node. */
  stop(): Promise<void>;
  /** The end of the process with no warning. */
  kill9(): Promise<void>;
  /** The node hangs: sockets stay open, nothing answers. */
  pause(): void;
  resume(): void;
  /** Raises or clears the memory alarm, under which publishers are blocked. */
  memoryAlarm(isOn: boolean): void;
  /** Stops or starts the broker inside the running node; connections are closed in order. */
  stopApp(): void;
  startApp(): void;
  /** Runs rabbitmqctl on this node; throws with its words when it fails. */
  control(...args: readonly string[]): string;
  /** The same without holding this process up: whoever plays a provider beside it must not stand still meanwhile. */
  controlAside(...args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

/** The programs of an installed RabbitMQ; null when one is missing. */
export function findBroker(): { readonly server: string; readonly control: string; readonly epmd: string } | null {
  const sbin = ['/usr/lib/rabbitmq/lib/*/sbin', '/usr/lib/rabbitmq/bin', '/opt/homebrew/sbin'];
  const find = (name: string) => findBinary(...sbin.map((folder) => `${folder}/${name}`), name);
  const server = find('rabbitmq-server');
  const control = find('rabbitmqctl');
  const epmd = findBinary(
    'epmd',
    '/usr/lib/erlang/bin/epmd',
    '/usr/lib/erlang/erts-*/bin/epmd',
    '/opt/homebrew/bin/epmd',
  );
  return server === null || control === null || epmd === null ? null : { server, control, epmd };
}

/** Null when RabbitMQ is not installed. `parent` is the folder its own folder is made in. */
export async function startOwnBroker(parent: string = tmpdir()): Promise<OwnBroker | null> {
  const programs = findBroker();
  if (programs === null) return null;
  const { server, control, epmd } = programs;
  const folder = mkdtempSync(join(parent, 'sluice-rabbitmq-'));
  const broker = new Broker(server, control, epmd, folder, await freePort(), await freePort(), await freePort());
  try {
    await broker.start();
    return broker;
  } catch (error) {
    await broker.remove();
    throw error;
  }
}

/** Resolves when a broker answers and lets the user of the URL in. */
export async function probeBroker(url: string): Promise<void> {
  const connection = await connect(url, { timeout: 3_000 });
  connection.on('error', () => {});
  await connection.close();
}

class Broker implements OwnBroker {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly #server: string;
  readonly #control: string;
  readonly #epmd: string;
  readonly #epmdPort: number;
  readonly #env: NodeJS.ProcessEnv;
  #nameService: Started | null = null;
  #started: Started | null = null;

  constructor(
    server: string,
    control: string,
    epmd: string,
    folder: string,
    port: number,
    distributionPort: number,
    epmdPort: number,
  ) {
    this.url = `amqp://guest:guest@127.0.0.1:${port}`;
    this.port = port;
    this.folder = folder;
    this.#server = server;
    this.#control = control;
    this.#epmd = epmd;
    this.#epmdPort = epmdPort;
    const at = (name: string) => join(folder, name);
    this.#env = {
      ...process.env,
      HOME: folder,
      RABBITMQ_NODENAME: `sluice-${port}@localhost`,
      RABBITMQ_NODE_PORT: String(port),
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_DIST_PORT: String(distributionPort),
      RABBITMQ_MNESIA_BASE: at('data'),
      RABBITMQ_LOG_BASE: at('log'),
      RABBITMQ_PID_FILE: at('pid'),
      RABBITMQ_CONFIG_FILE: at('rabbitmq'),
      RABBITMQ_CONF_ENV_FILE: at('environment'),
      RABBITMQ_ENABLED_PLUGINS_FILE: at('enabled_plugins'),
      RABBITMQ_GENERATED_CONFIG_DIR: at('generated'),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-noinput +S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none',
      // Makes the script become the Erlang machine instead of standing before it: one process, one id.
      RABBITMQ_ALLOW_INPUT: '1',
      ERL_EPMD_PORT: String(epmdPort),
      ERL_EPMD_ADDRESS: '127.0.0.1',
    };
    for (const name of ['data', 'log', 'generated']) mkdirSync(at(name));
    writeFileSync(at('enabled_plugins'), '[].\n');
    writeFileSync(at('rabbitmq.conf'), 'loopback_users.guest = true\ndisk_free_limit.absolute = 50MB\n');
    writeFileSync(at('environment'), '');
    writeFileSync(at('.erlang.cookie'), `sluice${port}${process.pid}`, { mode: 0o400 });
  }

  pid(): number {
    return Number(readFileSync(join(this.folder, 'pid'), 'utf8'));
  }

  async start(): Promise<void> {
    const options = { env: this.#env, folder: this.folder };
    // Started by us, not by Erlang: a name service that Erlang starts outlives everything.
    this.#nameService ??= start(this.#epmd, ['-port', String(this.#epmdPort), '-address', '127.0.0.1'], options);
    this.#started = start(this.#server, [], options);
    await untilAnswering('rabbitmq-server', this.#started, () => probeBroker(this.url), WAIT_MS);
  }

  async settle(): Promise<void> {
    // A name of its own each time: the last one's removal may have been forgotten by a kill.
    const queue = `settle-${Date.now()}`;
    const connection = await connect(this.url);
    connection.on('error', () => {});
    const channel = await connection.createChannel();
    await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'stream' } });
    await sleep(SETTLE_MS);
    await channel.deleteQueue(queue);
    await connection.close();
  }

  async stop(): Promise<void> {
    if (this.#started === null) return;
    this.resume();
    await stopGroup(this.#started.child, 30_000);
    this.#started = null;
  }

  async kill9(): Promise<void> {
    const child = this.#started?.child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    signalGroup(child.pid, 'SIGKILL');
    await ended;
    this.#started = null;
  }

  pause(): void {
    this.#signal('SIGSTOP');
  }

  resume(): void {
    this.#signal('SIGCONT');
  }

  memoryAlarm(isOn: boolean): void {
    this.control('set_vm_memory_high_watermark', isOn ? '0.00001' : '0.4');
  }

  stopApp(): void {
    this.control('stop_app');
  }

  startApp(): void {
    this.control('start_app');
  }

  control(...args: readonly string[]): string {
    const { ok, text } = run(this.#control, args, 60_000, this.#env);
    if (!ok) throw new Error(`rabbitmqctl ${args.join(' ')}: ${text}`);
    return text;
  }

  async controlAside(...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(this.#control, args, { timeout: 60_000, env: this.#env });
    return stdout;
  }

  async remove(): Promise<void> {
    await this.kill9();
    if (this.#nameService !== null) await stopGroup(this.#nameService.child, 2_000);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#started?.child.pid;
    if (pid !== undefined) signalGroup(pid, signal);
  }
}
