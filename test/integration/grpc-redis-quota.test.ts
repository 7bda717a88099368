import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { parseEndpoint } from '../../src/grpc/endpoint.ts';
import type { ProviderProfile } from '../../src/grpc/provider-profiles.ts';
import { openRedisQuota, type RedisQuotaBook } from '../../src/grpc/redis-quota.ts';
import { OPENING, SubscriptionRateLimiter } from '../../src/grpc/subscription-rate-limiter.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { PROFILES } from '../support/grpc-settings.ts';

const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const prefix = `test-${randomUUID()}`;
const books: RedisQuotaBook[] = [];
const generic = PROFILES.get('generic') as ProviderProfile;

async function book(at: string = url): Promise<RedisQuotaBook> {
  const opened = await openRedisQuota({ url: at, prefix, timeoutMs: 1000, marginMs: 0 });
  books.push(opened);
  return opened;
}

function endpoint(token: string, limit: number, windowMs: number) {
  const openings = [
    { counts: 'subscriptions' as const, limit, windowMs },
    { counts: 'connections' as const, limit: limit + 5, windowMs },
  ];
  return { address: parseEndpoint('https://a.example', token), profile: { ...generic, openings } };
}

afterAll(async () => {
  for (const each of books) await each.close();
  const redis = new Redis(url);
  const keys = await redis.keys(`${prefix}:*`);
  expect(keys.join()).not.toContain('secret');
  if (keys.length > 0) await redis.del(...keys);
  await redis.quit();
});

test('two processes with one token share its window, another token has its own', async () => {
  const one = (await book()).quotaFor(endpoint('secret-a', 5, 60_000));
  const two = (await book()).quotaFor(endpoint('secret-a', 5, 60_000));
  const other = (await book()).quotaFor(endpoint('secret-b', 5, 60_000));
  const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? one : two)(OPENING)));
  expect(answers.filter((wait) => wait === 0).length).toBe(5);
  for (const wait of answers.filter((each) => each > 0)) expect(wait).toBeLessThanOrEqual(60_000);
  expect(await other(OPENING)).toBe(0);
});

test('what had to wait is let through when the window moves on', async () => {
  const quota = (await book()).quotaFor(endpoint('secret-c', 1, 300));
  const limiter = new SubscriptionRateLimiter({ rules: [], concurrentStreams: null, marginMs: 0 }, quota, systemClock);
  const never = new AbortController().signal;
  const start = performance.now();
  await limiter.acquire(OPENING, 'high', never);
  await limiter.acquire(OPENING, 'high', never);
  expect(performance.now() - start).toBeGreaterThanOrEqual(290);
});

test('a Redis that is out of reach is told as an error, in time', async () => {
  const quota = (await book('redis://127.0.0.1:1')).quotaFor(endpoint('secret-d', 1, 300));
  await expect(quota(OPENING)).rejects.toThrow();
});
