import type { Clock } from '../../lib/clock.ts';
import type { RateWindow } from '../../lib/rate-window.ts';
import type { EndpointGate } from '../endpoint/endpoint-gate.ts';
import type { UpdateLanes } from '../stream/update-lanes.ts';
import type { Reason } from '../transport/error-table.ts';
import { Connection } from './connection.ts';
import type { ConnectionOptions, ConnectionParts } from './connection-parts.ts';

export interface PoolOptions {
  /** Connections that carry groups at the same time; a renewal may add one for a moment. */
  readonly size: number;
  /** Pause between the first openings, so that a start is no burst. */
  readonly staggerMs: number;
  /** Age at which a connection is replaced; 0 = never. */
  readonly ttlMs: number;
}

export interface OpenOptions {
  /** Starts with what happens now instead of at the cursor: for a stream that takes over groups which are live elsewhere. */
  readonly atTip: boolean;
  readonly rank: number;
  /** The window of the connection it renews: both together open no more often than one. */
  readonly attempts?: RateWindow;
}

interface Member {
  readonly connection: Connection;
  readonly stop: AbortController;
  readonly done: Promise<Reason>;
}

type SharedParts = Omit<ConnectionParts, 'lane' | 'gates' | 'attempts'>;

/**
 * The connections that stand, their birth and their end. Health is what their traffic shows: the pool never opens a subscription to find
 * out. What a connection carries is between it and whoever opened it.
 */
export class ConnectionPool {
  readonly #prefix: string;
  readonly #options: PoolOptions;
  readonly #connectionOptions: ConnectionOptions;
  readonly #parts: SharedParts;
  readonly #lanes: UpdateLanes;
  readonly #gates: readonly EndpointGate[];
  readonly #members = new Map<string, Member>();
  readonly #clock: Clock;
  #sequence = 0;
  #nextStartMs = 0;
  #onClosed: (reason: Reason, connection: Connection) => void = () => {};

  constructor(
    prefix: string,
    options: PoolOptions,
    connectionOptions: ConnectionOptions,
    parts: SharedParts,
    lanes: UpdateLanes,
    gates: readonly EndpointGate[],
  ) {
    this.#prefix = prefix;
    this.#options = options;
    this.#connectionOptions = connectionOptions;
    this.#parts = parts;
    this.#lanes = lanes;
    this.#gates = gates;
    this.#clock = parts.clock;
  }

  /** Told when a connection closed for good by itself. */
  onClosed(callback: (reason: Reason, connection: Connection) => void): void {
    this.#onClosed = callback;
  }

  get connections(): readonly Connection[] {
    return [...this.#members.values()].map((member) => member.connection);
  }

  get healthy(): number {
    return this.connections.filter((connection) => connection.isHealthy).length;
  }

  get size(): number {
    return this.#options.size;
  }

  /** True when every endpoint waits for an operator. */
  get isGivenUp(): boolean {
    return this.#gates.every((gate) => gate.stopped !== null);
  }

  open(options: OpenOptions): Connection {
    const id = `${this.#prefix}${++this.#sequence}`;
    const lane = this.#lanes.open(options.rank, {
      onFull: () => connection.pause('lane'),
      onRoom: () => connection.resume('lane'),
    });
    const parts = { ...this.#parts, gates: this.#gates, lane, attempts: options.attempts ?? null };
    const connection: Connection = new Connection(id, options.atTip, this.#connectionOptions, parts);
    const stop = new AbortController();
    const done = this.#start(connection, stop.signal).then((reason) => {
      this.#members.delete(id);
      this.#lanes.retire(lane);
      if (!stop.signal.aborted) this.#onClosed(reason, connection);
      return reason;
    });
    this.#members.set(id, { connection, stop, done });
    return connection;
  }

  /** Closes a connection; what waits in its lane can still be read. */
  async retire(connection: Connection, reason: string): Promise<void> {
    const member = this.#members.get(connection.id);
    if (member === undefined) return;
    connection.carry([], false, reason);
    member.stop.abort();
    await member.done;
  }

  /** Connections older than their time to live. */
  expired(): readonly Connection[] {
    if (this.#options.ttlMs === 0) return [];
    const now = this.#clock.monotonicMs();
    return this.connections.filter(({ openedAtMs }) => openedAtMs !== null && now - openedAtMs >= this.#options.ttlMs);
  }

  async close(): Promise<void> {
    const members = [...this.#members.values()];
    for (const { stop } of members) stop.abort();
    await Promise.all(members.map(({ done }) => done));
  }

  async #start(connection: Connection, signal: AbortSignal): Promise<Reason> {
    const now = this.#clock.monotonicMs();
    const startMs = Math.max(now, this.#nextStartMs);
    this.#nextStartMs = startMs + this.#options.staggerMs;
    if (startMs > now) await this.#clock.sleep(startMs - now, signal);
    return connection.run(signal);
  }
}
