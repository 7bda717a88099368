import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChannelModel, connect, type Message } from 'amqplib';
import type { DomainEvent, EventType } from '../../src/domain/domain-event.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { openOutbox } from '../../src/output/outbox/index.ts';
import type { Outbox } from '../../src/output/outbox/outbox.ts';
import { RabbitmqPublisher } from '../../src/output/rabbitmq-publisher.ts';
import { Relay } from '../../src/output/relay.ts';
import { createRelayBreaker } from '../../src/output/relay-breaker.ts';
import { parseTopology, planTopology, type TopologyNames, type TopologyPlan } from '../../src/output/topology.ts';
import type { EngineEvent } from '../../src/telemetry/event.ts';
import { uniqueName } from './services.ts';

export const never = new AbortController().signal;

/** A folder of the test's own; `remove` deletes it with everything in it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Settings with which tests see effects at once. */
export const OUTBOX_SETTINGS = {
  commitRecords: 100,
  commitIntervalMs: 5,
  keepSizeMb: 1_024,
  keepAgeMs: 86_400_000,
  overlapSlots: 500,
  spillSizeMb: 16_384,
};

export interface TestOutbox {
  readonly outbox: Outbox;
  readonly emitted: EngineEvent[];
}

export function openTestOutbox(
  folder: string,
  settings: Partial<typeof OUTBOX_SETTINGS> = {},
  clock: Clock = systemClock,
  waitsForBroker = true,
): TestOutbox {
  const emitted: EngineEvent[] = [];
  const place = { folder, waitsForBroker, envelope: { source: 'test', commitment: 'processed' as const } };
  const outbox = openOutbox(place, { ...OUTBOX_SETTINGS, ...settings }, clock, (event) => emitted.push(event));
  return { outbox, emitted };
}

/** One trade per number, 50 to a slot. */
export function trade(number: number, type: EventType = 'trade.swap.executed'): DomainEvent {
  return {
    type,
    subject: `mint${number % 7}`,
    slot: 1_000 + Math.floor(number / 50),
    signature: `signature${number}`,
    txIndex: number % 50,
    path: { outer: 2, inner: 1 },
    ordinal: 0,
    timeMs: 1_763_000_000_000 + number,
    data: { number, amount: BigInt(number) * 1_000_000_007n, venue: 'pump-fun' },
  };
}

export function trades(from: number, to: number): readonly DomainEvent[] {
  return Array.from({ length: to - from }, (_, i) => trade(from + i));
}

/** The shipped topology under names of the test's own, and how to remove it. */
export function testTopology(what: string, exchangeType: TopologyNames['exchangeType'] = 'topic'): TopologyPlan {
  const path = join(import.meta.dirname, '..', '..', 'config', 'topology.json');
  const exchange = uniqueName(what);
  const file = parseTopology(readFileSync(path, 'utf8'), path);
  return planTopology(file, { exchange, exchangeType, queuePrefix: `${exchange}.` });
}

export async function removeTopology(url: string, plan: TopologyPlan): Promise<void> {
  const connection = await connect(url);
  try {
    const channel = await connection.createChannel();
    for (const { name } of plan.queues) await channel.deleteQueue(name);
    for (const { name } of plan.exchanges) await channel.deleteExchange(name);
  } finally {
    await connection.close();
  }
}

export interface Received {
  readonly id: string;
  readonly type: string;
}

/** Reads a queue until it gave `expected` different ids and is empty; a stream queue from its beginning. */
export async function readQueue(
  connection: ChannelModel,
  queue: string,
  expected: number,
): Promise<readonly Received[]> {
  const channel = await connection.createChannel();
  channel.on('error', () => {});
  await channel.prefetch(1_000);
  const received: Received[] = [];
  const ids = new Set<string>();
  const done = Promise.withResolvers<void>();
  const take = (message: Message) => {
    const id = String(message.properties.messageId);
    ids.add(id);
    received.push({ id, type: message.fields.routingKey });
    channel.ack(message);
    if (ids.size >= expected) done.resolve();
  };
  const isStream = queue.includes('.s.');
  const offset = isStream ? { arguments: { 'x-stream-offset': 'first' } } : {};
  const { consumerTag } = await channel.consume(queue, (message) => message !== null && take(message), offset);
  const giveUp = systemClock.after(60_000, () =>
    done.reject(new Error(`${queue} gave ${ids.size} of ${expected} ids`)),
  );
  if (expected > 0) await done.promise;
  giveUp();
  await channel.cancel(consumerTag);
  if (!isStream) {
    for (let more = await channel.get(queue); more !== false; more = await channel.get(queue)) take(more);
  }
  await channel.close();
  return received;
}

/** Waits for a condition, looking now and then; gives up with a sentence. */
export async function until(what: string, condition: () => boolean, limitMs = 20_000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`gave up waiting until ${what}`);
    await systemClock.sleep(5, never);
  }
}

const opened = new Set<() => Promise<void>>();

/** Closes what a test opened with `openTestOutput`, also when it failed half-way: an open publisher declares its topology again. */
export async function closeTestOutputs(): Promise<void> {
  await Promise.all([...opened].map((close) => close()));
}

/** Outbox, publisher and relay on a topology of the test's own. */
export function openTestOutput(url: string, plan: TopologyPlan, folder: string) {
  const { outbox } = openTestOutbox(folder);
  const emitted: EngineEvent[] = [];
  const parts = { clock: systemClock, random: seededRandom(1), emit: (event: EngineEvent) => void emitted.push(event) };
  const publisher = new RabbitmqPublisher({ url, topology: plan, reconnectDelayMs: 50, appName: 'sluice-test' }, parts);
  const options = { windowEvents: 1_000, batchEvents: 250, stallMs: 15_000, retryMs: 50 };
  const relay = new Relay(
    outbox,
    publisher,
    createRelayBreaker(systemClock, () => {}),
    options,
    parts,
  );
  const close = async () => {
    if (!opened.delete(close)) return;
    await relay.close(AbortSignal.abort());
    await publisher.close(AbortSignal.timeout(2_000));
    await outbox.close(never);
  };
  opened.add(close);
  return { outbox, publisher, relay, emitted, close };
}
