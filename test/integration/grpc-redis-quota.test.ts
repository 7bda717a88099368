import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { parseEndpoint } from '../../src/grpc/endpoint/endpoint.ts';
import type { ProviderProfile } from '../../src/grpc/endpoint/provider-profiles.ts';
import { openRedisQuota, type RedisQuotaBook } from '../../src/grpc/endpoint/redis-quota.ts';
import { OPENING, REWRITE, SubscriptionRateLimiter } from '../../src/grpc/endpoint/subscription-rate-limiter.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { eventually } from '../support/engine.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { PROFILES } from '../support/grpc-settings.ts';

const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const prefix = `test-${randomUUID()}`;
const books: RedisQuotaBook[] = [];
const generic = PROFILES.get('generic') as ProviderProfile;

async function book(at: string = url, leaseMs = 30_000): Promise<RedisQuotaBook> {
  const opened = await openRedisQuota({ url: at, prefix, timeoutMs: 1000, marginMs: 0, leaseMs }, systemClock);
  books.push(opened);
  return opened;
}

function endpoint(token: string, limit: number, windowMs: number, concurrentStreams: number | null = null) {
  const openings = [
    { counts: 'subscriptions' as const, limit, windowMs },
    { counts: 'connections' as const, limit: limit + 5, windowMs },
  ];
  return { address: parseEndpoint('https://a.example', token), profile: { ...generic, openings, concurrentStreams } };
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
  const waits = answers.flatMap((answer) => ('waitMs' in answer ? [answer] : []));
  expect(waits).toHaveLength(5);
  for (const { waitMs, isFull } of waits) expect([waitMs > 0 && waitMs <= 60_000, isFull]).toEqual([true, false]);
  expect(await other(OPENING)).toHaveProperty('release');
});

test('what was given back can be taken again', async () => {
  const quota = (await book()).quotaFor(endpoint('secret-e', 1, 60_000));
  const first = await quota(OPENING);
  expect(await quota(OPENING)).toHaveProperty('waitMs');
  if ('giveBack' in first) first.giveBack();
  expect(await quota(OPENING)).toHaveProperty('release');
});

test('processes share the streams that may stand; those of a process that died lapse', async () => {
  const of = (books: RedisQuotaBook) => books.quotaFor(endpoint('secret-f', 100, 60_000, 2));
  const [alive, dying] = [await book(), await book(url, 300)];
  const held = await of(alive)(OPENING);
  await of(dying)(OPENING);
  expect(await of(alive)(OPENING)).toMatchObject({ isFull: true });
  expect(await of(alive)(REWRITE)).toHaveProperty('release');
  // As long as it lives its lease is renewed: three times as long as it would hold.
  await systemClock.sleep(900, new AbortController().signal);
  expect(await of(alive)(OPENING)).toMatchObject({ isFull: true });
  await dying.close();
  expect(await of(alive)(OPENING)).toHaveProperty('release');
  if ('release' in held) held.release();
  expect(await of(alive)(OPENING)).toHaveProperty('release');
});

test('a lease that nobody renews lapses', async () => {
  // A clock that stands still renews nothing: what remains is what Redis does by itself.
  const dead = await openRedisQuota({ url, prefix, timeoutMs: 1000, marginMs: 0, leaseMs: 200 }, new FakeClock());
  books.push(dead);
  await dead.quotaFor(endpoint('secret-g', 100, 60_000, 1))(OPENING);
  const quota = (await book()).quotaFor(endpoint('secret-g', 100, 60_000, 1));
  expect(await quota(OPENING)).toMatchObject({ isFull: true });
  await eventually('lapsed', async () => 'release' in (await quota(OPENING)));
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
