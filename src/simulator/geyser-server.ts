import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../lib/clock.ts';
import { EngineError, messageOf } from '../lib/errors.ts';
import { BlockHistory } from './block-history.ts';
import type { FilterLimits } from './filters/filter-limits.ts';
import { SubscriptionFilter } from './filters/subscription-filter.ts';
import { GrpcCall, goAway } from './grpc-call.ts';
import { CODE, type Encoding, frameMessage, OK, status } from './grpc-framing.ts';
import type { Admission, CallFacts, ServerPolicy, UpdateSink } from './server-policy.ts';
import { createdAtField, type SimulatedUpdate } from './simulated-update.ts';
import { SlotRing } from './slot-ring.ts';
import { decodeSubscribeRequest } from './subscribe-request.ts';
import { Subscriber } from './subscriber.ts';
import { answerUnary, UNARY_METHODS, UNIMPLEMENTED } from './unary-methods.ts';

export interface GeyserServerOptions {
  readonly clock: Clock;
  /** The x-token a client must send; null: none is asked for. */
  readonly token: string | null;
  /** Slots kept for `from_slot`. */
  readonly replaySlots: number;
  /** Messages that may wait for one slow reader before it is cut. */
  readonly queueLimit: number;
  readonly pingIntervalMs: number;
  /** How updates are packed for clients that take it. */
  readonly encoding: Encoding;
  /** Is the server ready for more while nobody reads? False makes a chain without a cadence wait for its first reader. */
  readonly readyWithoutReaders: boolean;
  readonly version: string;
  readonly limits: FilterLimits;
  readonly policy: ServerPolicy;
}

const IGNORED = { message: () => undefined, halfClosed: () => undefined, closed: () => undefined };
const SUBSCRIBE = '/geyser.Geyser/Subscribe';
const SHUTTING_DOWN = 'server is shutting down try again later';

/**
 * A `geyser.Geyser` gRPC server for whatever is published to it. It stands on node:http2 rather than on a gRPC library: updates
 * are framed once for many readers and written in large pieces, and a fault can break the protocol below gRPC.
 */
export class GeyserServer implements UpdateSink {
  readonly #options: GeyserServerOptions;
  readonly #http: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #subscribers = new Map<number, Subscriber>();
  readonly #ring: SlotRing;
  readonly #history = new BlockHistory();
  readonly #waiting = new Set<() => void>();
  #policy: ServerPolicy;
  #lastId = 0;
  #replaysAsked = 0;
  #closing: Promise<void> | null = null;

  constructor(options: GeyserServerOptions) {
    this.#options = options;
    this.#policy = options.policy;
    this.#ring = new SlotRing(options.replaySlots);
    this.#http = createServer({ settings: { maxConcurrentStreams: 10_000 } });
    this.#http.on('session', (session) => this.#onSession(session));
    this.#http.on('stream', (stream, headers) => this.#onStream(stream, headers));
  }

  /** Opens the port (0: any free one) and resolves with the one it got. */
  listen(port: number, host: string = '127.0.0.1'): Promise<number> {
    return new Promise((resolve, reject) => {
      const failed = (cause: Error): void => {
        const hint = `Choose another port for the simulator or stop what uses ${host}:${port}.`;
        reject(new EngineError('API_PORT_TAKEN', `The simulator cannot listen: ${cause.message}. ${hint}`, { cause }));
      };
      this.#http.once('error', failed);
      this.#http.listen(port, host, () => {
        this.#http.off('error', failed);
        resolve((this.#http.address() as AddressInfo).port);
      });
    });
  }

  /** Open subscriptions, oldest first. */
  get subscribers(): readonly Subscriber[] {
    return [...this.#subscribers.values()];
  }

  /** Open client connections. */
  get connections(): number {
    return this.#sessions.size;
  }

  get firstAvailable(): number | null {
    return this.#ring.firstAvailable;
  }

  /** From now on these limits and moods hold; open subscriptions stay. */
  setPolicy(policy: ServerPolicy): void {
    this.#policy = policy;
  }

  publish(update: SimulatedUpdate): void {
    const stamped = { update, createdAt: createdAtField(this.#options.clock.wallMs()) };
    this.#history.add(update);
    for (const release of this.#ring.add(stamped)) {
      for (const subscriber of this.#subscribers.values()) subscriber.deliver(release);
    }
  }

  async ready(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#isBehind()) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
  }

  /** Tells every subscriber that the server goes away, then closes what is left after `graceMs`. */
  close(graceMs: number = 200): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    for (const subscriber of this.subscribers) subscriber.end(status(CODE.UNAVAILABLE, SHUTTING_DOWN));
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    for (const session of this.#sessions) session.close();
    const cancel = this.#options.clock.after(graceMs, () => this.disconnectAll());
    // A clock that stands still (in a test) must not keep the port open: one turn later what is idle is gone anyway.
    if (this.#subscribers.size === 0) setImmediate(() => this.disconnectAll());
    await closed;
    cancel();
  }

  /** Cuts every connection at once, without a word. */
  disconnectAll(): void {
    for (const session of this.#sessions) session.destroy();
  }

  #isBehind(): boolean {
    if (this.#subscribers.size === 0) return !this.#options.readyWithoutReaders;
    for (const subscriber of this.#subscribers.values()) {
      if (subscriber.backlog > this.#options.queueLimit / 2) return true;
    }
    return false;
  }

  #onSession(session: ServerHttp2Session): void {
    this.#sessions.add(session);
    session.on('error', () => undefined);
    session.on('close', () => this.#sessions.delete(session));
    const connection = { goAway: (code: number, text: string) => goAway(session, code, text) };
    session.on('ping', () => this.#policy.pinged(connection));
  }

  #onStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const call = new GrpcCall(stream, headers);
    const token = call.metadata('x-token');
    const refusal = this.#refusal(call, token);
    if (refusal.type === 'refuse') call.end(refusal.status);
    else if (refusal.type === 'page') call.refuseWithPage(refusal.httpStatus, refusal.body);
    else if (refusal.type === 'hang') call.handle(IGNORED);
    else if (call.method === SUBSCRIBE) this.#subscribe(call, token);
    else this.#unary(call);
  }

  #refusal(call: GrpcCall, token: string): Admission {
    if (this.#closing !== null) return refuse(CODE.UNAVAILABLE, 'server is shutting down');
    if (this.#options.token !== null && token !== this.#options.token) {
      return refuse(CODE.UNAUTHENTICATED, 'No valid auth token');
    }
    return this.#policy.admit(this.#facts(call.method, token));
  }

  #facts(method: string, token: string): CallFacts {
    const open = this.subscribers;
    const openOfToken = open.filter((subscriber) => subscriber.token === token).length;
    return { method, token, openOfToken, openInAll: open.length };
  }

  #unary(call: GrpcCall): void {
    const method = UNARY_METHODS[call.method] ?? UNIMPLEMENTED;
    const { version } = this.#options;
    const facts = { history: this.#history, version, firstAvailable: () => this.#ring.firstAvailable };
    const message = (bytes: Uint8Array): void => {
      const answer = answerUnary(method, bytes, facts);
      if (answer instanceof Uint8Array) {
        call.open('identity');
        call.write(frameMessage(answer));
        call.end(OK);
      } else call.end(answer);
    };
    const halfClosed = (): void => call.end(status(CODE.INTERNAL, 'the request has no message'));
    call.handle({ ...IGNORED, message, halfClosed });
  }

  #subscribe(call: GrpcCall, token: string): void {
    const id = ++this.#lastId;
    const { clock, queueLimit, pingIntervalMs, encoding } = this.#options;
    const onProgress = (): void => this.#wake();
    const subscriber = new Subscriber({ id, token, call, clock, queueLimit, pingIntervalMs, encoding, onProgress });
    this.#subscribers.set(id, subscriber);
    call.handle({
      message: (bytes) => this.#request(subscriber, bytes),
      // A client that has said all it wants to say still listens.
      halfClosed: () => undefined,
      closed: () => {
        this.#subscribers.delete(id);
        subscriber.release();
        this.#policy.closed(subscriber);
      },
    });
    subscriber.open();
    this.#policy.opened(subscriber);
    this.#wake();
  }

  #request(subscriber: Subscriber, bytes: Uint8Array): void {
    subscriber.lastRequestMs = this.#options.clock.monotonicMs();
    try {
      const request = decodeSubscribeRequest(bytes);
      if (request.ping !== undefined) subscriber.pong(request.ping.id);
      if (request.ping !== undefined && !this.#policy.pingReplacesFilters()) return;
      subscriber.setFilter(new SubscriptionFilter(request, this.#policy.limits(this.#options.limits)));
      if (request.fromSlot !== undefined) this.#replay(subscriber, Number(request.fromSlot));
    } catch (error) {
      subscriber.end(status(CODE.INVALID_ARGUMENT, `failed to create filter: ${messageOf(error)}`));
    }
  }

  #replay(subscriber: Subscriber, fromSlot: number): void {
    const firstAvailable = this.#ring.firstAvailable;
    const answer = this.#policy.replay({ fromSlot, firstAvailable, asked: this.#replaysAsked++ });
    if (answer.type === 'refuse') subscriber.end(answer.status);
    else if (answer.type === 'serve') this.#serveReplay(subscriber, fromSlot);
  }

  #serveReplay(subscriber: Subscriber, fromSlot: number): void {
    const replay = this.#ring.replay(fromSlot, subscriber.filter?.commitment ?? 'processed');
    if (this.#options.replaySlots === 0) subscriber.end(status(CODE.INTERNAL, 'from_slot is not supported'));
    else if (replay.type === 'served') subscriber.startReplay(replay.items);
    else if (replay.type === 'none') subscriber.end(status(CODE.INTERNAL, 'failed to get replay response'));
    else {
      const gone = `broadcast from ${fromSlot} is not available, last available: ${replay.firstAvailable}`;
      subscriber.end(status(CODE.OUT_OF_RANGE, gone));
    }
  }

  #wake(): void {
    if (this.#waiting.size > 0 && !this.#isBehind()) for (const wake of [...this.#waiting]) wake();
  }
}

function refuse(code: number, message: string): Admission {
  return { type: 'refuse', status: status(code, message) };
}
