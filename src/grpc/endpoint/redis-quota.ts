import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Clock } from '../../lib/clock.ts';
import { type Endpoint, quotaOwner } from './endpoint.ts';
import { RENEW, TAKE } from './redis-quota-scripts.ts';
import type { Cost, SharedGrant, SharedQuota, SharedWait } from './subscription-rate-limiter.ts';

/** A book of openings and open streams that every process with the same token writes into. */
export interface RedisQuotaBook {
  readonly quotaFor: (endpoint: Endpoint) => SharedQuota;
  /** Gives back the streams that are still held. */
  close(): Promise<void>;
}

export interface RedisQuotaOptions {
  readonly url: string;
  /** Before every key; a token never is part of one. */
  readonly prefix: string;
  readonly timeoutMs: number;
  readonly marginMs: number;
  /** How long a stream counts as open after its process was last heard of. */
  readonly leaseMs: number;
}

/** A stream closes whenever it likes: nobody can say when to ask again. */
const FULL_WAIT_MS = 1_000;

/** Opens the book. A Redis that is out of reach rejects each question, and the limiter goes on with its own windows. */
export async function openRedisQuota(options: RedisQuotaOptions, clock: Clock): Promise<RedisQuotaBook> {
  const { Redis: Client } = await import('ioredis');
  const redis = new Client(options.url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    commandTimeout: options.timeoutMs,
    connectTimeout: options.timeoutMs,
    maxRetriesPerRequest: 0,
  });
  // Without a listener an unreachable Redis would end the process; that it is unreachable shows in every question.
  redis.on('error', () => undefined);
  await redis.connect().catch(() => undefined);
  return new RedisBook(redis, options, clock);
}

class RedisBook implements RedisQuotaBook {
  readonly #redis: Redis;
  readonly #options: RedisQuotaOptions;
  readonly #stopRenewing: () => void;
  /** Leases of streams that stand: id → key. */
  readonly #leases = new Map<string, string>();

  constructor(redis: Redis, options: RedisQuotaOptions, clock: Clock) {
    this.#redis = redis;
    this.#options = options;
    this.#stopRenewing = clock.every(options.leaseMs / 3, () => this.#renew());
  }

  readonly quotaFor = (endpoint: Endpoint): SharedQuota => {
    return (cost) => this.#take(endpoint, cost);
  };

  async close(): Promise<void> {
    this.#stopRenewing();
    for (const id of [...this.#leases.keys()]) this.#release(id);
    if (this.#redis.status === 'ready') await this.#redis.quit().catch(() => undefined);
    this.#redis.disconnect();
  }

  async #take(endpoint: Endpoint, cost: Cost): Promise<SharedGrant | SharedWait> {
    const { prefix, marginMs, leaseMs } = this.#options;
    const { openings, concurrentStreams } = endpoint.profile;
    const id = randomUUID();
    const place = `${prefix}:{${ownerOf(endpoint)}}`;
    const streamsKey = `${place}:streams`;
    const rules = openings.filter((rule) => cost[rule.counts] > 0);
    const windows = rules.map((rule) => `${place}:${rule.counts}:${rule.windowMs}`);
    const limits = rules.flatMap((rule) => [rule.limit, rule.windowMs + marginMs, cost[rule.counts]]);
    const streams = cost.holdsStream ? (concurrentStreams ?? 0) : 0;
    const keys = [streamsKey, ...windows];
    const wait = Number(await this.#redis.eval(TAKE, keys.length, ...keys, id, streams, leaseMs, ...limits));
    if (wait !== 0) return { waitMs: wait > 0 ? wait : FULL_WAIT_MS, isFull: wait < 0 };
    if (streams > 0) this.#leases.set(id, streamsKey);
    const giveBack = () => {
      this.#release(id);
      rules.forEach((rule, index) => {
        const members = Array.from({ length: cost[rule.counts] }, (_, n) => `${id}:${n + 1}`);
        this.#tell(this.#redis.zrem(windows[index] as string, ...members));
      });
    };
    return { giveBack, release: () => this.#release(id) };
  }

  #renew(): void {
    for (const [id, key] of this.#leases) this.#tell(this.#redis.eval(RENEW, 1, key, id, this.#options.leaseMs));
  }

  #release(id: string): void {
    const key = this.#leases.get(id);
    if (key === undefined) return;
    this.#leases.delete(id);
    this.#tell(this.#redis.zrem(key, id));
  }

  /** What does not arrive lapses by itself. */
  #tell(command: Promise<unknown>): void {
    command.catch(() => undefined);
  }
}

/** Never the token itself. */
function ownerOf(endpoint: Endpoint): string {
  return createHash('sha256').update(quotaOwner(endpoint)).digest('hex').slice(0, 24);
}
