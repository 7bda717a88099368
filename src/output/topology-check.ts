import type { Channel, ChannelModel } from 'amqplib';
import { EngineError, messageOf } from '../lib/errors.ts';
import type { Redact } from '../lib/redact.ts';
import { closeConnection, openConnection } from './amqp-connection.ts';
import type { ExchangePlan, QueuePlan, TopologyPlan } from './topology.ts';

/** What amqplib's errors carry of the broker's answer. */
interface AmqpError extends Error {
  readonly code?: unknown;
}

const NOT_FOUND = 404;
const ACCESS_REFUSED = 403;
const DIFFERENT = 406;

type Entity =
  | { readonly kind: 'exchange'; readonly plan: ExchangePlan }
  | { readonly kind: 'queue'; readonly plan: QueuePlan };

/**
 * Makes sure, on a connection of its own, that what stands on the broker is what the plan says: missing things are declared, a
 * different thing is an error with the difference in words. Nothing is declared while anything differs, and nothing is deleted.
 * Returns the names of what was declared.
 */
export function ensureTopology(
  url: string,
  plan: TopologyPlan,
  redact: Redact,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return withCheck(url, redact, signal, async (check) => {
    const { missing, differences } = await compareAll(check, plan);
    if (differences.length > 0) throw mismatch(differences);
    for (const entity of missing) await check.declare(entity);
    await check.bind(plan);
    return missing.map(nameOf);
  });
}

/** How the broker differs from the plan, in words. It declares nothing. */
export function inspectTopology(
  url: string,
  plan: TopologyPlan,
  redact: Redact,
  signal: AbortSignal,
): Promise<{ readonly missing: readonly string[]; readonly differences: readonly string[] }> {
  return withCheck(url, redact, signal, async (check) => {
    const { missing, differences } = await compareAll(check, plan);
    return { missing: missing.map(nameOf), differences };
  });
}

async function withCheck<T>(
  url: string,
  redact: Redact,
  signal: AbortSignal,
  work: (check: TopologyCheck) => Promise<T>,
): Promise<T> {
  const connection = await open(url, redact, signal);
  try {
    return await work(new TopologyCheck(connection));
  } catch (error) {
    throw error instanceof EngineError ? error : unreachable(redact(messageOf(error)), error);
  } finally {
    await closeConnection(connection);
  }
}

async function compareAll(
  check: TopologyCheck,
  plan: TopologyPlan,
): Promise<{ readonly missing: readonly Entity[]; readonly differences: readonly string[] }> {
  const entities: readonly Entity[] = [
    ...plan.exchanges.map((exchange) => ({ kind: 'exchange' as const, plan: exchange })),
    ...plan.queues.map((queue) => ({ kind: 'queue' as const, plan: queue })),
  ];
  const missing: Entity[] = [];
  const differences: string[] = [];
  for (const entity of entities) {
    const found = await check.compare(entity);
    if (found === 'missing') missing.push(entity);
    else if (found !== 'equal') differences.push(found);
  }
  return { missing, differences };
}

function nameOf({ kind, plan: { name } }: Entity): string {
  return `${kind} ${name}`;
}

async function open(url: string, redact: Redact, signal: AbortSignal): Promise<ChannelModel> {
  try {
    return await openConnection(url, signal);
  } catch (error) {
    throw unreachable(redact(messageOf(error)), error);
  }
}

/** A broker answers a refused operation by closing the channel, so each question may need a new one. */
class TopologyCheck {
  readonly #connection: ChannelModel;
  #channel: Channel | null = null;

  constructor(connection: ChannelModel) {
    this.#connection = connection;
  }

  /** 'missing', 'equal', or the difference in words. */
  async compare(entity: Entity): Promise<string> {
    try {
      await this.#ask((channel) =>
        entity.kind === 'exchange' ? channel.checkExchange(entity.plan.name) : channel.checkQueue(entity.plan.name),
      );
    } catch (error) {
      if (codeOf(error) !== NOT_FOUND) throw error;
      // The same code says of a queue that is there that its node is not ready, or does not find it any more.
      if (/down or inaccessible/.test(messageOf(error))) throw notReady(entity);
      return 'missing';
    }
    try {
      await this.#ask((channel) => assertEntity(channel, entity));
      return 'equal';
    } catch (error) {
      if (codeOf(error) === DIFFERENT) return differenceText(entity, messageOf(error));
      // A user who may publish but not configure can't ask this; what stands there is then taken as it is.
      if (codeOf(error) === ACCESS_REFUSED) return 'equal';
      throw error;
    }
  }

  async declare(entity: Entity): Promise<void> {
    try {
      await this.#ask((channel) => assertEntity(channel, entity));
    } catch (error) {
      throw refused(`declare the ${entity.kind} ${entity.plan.name}`, error);
    }
  }

  async bind(plan: TopologyPlan): Promise<void> {
    for (const { queue, exchange, pattern } of plan.bindings) {
      try {
        await this.#ask((channel) => channel.bindQueue(queue, exchange, pattern));
      } catch (error) {
        throw refused(`bind ${queue} to ${exchange} by "${pattern}"`, error);
      }
    }
  }

  async #ask(question: (channel: Channel) => Promise<unknown>): Promise<void> {
    this.#channel ??= await this.#open();
    try {
      await question(this.#channel);
    } catch (error) {
      this.#channel = null;
      throw error;
    }
  }

  async #open(): Promise<Channel> {
    const channel = await this.#connection.createChannel();
    channel.on('error', () => {});
    return channel;
  }
}

function assertEntity(channel: Channel, entity: Entity): Promise<unknown> {
  if (entity.kind === 'queue') {
    return channel.assertQueue(entity.plan.name, { durable: true, arguments: { ...entity.plan.arguments } });
  }
  const { name, type, arguments: args } = entity.plan;
  return channel.assertExchange(name, type, { durable: true, arguments: { ...args } });
}

/** `inequivalent arg 'x' for queue 'q' in vhost '/': received 'a' but current is 'b'` → `queue q: x is b, configured is a`. */
function differenceText(entity: Entity, text: string): string {
  const match = /inequivalent arg '([^']+)' .*received (.+) but current is (.+?)"?$/.exec(text);
  const name = `${entity.kind} ${entity.plan.name}`;
  if (match === null) return `${name}: ${text}`;
  const [, argument, configured, current] = match;
  return `${name}: ${argument} is ${plain(current)}, configured is ${plain(configured)}`;
}

function plain(value: string | undefined): string {
  return (value ?? '').replace(/^the value '(.*)' of type '.*'$/, '$1').replace(/^'(.*)'$/, '$1');
}

function mismatch(differences: readonly string[]): EngineError {
  return new EngineError(
    'OUTPUT_TOPOLOGY',
    `What stands on the broker differs from the configured topology:\n  ${differences.join('\n  ')}\nDelete what differs (its messages go with it), or set RABBITMQ_EXCHANGE, RABBITMQ_QUEUE_PREFIX or RABBITMQ_TOPOLOGY_FILE so that they agree. Nothing was changed.`,
  );
}

/** Publishing would go on without it: confirmed, and missing from that queue for ever. So it waits, and says for what. */
function notReady({ kind, plan: { name } }: Entity): EngineError {
  return new EngineError(
    'OUTPUT_BROKER_DOWN',
    `The ${kind} ${name} is on the broker but not available (its node is down or still starting). Events wait in the outbox; if this lasts, repair or delete it.`,
    { retryable: true },
  );
}

function refused(what: string, error: unknown): unknown {
  if (![ACCESS_REFUSED, DIFFERENT, NOT_FOUND].includes(Number(codeOf(error)))) return error;
  return new EngineError('OUTPUT_TOPOLOGY', `The broker refused to ${what}: ${messageOf(error)}`, { cause: error });
}

function unreachable(reason: string, cause: unknown): EngineError {
  const isLogin = /ACCESS[-_]REFUSED|403/.test(reason);
  const text = isLogin
    ? `The broker refuses the user or password of RABBITMQ_URL (${reason}).`
    : `The broker cannot be reached (${reason}).`;
  return new EngineError('OUTPUT_BROKER_DOWN', text, { retryable: true, cause });
}

function codeOf(error: unknown): unknown {
  return (error as AmqpError).code;
}
