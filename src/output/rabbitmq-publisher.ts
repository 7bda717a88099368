import { type AmqpConnectionManager, type ChannelWrapper, connect } from 'amqp-connection-manager';
import type { ChannelModel, ConfirmChannel, Message } from 'amqplib';
import type { StoredEvent } from '../domain/contracts.ts';
import { SCHEMA_VERSION } from '../domain/events/version.ts';
import type { Clock } from '../lib/clock.ts';
import { EngineError, messageOf } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';
import { createRedactor, type Redact, redactUrls, secretsOfUrl } from '../lib/redact.ts';
import type { Emit } from '../telemetry/event.ts';
import { destroySocket } from './amqp-connection.ts';
import type { Publisher, PublisherState } from './ports.ts';
import { answer, createSession, type Done, endSession, expectAnswers, type Session } from './publisher-session.ts';
import { type Route, routesOf } from './routing.ts';
import type { TopologyPlan } from './topology.ts';
import { ensureTopology } from './topology-check.ts';

export interface RabbitmqOptions {
  readonly url: string;
  readonly topology: TopologyPlan;
  /** Wait before a new connection attempt; up to as much again is added at random. */
  readonly reconnectDelayMs: number;
  /** Shown in the broker's list of connections and on every message. */
  readonly appName: string;
}

const HEARTBEAT_SECONDS = 5;
const CONNECT_TIMEOUT_MS = 5_000;
/** The library waits a fixed time between attempts; the real wait, with its random part, is ours and can be cancelled. */
const LIBRARY_WAIT_SECONDS = 0.05;
/** Shortest time between two new connections because of messages that came back. */
const REPAIR_INTERVAL_MS = 5_000;

/**
 * Publishes through amqp-connection-manager, which is used for what it does well: making the connection and the channel again.
 * Messages go straight to the channel, so that the library's own queue, which would send old messages on a new connection out of
 * order, stays empty. Every connection is preceded by a look at the topology.
 */
export class RabbitmqPublisher implements Publisher {
  readonly name = 'rabbitmq';
  readonly #options: RabbitmqOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #emit: Emit;
  readonly #redact: Redact;
  readonly #broker: string;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<(state: PublisherState) => void>();
  #manager: AmqpConnectionManager | null = null;
  #session: Session | null = null;
  #state: PublisherState = 'connecting';
  #isFirstAttempt = true;
  #lastTrouble = '';
  #repairedMs = Number.NEGATIVE_INFINITY;

  constructor(
    options: RabbitmqOptions,
    parts: { readonly clock: Clock; readonly random: Random; readonly emit: Emit },
  ) {
    this.#options = options;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#emit = parts.emit;
    this.#redact = createRedactor(secretsOfUrl(options.url));
    this.#broker = redactUrls(options.url);
  }

  /** A broker that is away is no reason to fail; one whose exchanges or queues differ is, and so is a close meanwhile. */
  async open(): Promise<void> {
    this.#checkUrl();
    try {
      await this.#ensureTopology();
    } catch (error) {
      if (!(error instanceof EngineError) || !error.retryable || this.#stop.signal.aborted) throw error;
      this.#trouble(error);
      this.#isFirstAttempt = false;
    }
    const manager = connect(null, {
      heartbeatIntervalInSeconds: HEARTBEAT_SECONDS,
      reconnectTimeInSeconds: LIBRARY_WAIT_SECONDS,
      findServers: () => this.#nextServer(),
      connectionOptions: {
        noDelay: true,
        timeout: CONNECT_TIMEOUT_MS,
        clientProperties: { connection_name: `${this.#options.appName} publisher` },
      },
    });
    manager.on('connectFailed', ({ err }) => this.#trouble(err));
    manager.on('disconnect', ({ err }) => this.#disconnected(err));
    manager.on('blocked', ({ reason }) => this.#blocked(reason));
    manager.on('unblocked', () => this.#unblocked());
    const wrapper: ChannelWrapper = manager.createChannel({ setup: (channel: ConfirmChannel) => this.#setUp(channel) });
    wrapper.on('error', (error) => this.#trouble(error));
    this.#manager = manager as AmqpConnectionManager;
  }

  state(): PublisherState {
    return this.#state;
  }

  onState(callback: (state: PublisherState) => void): () => void {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }

  publish(event: StoredEvent, done: Done): void {
    const session = this.#session;
    if (session === null) {
      done(new EngineError('OUTPUT_BROKER_DOWN', 'not connected', { retryable: true }));
      return;
    }
    const routes = routesOf(this.#options.topology, event);
    expectAnswers(session, event, routes.length, done);
    session.gather();
    for (const route of routes) this.#send(session, event, route);
  }

  reconnect(reason: string): void {
    const connection = this.#connection();
    if (connection !== undefined) destroySocket(connection, reason);
  }

  async close(signal: AbortSignal): Promise<void> {
    this.#stop.abort();
    this.#setState('closed');
    // Neither a broker that closes badly nor one that never answers has anything of ours: what it did not confirm is in the outbox.
    const closed = this.#manager?.close().catch(() => {}) ?? Promise.resolve();
    await Promise.race([closed, this.#connectionBroken(), aborted(signal)]);
    this.reconnect('closing');
    this.#endSession('closed');
  }

  /**
   * Awaited by the library before each attempt: the wait with its random part, then the look at the topology. It must not fail: the
   * library would use the address it already has, unchecked, and a broker that confirms before all its queues are ready loses events.
   */
  async #nextServer(): Promise<string> {
    while (!this.#isFirstAttempt) {
      await this.#clock.sleep(this.#options.reconnectDelayMs * (1 + this.#random()), this.#stop.signal);
      if (this.#stop.signal.aborted) throw new EngineError('OUTPUT_BROKER_DOWN', 'closing');
      try {
        await this.#ensureTopology();
        break;
      } catch (error) {
        this.#trouble(error);
      }
    }
    this.#isFirstAttempt = false;
    return this.#options.url;
  }

  async #ensureTopology(): Promise<void> {
    const { url, topology } = this.#options;
    const created = await ensureTopology(url, topology, this.#redact, this.#stop.signal);
    if (created.length > 0) this.#emit({ type: 'output.topology.declared', created });
  }

  #send(session: Session, event: StoredEvent, { exchange, key, furtherKeys }: Route): void {
    try {
      session.channel.publish(exchange, key, Buffer.from(event.json), this.#properties(event, furtherKeys), (error) =>
        answer(session, event, error as Error | null),
      );
    } catch (error) {
      answer(session, event, error as Error);
    }
  }

  async #setUp(channel: ConfirmChannel): Promise<void> {
    const session = createSession(channel);
    channel.on('return', (message: Message) => this.#returned(session, message));
    channel.on('close', () => {
      if (this.#session === session) this.#endSession('channel closed');
    });
    this.#session = session;
    this.#lastTrouble = '';
    this.#emit({ type: 'output.broker.connected', broker: this.#broker });
    this.#setState('ready');
  }

  #returned(session: Session, message: Message): void {
    const id = String(message.properties.messageId);
    const reason = (message.fields as { readonly replyText?: string }).replyText ?? 'returned';
    session.returned.set(id, reason);
    this.#emit({ type: 'output.message.returned', id, reason });
    // The alternate exchange takes what no queue wants, so a return means that part of the topology is gone. It is put back before
    // a new connection, not beside this one: a message sent half-way through would reach some of its queues and be confirmed.
    if (this.#clock.monotonicMs() - this.#repairedMs < REPAIR_INTERVAL_MS) return;
    this.#repairedMs = this.#clock.monotonicMs();
    this.reconnect('a message was returned');
  }

  #disconnected(error: Error | undefined): void {
    this.#endSession(this.#redact(error === undefined ? 'closed' : messageOf(error)));
  }

  #endSession(reason: string): void {
    const session = this.#session;
    if (session === null) return;
    this.#session = null;
    if (this.#state !== 'closed') {
      if (this.#state === 'blocked') this.#emit({ type: 'output.broker.unblocked' });
      this.#setState('connecting');
      this.#emit({ type: 'output.broker.disconnected', broker: this.#broker, reason });
    }
    endSession(session, reason);
  }

  #blocked(reason: string): void {
    this.#emit({ type: 'output.broker.blocked', reason });
    if (this.#session !== null) this.#setState('blocked');
  }

  #unblocked(): void {
    this.#emit({ type: 'output.broker.unblocked' });
    if (this.#session !== null) this.#setState('ready');
  }

  /** Told once per reason: an attempt a second must not fill the log. */
  #trouble(error: unknown): void {
    const reason = this.#redact(messageOf(error)).replace(/\.$/, '');
    if (reason === this.#lastTrouble || this.#stop.signal.aborted) return;
    this.#lastTrouble = reason;
    const isRefusal = error instanceof EngineError && error.code === 'OUTPUT_TOPOLOGY';
    if (isRefusal) this.#emit({ type: 'output.topology.refused', reason });
    else this.#emit({ type: 'output.broker.disconnected', broker: this.#broker, reason });
  }

  #setState(state: PublisherState): void {
    if (this.#state === state || this.#state === 'closed') return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  #properties(event: StoredEvent, furtherKeys: readonly string[]): object {
    return {
      persistent: true,
      mandatory: true,
      messageId: event.id,
      type: event.type,
      appId: this.#options.appName,
      contentType: 'application/cloudevents+json',
      timestamp: Math.floor(this.#clock.wallMs() / 1000),
      headers: { slot: event.slot, schemaversion: SCHEMA_VERSION },
      ...(furtherKeys.length > 0 && { CC: furtherKeys }),
    };
  }

  /** The library would wait for an answer also when the connection breaks while it is being closed. */
  #connectionBroken(): Promise<void> {
    const connection = this.#connection();
    if (connection === undefined) return Promise.resolve();
    return new Promise((resolve) => connection.once('error', () => resolve()));
  }

  #connection(): ChannelModel | undefined {
    return this.#manager?.connection as ChannelModel | undefined;
  }

  #checkUrl(): void {
    const { url } = this.#options;
    if (URL.canParse(url) && ['amqp:', 'amqps:'].includes(new URL(url).protocol)) return;
    throw new EngineError(
      'CONFIG_INVALID',
      'RABBITMQ_URL is not a broker address. Use amqp://user:password@host:5672/vhost, or amqps:// with TLS.',
    );
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
