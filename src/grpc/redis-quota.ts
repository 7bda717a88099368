import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Endpoint } from './endpoint.ts';
import type { Cost, SharedQuota } from './subscription-rate-limiter.ts';

/** A book of openings that every process with the same token at the same endpoint writes into. */
export interface RedisQuotaBook {
  readonly quotaFor: (endpoint: Endpoint) => SharedQuota;
  close(): Promise<void>;
}

export interface RedisQuotaOptions {
  readonly url: string;
  /** Before every key; a token never is part of one. */
  readonly prefix: string;
  readonly timeoutMs: number;
  readonly marginMs: number;
}

/**
 * All windows or none, in one step and by Redis' own clock, so that neither two processes at once nor their clocks can break one.
 * Answers 0 when taken, else the milliseconds until the tightest window has room.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = 0
for i, key in ipairs(KEYS) do
  local limit, window, count = tonumber(ARGV[i * 3 - 2]), tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
  local over = redis.call('ZCARD', key) + count - limit
  if over > 0 then
    local oldest = redis.call('ZRANGE', key, over - 1, over - 1, 'WITHSCORES')
    wait = math.max(wait, (tonumber(oldest[2]) or now) + window - now)
  end
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  local window, count = tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3])
  for n = 1, count do redis.call('ZADD', key, now, now .. ':' .. redis.call('INCR', key .. ':sequence')) end
  redis.call('PEXPIRE', key, window)
  redis.call('PEXPIRE', key .. ':sequence', window * 2)
end
return 0
`;

/** Opens the book. A Redis that is out of reach rejects each question, and the limiter goes on with its own windows. */
export async function openRedisQuota(options: RedisQuotaOptions): Promise<RedisQuotaBook> {
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
  return {
    quotaFor: (endpoint) => (cost) => take(redis, options, endpoint, cost),
    close: async () => {
      if (redis.status === 'ready') await redis.quit().catch(() => undefined);
      redis.disconnect();
    },
  };
}

async function take(redis: Redis, options: RedisQuotaOptions, endpoint: Endpoint, cost: Cost): Promise<number> {
  const rules = endpoint.profile.openings.filter((rule) => cost[rule.counts] > 0);
  if (rules.length === 0) return 0;
  const owner = ownerOf(endpoint);
  const keys = rules.map((rule) => `${options.prefix}:{${owner}}:${rule.counts}:${rule.windowMs}`);
  const values = rules.flatMap((rule) => [rule.limit, rule.windowMs + options.marginMs, cost[rule.counts]]);
  return Number(await redis.eval(TAKE, keys.length, ...keys, ...values));
}

/** Quotas hang on the token, or where there is none on the endpoint. */
function ownerOf({ address }: Endpoint): string {
  const owner = address.token === '' ? address.name : address.token;
  return createHash('sha256').update(owner).digest('hex').slice(0, 24);
}
