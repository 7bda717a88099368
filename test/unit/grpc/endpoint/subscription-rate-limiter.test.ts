import { join } from 'node:path';
import type { Priority } from '../../../../src/domain/interest.ts';
import { readProviderProfiles } from '../../../../src/grpc/endpoint/provider-profiles.ts';
import {
  type Cost,
  OPENING,
  type OpeningRule,
  type Permit,
  REWRITE,
  type SharedGrant,
  type SharedQuota,
  SubscriptionRateLimiter,
  UNARY,
  withHeadroom,
} from '../../../../src/grpc/endpoint/subscription-rate-limiter.ts';
import { seededRandom } from '../../../../src/lib/random.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const PLAN_RULE: OpeningRule = { counts: 'subscriptions', limit: 100, windowMs: 60_000 };
const never = new AbortController().signal;

function limiter(
  clock: FakeClock,
  rules: readonly OpeningRule[],
  concurrentStreams: number | null = null,
  marginMs = 0,
) {
  return new SubscriptionRateLimiter({ rules, concurrentStreams, marginMs }, null, clock);
}

test('lets the window through, then makes the next wait until the first permit leaves it', async () => {
  const clock = new FakeClock();
  const limit = limiter(clock, [PLAN_RULE]);
  for (let i = 0; i < 100; i++) expect(await limit.acquire(OPENING, 'high', never)).not.toBeNull();
  expect(limit.remaining()).toBe(0);
  let granted = false;
  void limit.acquire(OPENING, 'high', never).then(() => {
    granted = true;
  });
  await clock.advance(59_999);
  expect(granted).toBe(false);
  await clock.advance(1);
  expect(granted).toBe(true);
});

test('the important ones go first, whoever came first', async () => {
  const clock = new FakeClock();
  const limit = limiter(clock, [{ counts: 'subscriptions', limit: 1, windowMs: 1000 }]);
  await limit.acquire(OPENING, 'low', never);
  const order: Priority[] = [];
  for (const priority of ['low', 'medium', 'high', 'low', 'high'] as const) {
    void limit.acquire(OPENING, priority, never).then(() => order.push(priority));
  }
  await clock.advance(10_000);
  expect(order).toEqual(['high', 'high', 'medium', 'low', 'low']);
});

test('a wait ends with its signal and uses nothing up', async () => {
  const clock = new FakeClock();
  const limit = limiter(clock, [{ counts: 'subscriptions', limit: 1, windowMs: 1000 }]);
  await limit.acquire(OPENING, 'high', never);
  const stop = new AbortController();
  const waiting = limit.acquire(OPENING, 'high', stop.signal);
  const behind = limit.acquire(OPENING, 'low', never);
  stop.abort();
  expect(await waiting).toBeNull();
  await clock.advance(1000);
  expect(await behind).not.toBeNull();
  expect(limit.waiting).toBe(0);
});

test('a refusal of the provider holds everybody back', async () => {
  const clock = new FakeClock();
  const limit = limiter(clock, [PLAN_RULE]);
  limit.block(5000);
  expect(limit.remaining()).toBe(0);
  let granted = false;
  void limit.acquire(OPENING, 'high', never).then(() => {
    granted = true;
  });
  await clock.advance(4999);
  expect(granted).toBe(false);
  await clock.advance(1);
  expect(granted).toBe(true);
});

test('who waits for a stream to close does not hold up the rewrite that closes one', async () => {
  const clock = new FakeClock();
  const limit = limiter(clock, [PLAN_RULE], 1);
  const first = (await limit.acquire(OPENING, 'low', never)) as Permit;
  let opened = false;
  void limit.acquire(OPENING, 'high', never).then(() => {
    opened = true;
  });
  expect(await limit.acquire(REWRITE, 'low', never)).not.toBeNull();
  expect(opened).toBe(false);
  first.release();
  first.release();
  await clock.advance(0);
  expect(opened).toBe(true);
  // Released twice, it made room for one.
  expect(limit.hasStreamRoom).toBe(false);
});

test('a shared book that is out of reach leaves the own windows in force', async () => {
  const clock = new FakeClock();
  const limit = new SubscriptionRateLimiter(
    { rules: [{ counts: 'subscriptions', limit: 1, windowMs: 1000 }], concurrentStreams: null, marginMs: 0 },
    async () => {
      throw new Error('no Redis');
    },
    clock,
  );
  expect(await limit.acquire(OPENING, 'high', never)).not.toBeNull();
  let second = false;
  void limit.acquire(OPENING, 'high', never).then(() => {
    second = true;
  });
  await clock.advance(999);
  expect(second).toBe(false);
  await clock.advance(1);
  expect(second).toBe(true);
});

/** What a shared book answers when it took the cost; notes what becomes of it. */
function taken(told: string[]): SharedGrant {
  return { giveBack: () => void told.push('given back'), release: () => void told.push('released') };
}

function shared(clock: FakeClock, quota: SharedQuota) {
  return new SubscriptionRateLimiter({ rules: [PLAN_RULE], concurrentStreams: null, marginMs: 0 }, quota, clock);
}

test('an ask that was called off while the shared book was asked is given back', async () => {
  const clock = new FakeClock();
  const told: string[] = [];
  const answer = Promise.withResolvers<SharedGrant>();
  const limit = shared(clock, () => answer.promise);
  const stop = new AbortController();
  const waiting = limit.acquire(OPENING, 'high', stop.signal);
  stop.abort();
  expect(await waiting).toBeNull();
  answer.resolve(taken(told));
  await clock.advance(0);
  expect(told).toEqual(['given back']);
  expect(limit.remaining()).toBe(100);
});

test('a stream that closes is told to the shared book, once', async () => {
  const clock = new FakeClock();
  const told: string[] = [];
  const permit = await shared(clock, async () => taken(told)).acquire(OPENING, 'high', never);
  permit?.release();
  permit?.release();
  expect(told).toEqual(['released']);
});

test('streams that other processes hold keep no rewrite waiting', async () => {
  const clock = new FakeClock();
  let isFull = true;
  const limit = shared(clock, async (cost) =>
    cost.holdsStream && isFull ? { waitMs: 1000, isFull: true } : taken([]),
  );
  let opened = false;
  void limit.acquire(OPENING, 'high', never).then(() => {
    opened = true;
  });
  await clock.advance(100);
  expect(await limit.acquire(REWRITE, 'low', never)).not.toBeNull();
  await clock.advance(5000);
  expect(opened).toBe(false);
  isFull = false;
  await clock.advance(1000);
  expect(opened).toBe(true);
});

test('a process leaves headroom in the windows, and never nothing for itself', () => {
  const rules: readonly OpeningRule[] = [PLAN_RULE, { counts: 'connections', limit: 1, windowMs: 10_000 }];
  expect(withHeadroom(rules, 80).map(({ limit }) => limit)).toEqual([80, 1]);
  expect(withHeadroom(rules, 100)).toEqual(rules);
});

test('a shared book that says wait is asked again', async () => {
  const clock = new FakeClock();
  const answers = [{ waitMs: 500, isFull: false }, taken([])];
  const limit = new SubscriptionRateLimiter(
    { rules: [PLAN_RULE], concurrentStreams: null, marginMs: 0 },
    async () => answers.shift() ?? taken([]),
    clock,
  );
  let granted = false;
  void limit.acquire(OPENING, 'high', never).then(() => {
    granted = true;
  });
  await clock.advance(499);
  expect(granted).toBe(false);
  await clock.advance(1);
  expect(granted).toBe(true);
});

/** What was let through, with nothing in common with the limiter's own book. */
interface Granted {
  readonly atMs: number;
  readonly cost: Cost;
}

function worstWindow(granted: readonly Granted[], rule: OpeningRule): number {
  let worst = 0;
  for (let end = 0; end < granted.length; end++) {
    let sum = 0;
    const endMs = (granted[end] as Granted).atMs;
    for (let i = end; i >= 0 && (granted[i] as Granted).atMs > endMs - rule.windowMs; i--) {
      sum += (granted[i] as Granted).cost[rule.counts];
    }
    worst = Math.max(worst, sum);
  }
  return worst;
}

const PROFILES = [
  ...readProviderProfiles(join(import.meta.dirname, '..', '..', '..', '..', 'config', 'providers')).values(),
];
const COSTS = [OPENING, REWRITE, UNARY];
const PRIORITIES: readonly Priority[] = ['high', 'medium', 'low'];

async function schedule(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const profile = pick(PROFILES);
  // A tenth of the limits: the windows are full soon, which is where they could break.
  const rules = profile.openings.map((rule) => ({
    ...rule,
    limit: Math.max(1, Math.floor(rule.limit / (random() < 0.8 ? 20 : 1))),
  }));
  const streams = profile.concurrentStreams === null ? null : Math.max(1, Math.min(3, profile.concurrentStreams));
  const clock = new FakeClock();
  const limit = limiter(clock, rules, streams, pick([0, 500]));
  const granted: Granted[] = [];
  const held: Permit[] = [];
  let standing = 0;
  const steps = 6 + Math.floor(random() * 14);
  for (let step = 0; step < steps; step++) {
    const action = random();
    if (action < 0.6) {
      const cost = pick(COSTS);
      const stop = new AbortController();
      void limit.acquire(cost, pick(PRIORITIES), stop.signal).then((permit) => {
        if (permit === null) return;
        granted.push({ atMs: clock.monotonicMs(), cost });
        if (!cost.holdsStream) return;
        standing++;
        if (streams !== null && standing > streams)
          throw new Error(`seed ${seed}: ${standing} streams stand, ${streams} may`);
        held.push(permit);
      });
      if (random() < 0.1) stop.abort();
    } else if (action < 0.75 && held.length > 0) {
      standing--;
      held.splice(Math.floor(random() * held.length), 1)[0]?.release();
    } else if (action < 0.8) limit.block(random() * 5000);
    else await clock.advance(random() * pick([10, 1000, 30_000, 70_000]));
  }
  await clock.advance(200_000);
  for (const rule of rules) {
    const worst = worstWindow(granted, rule);
    if (worst > rule.limit)
      throw new Error(`seed ${seed}, ${profile.name}: ${worst} ${rule.counts} in a window of ${rule.limit}`);
  }
  if (clock.pendingTimers > 0 && limit.waiting === 0) throw new Error(`seed ${seed}: a timer is left`);
}

test('10,000 random schedules of openings, rewrites, closings and refusals break no window of any profile', async () => {
  for (let seed = 1; seed <= 10_000; seed++) await schedule(seed);
}, 60_000);
