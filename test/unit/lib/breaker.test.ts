import { type BreakerState, CircuitBreaker } from '../../../src/lib/breaker.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const HOURS_MS = 3_600_000;
const ok = async () => 'done';
const bad = async () => {
  throw new Error('no');
};

/** A breaker that three failures open, resting 1 s, then 2 s, then 4 s. */
function make() {
  const clock = new FakeClock();
  const states: BreakerState[] = [];
  const breaker = new CircuitBreaker({ failures: 3, restMs: 1_000, restMaxMs: 4_000 }, clock, (state) =>
    states.push(state),
  );
  /** How the work ended: 'done', its error's message, or 'refused' when it was not run. */
  const run = async (work: () => Promise<string>): Promise<string> => {
    const running = breaker.run(work);
    return running === null ? 'refused' : running.catch((error: unknown) => (error as Error).message);
  };
  const fail = async (times: number) => {
    for (let i = 0; i < times; i++) await run(bad);
  };
  /** Milliseconds from now until work would be let through. */
  const restMs = async () => {
    const start = clock.monotonicMs();
    while (!breaker.allows && clock.monotonicMs() - start < 60_000) await clock.advance(100);
    return clock.monotonicMs() - start;
  };
  return { clock, breaker, states, run, fail, restMs };
}

test('work ends as it ends, and only failures in a row open it', async () => {
  const { breaker, states, run, fail } = make();
  expect(await run(ok)).toBe('done');
  expect(await run(bad)).toBe('no');
  await fail(1);
  await run(ok);
  await fail(2);
  expect(breaker.state).toBe('closed');
  await fail(1);
  expect(breaker.state).toBe('open');
  expect(states).toEqual(['open']);
});

test('work that throws before it promises anything is a failure like any other', async () => {
  const { breaker, run } = make();
  const thrown = () => {
    throw new Error('at once');
  };
  for (let i = 0; i < 3; i++) expect(await run(thrown)).toBe('at once');
  expect(breaker.state).toBe('open');
});

test('open, it runs nothing until its rest is over, and a probe that succeeds closes it', async () => {
  const { clock, breaker, states, run, fail } = make();
  await fail(3);
  let runs = 0;
  const counted = async () => {
    runs++;
    return 'done';
  };
  await clock.advance(999);
  expect([await run(counted), breaker.allows, runs]).toEqual(['refused', false, 0]);
  await clock.advance(1);
  expect(breaker.allows).toBe(true);
  expect(await run(counted)).toBe('done');
  expect(states).toEqual(['open', 'half-open', 'closed']);
  await fail(2);
  expect(breaker.state).toBe('closed');
});

test('each probe that fails doubles the rest up to the maximum; success makes it short again', async () => {
  const { run, fail, restMs } = make();
  await fail(3);
  const rests: number[] = [];
  for (let i = 0; i < 4; i++) {
    rests.push(await restMs());
    await run(bad);
  }
  expect(rests).toEqual([1_000, 2_000, 4_000, 4_000]);
  await restMs();
  await run(ok);
  await fail(3);
  expect(await restMs()).toBe(1_000);
});

test('half-open, only the probe runs', async () => {
  const { clock, breaker, run, fail } = make();
  await fail(3);
  await clock.advance(1_000);
  const probe = Promise.withResolvers<string>();
  const probing = run(() => probe.promise);
  expect([breaker.state, breaker.allows, await run(ok)]).toEqual(['half-open', false, 'refused']);
  await clock.advance(10 * HOURS_MS);
  expect(await run(ok)).toBe('refused');
  probe.resolve('done');
  await probing;
  expect(await run(ok)).toBe('done');
});

test('what began before it opened neither closes it nor makes its rest longer', async () => {
  const { clock, breaker, states, run, fail } = make();
  const late = [Promise.withResolvers<string>(), Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const running = late.map(({ promise }) => run(() => promise));
  await fail(3);
  late[0]?.resolve('done');
  late[1]?.reject(new Error('late'));
  await Promise.all(running.slice(0, 2));
  expect(breaker.state).toBe('open');
  await clock.advance(1_000);
  const probe = Promise.withResolvers<string>();
  const probing = run(() => probe.promise);
  late[2]?.reject(new Error('late'));
  await running[2];
  expect(breaker.state).toBe('half-open');
  probe.resolve('done');
  await probing;
  expect(states).toEqual(['open', 'half-open', 'closed']);
});

test.each([
  ['back', -2 * HOURS_MS],
  ['forward', 2 * HOURS_MS],
])('a wall clock that is set %s while it is open changes nothing', async (_way, jumpMs) => {
  const now = Date.now;
  const { clock, fail, restMs, run } = make();
  Date.now = () => clock.wallMs();
  try {
    await fail(3);
    clock.wallOffsetMs += jumpMs;
    expect(await restMs()).toBe(1_000);
    expect(await run(ok)).toBe('done');
  } finally {
    Date.now = now;
  }
});
