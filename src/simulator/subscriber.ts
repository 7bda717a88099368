import type { Clock } from '../lib/clock.ts';
import type { SubscriptionFilter } from './filters/subscription-filter.ts';
import { FrameQueue } from './frame-queue.ts';
import type { GrpcCall } from './grpc-call.ts';
import { CODE, type Encoding, frameCompressed, type GrpcStatus, messagePrefix, status } from './grpc-framing.ts';
import { createdAtField, PING_BODY, pongBody } from './simulated-update.ts';
import type { Release } from './slot-ring.ts';

export interface SubscriberOptions {
  readonly id: number;
  readonly token: string;
  readonly call: GrpcCall;
  readonly clock: Clock;
  /** Messages that may wait for a slow reader before the stream is cut. */
  readonly queueLimit: number;
  readonly pingIntervalMs: number;
  /** Used where the client takes it. */
  readonly encoding: Encoding;
  /** Called whenever messages left the queue. */
  readonly onProgress: () => void;
}

const WRITE_BYTES = 256 * 1024;
const REPLAY_STEP = 256;
const EMPTY = new Uint8Array(0);

/**
 * One open subscription: filters updates, queues them within its limit and writes as fast as the reader takes them. A reader
 * that falls behind the limit is cut with the plugin's own words; a replay is different, it waits for the reader.
 */
export class Subscriber {
  readonly id: number;
  readonly token: string;
  readonly call: GrpcCall;
  readonly #options: SubscriberOptions;
  readonly #encoding: Encoding;
  #filter: SubscriptionFilter | null = null;
  readonly #queue = new FrameQueue();
  #replay: readonly Release['item'][] = [];
  #replayed = 0;
  /** Live releases that arrived while a replay was being written. */
  #behind: Release['item'][] = [];
  #scheduled = false;
  #final: GrpcStatus | null = null;
  #stopPings: () => void = () => undefined;
  #throttled: (() => void) | null = null;
  #bytesPerSecond = Number.POSITIVE_INFINITY;
  #mutedData = false;
  #mutedPings = false;
  bytesSent = 0;
  /** When the client last said anything. */
  lastRequestMs: number;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.id = options.id;
    this.token = options.token;
    this.call = options.call;
    this.#encoding = options.call.agreed(options.encoding);
    this.lastRequestMs = options.clock.monotonicMs();
  }

  /** Messages not yet handed to the socket. */
  get backlog(): number {
    return this.#queue.size + this.#behind.length + (this.#replay.length - this.#replayed);
  }

  get filter(): SubscriptionFilter | null {
    return this.#filter;
  }

  /** Sends the headers and the first ping, then one at every interval. */
  open(): void {
    this.call.onDrain(() => this.#flush());
    this.call.open(this.#encoding);
    this.ping();
    this.pingEvery(this.#options.pingIntervalMs);
  }

  setFilter(filter: SubscriptionFilter): void {
    this.#filter = filter;
  }

  /** Writes stored updates, in order, before anything that happens from now on. */
  startReplay(items: readonly Release['item'][]): void {
    this.#replay = items;
    this.#replayed = 0;
    this.#schedule();
  }

  deliver(release: Release): void {
    const filter = this.#filter;
    if (filter === null || filter.commitment !== release.commitment || this.#final !== null || this.#mutedData) return;
    const replaying = this.#replay.length > 0;
    const waiting = replaying ? this.#behind.length : this.#queue.size;
    if (waiting >= this.#options.queueLimit) this.end(status(CODE.INTERNAL, 'lagged to send an update'));
    else if (replaying) this.#behind.push(release.item);
    else this.#filtered(release.item, filter);
  }

  ping(): void {
    if (!this.#mutedPings) this.#message(EMPTY, PING_BODY, EMPTY);
  }

  pong(id: number): void {
    if (!this.#mutedPings) this.#message(EMPTY, pongBody(id), EMPTY);
  }

  pingEvery(ms: number): void {
    this.#stopPings();
    this.#stopPings = Number.isFinite(ms) ? this.#options.clock.every(ms, () => this.ping()) : () => undefined;
  }

  /** Goes silent without ending: what would have been sent meanwhile is gone. */
  mute(what: { readonly data: boolean; readonly pings: boolean }): void {
    this.#mutedData = what.data;
    this.#mutedPings = what.pings;
  }

  throttle(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Bytes as they are, after what is queued: a broken frame, a wrong length. */
  inject(bytes: Uint8Array): void {
    this.#queue.push(bytes, EMPTY, EMPTY);
    this.#schedule();
  }

  /** Ends the stream after what is queued. */
  end(final: GrpcStatus): void {
    if (this.#final !== null) return;
    this.#final = final;
    this.#stopPings();
    this.#schedule();
  }

  /** The call is gone: nothing may be kept or scheduled any more. */
  release(): void {
    this.#stopPings();
    this.#throttled?.();
    this.#throttled = null;
    this.#queue.clear();
    this.#replay = [];
    this.#behind = [];
    this.#final ??= status(CODE.CANCELLED, 'the call is gone');
    this.#options.onProgress();
  }

  #filtered(item: Release['item'], filter: SubscriptionFilter): void {
    const { createdAt } = item;
    if ('block' in item) filter.block(item.block, (names, body) => this.#message(names, body, createdAt));
    else filter.update(item.update, (names, body) => this.#message(names, body, createdAt));
  }

  #message(names: Uint8Array, body: Uint8Array, createdAt: Uint8Array): void {
    if (this.#final !== null) return;
    const stamp = createdAt.length > 0 ? createdAt : createdAtField(this.#options.clock.wallMs());
    if (this.#encoding === 'identity') this.#framed(names, body, stamp);
    else this.#queue.push(frameCompressed(Buffer.concat([names, body, stamp]), this.#encoding), EMPTY, EMPTY);
    this.#schedule();
  }

  #framed(names: Uint8Array, body: Uint8Array, stamp: Uint8Array): void {
    const prefix = messagePrefix(names.length + body.length + stamp.length, names.length);
    prefix.set(names, 5);
    this.#queue.push(prefix, body, stamp);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.call.isClosed || this.#throttled !== null) return;
    while (!this.call.isCongested) {
      if (this.#queue.size === 0 && !this.#refill()) break;
      const bytes = this.#queue.take(Number.isFinite(this.#bytesPerSecond) ? 1 : WRITE_BYTES);
      this.bytesSent += bytes.length;
      this.call.write(bytes);
      if (this.#pause(bytes.length)) return;
    }
    this.#options.onProgress();
    if (this.#final !== null && this.#queue.size === 0) this.call.end(this.#final);
  }

  /** On a slow link the next bytes wait until these would have passed it. */
  #pause(bytes: number): boolean {
    if (!Number.isFinite(this.#bytesPerSecond)) return false;
    this.#throttled = this.#options.clock.after((bytes * 1000) / this.#bytesPerSecond, () => {
      this.#throttled = null;
      this.#flush();
    });
    return true;
  }

  /** Turns the next part of a replay into messages; when it is done, what happened meanwhile follows. */
  #refill(): boolean {
    const filter = this.#filter;
    while (this.#replay.length > 0 && this.#queue.size === 0 && filter !== null && this.#final === null) {
      for (const item of this.#replay.slice(this.#replayed, this.#replayed + REPLAY_STEP)) this.#filtered(item, filter);
      this.#replayed += REPLAY_STEP;
      if (this.#replayed < this.#replay.length) continue;
      this.#replay = [];
      this.#replayed = 0;
      for (const item of this.#behind.splice(0)) this.#filtered(item, filter);
    }
    return this.#queue.size > 0;
  }
}
