import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import amqp, { type Channel, type ChannelModel, type ConsumeMessage } from 'amqplib';
import { destroySocket } from '../../src/output/amqp-connection.ts';
import { parseTopology, planTopology, type TopologyPlan } from '../../src/output/topology.ts';

const OPEN_MS = 10_000;
const CLOSE_MS = 2_000;
const REMOVE_MS = 10_000;
const REMOVE_ATTEMPTS = 3;

const TOPOLOGY_FILE = join(import.meta.dirname, '..', '..', 'config', 'topology.json');

/** Names of its own for one run: several runs and an installed Sluice share a broker without meeting. */
export function runNames(tag: string): { readonly exchange: string; readonly queuePrefix: string } {
  const unique = `${tag}.${process.pid}.${Math.random().toString(36).slice(2, 8)}`;
  return { exchange: `sluice.${unique}`, queuePrefix: `${unique}.` };
}

/** What the engine will declare under these names. */
export function plannedTopology(names: { readonly exchange: string; readonly queuePrefix: string }): TopologyPlan {
  const file = parseTopology(readFileSync(TOPOLOGY_FILE, 'utf8'), TOPOLOGY_FILE);
  return planTopology(file, { ...names, exchangeType: 'topic' });
}

export interface Delivery {
  readonly id: string;
  readonly type: string;
  readonly signature: string | null;
  readonly slot: number;
  readonly atMs: number;
  /** Of a retraction: the id it takes back. */
  readonly causation: string | null;
}

/**
 * A consumer that shares nothing with the engine but the broker: it counts, per queue, which ids arrived and how often. It survives a
 * broker that goes away by starting anew. What the broker hands out again because an acknowledgement was lost with the connection is no
 * second message and is counted apart.
 */
export class QueueTally {
  readonly #url: string;
  readonly #plan: TopologyPlan;
  readonly #onDelivery: (queue: string, delivery: Delivery) => void;
  readonly #onMessage: (queue: string, message: ConsumeMessage) => void;
  /** The types each queue is bound by. */
  readonly #keys = new Map<string, Set<string>>();
  readonly counts = new Map<string, Map<string, number>>();
  /** Deliveries of messages that had been delivered before. */
  redelivered = 0;
  #connection: ChannelModel | null = null;
  #isClosed = false;
  #isReopening = false;
  #isPaused = false;

  constructor(
    url: string,
    plan: TopologyPlan,
    onDelivery: (queue: string, delivery: Delivery) => void,
    onMessage: (queue: string, message: ConsumeMessage) => void = () => {},
  ) {
    this.#url = url;
    this.#plan = plan;
    this.#onDelivery = onDelivery;
    this.#onMessage = onMessage;
    for (const { queue, exchange, pattern } of plan.bindings) {
      if (exchange !== plan.exchange) continue;
      const keys = this.#keys.get(queue);
      if (keys === undefined) this.#keys.set(queue, new Set([pattern]));
      else keys.add(pattern);
    }
  }

  /** Queues that carry events, the stream among them; dead letters and unroutable ones stand apart. */
  get queues(): readonly string[] {
    return [...this.#keys.keys()];
  }

  /** Whether an event of this type belongs on the queue. */
  expects(queue: string, type: string): boolean {
    return this.#keys.get(queue)?.has(type) ?? false;
  }

  /** The replay log: it is read from its beginning, at the broker's own pace. */
  isStream(queue: string): boolean {
    return this.#plan.queues.find(({ name }) => name === queue)?.arguments['x-queue-type'] === 'stream';
  }

  async open(): Promise<void> {
    this.#isPaused = false;
    // A stream is read from its beginning each time: what it holds now counts, not what it once showed.
    for (const queue of this.queues) if (this.isStream(queue)) this.counts.delete(queue);
    const connection = await amqp.connect(this.#url);
    this.#connection = connection;
    connection.on('error', () => undefined);
    connection.on('close', () => {
      if (!this.#isPaused) void this.#reopen();
    });
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    await channel.prefetch(500);
    for (const queue of this.queues) await this.#consume(channel, queue);
  }

  unique(queue: string): number {
    return this.counts.get(queue)?.size ?? 0;
  }

  /** Deliveries beyond the first of each id, over all queues. */
  duplicates(): number {
    let total = 0;
    for (const ids of this.counts.values()) for (const count of ids.values()) total += count - 1;
    return total;
  }

  /** Stops consuming until the next `open`; what is on the queues waits there. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    await this.#disconnect();
  }

  /** Stops consuming and removes everything the run declared on the broker. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#disconnect();
    await this.remove();
  }

  /** Removes everything the run declared on the broker. A broker that was killed may leave a question unanswered: it is asked again. */
  async remove(): Promise<void> {
    for (let attempt = 1; attempt <= REMOVE_ATTEMPTS; attempt++) if (await within(REMOVE_MS, this.#remove())) return;
    throw new Error(`The queues of the run could not be removed: ${this.#plan.exchange}`);
  }

  /** A broker that was killed may leave the close unanswered, and would go on delivering to a consumer that no longer listens. */
  async #disconnect(): Promise<void> {
    if (this.#connection === null) return;
    if (!(await within(CLOSE_MS, this.#connection.close())))
      destroySocket(this.#connection, 'its close was not answered');
  }

  async #remove(): Promise<void> {
    const cleaner = await amqp.connect(this.#url);
    const channel = await cleaner.createChannel();
    for (const { name } of this.#plan.queues) await channel.deleteQueue(name);
    for (const { name } of this.#plan.exchanges) await channel.deleteExchange(name);
    await cleaner.close();
  }

  async #reopen(): Promise<void> {
    if (this.#isReopening) return;
    this.#isReopening = true;
    for (let isOpen = false; !isOpen && !this.#isClosed; ) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      isOpen = await within(OPEN_MS, this.open());
      if (!isOpen) await this.#disconnect();
    }
    this.#isReopening = false;
  }

  async #consume(channel: Channel, queue: string): Promise<void> {
    const isStream = this.isStream(queue);
    const ids = this.counts.get(queue) ?? new Map<string, number>();
    this.counts.set(queue, ids);
    const options = isStream ? { arguments: { 'x-stream-offset': 'first' } } : {};
    await channel.consume(
      queue,
      (message) => {
        if (message === null) return;
        const atMs = performance.now();
        this.#onMessage(queue, message);
        const event = JSON.parse(message.content.toString('utf8')) as {
          id: string;
          type: string;
          signature?: string;
          slot: number;
          causationid?: string;
        };
        const isAgain = !isStream && message.fields.redelivered && ids.has(event.id);
        if (isAgain) this.redelivered++;
        else ids.set(event.id, (ids.get(event.id) ?? 0) + 1);
        this.#onDelivery(queue, {
          id: event.id,
          type: event.type,
          signature: event.signature ?? null,
          slot: event.slot,
          atMs,
          causation: event.causationid ?? null,
        });
        try {
          channel.ack(message);
        } catch {
          // The connection is gone; the broker hands the message out again.
        }
      },
      options,
    );
  }
}

/** True when it was done in time and without an error. */
function within(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  const done = work.then(
    () => true,
    () => false,
  );
  return Promise.race([done, new Promise<false>((resolve) => setTimeout(resolve, limitMs, false).unref())]);
}
