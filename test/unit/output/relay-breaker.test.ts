import { createRelayBreaker } from '../../../src/output/relay-breaker.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const fail = () => Promise.reject(new Error('not confirmed'));
const work = async () => {};

test('five lost batches open it, batches are then refused unrun, and it is probed at growing intervals', async () => {
  const clock = new FakeClock();
  const states: string[] = [];
  const breaker = createRelayBreaker(clock, (state) => states.push(state));
  for (let i = 0; i < 5; i++) await expect(breaker.execute(fail)).rejects.toThrow('not confirmed');
  expect([breaker.state(), await breaker.execute(work)]).toEqual(['open', false]);
  clock.wallOffsetMs -= 7_200_000;
  await clock.advance(1_000);
  await expect(breaker.execute(fail)).rejects.toThrow('not confirmed');
  await clock.advance(1_999);
  expect(await breaker.execute(work)).toBe(false);
  await clock.advance(1);
  expect(await breaker.execute(work)).toBe(true);
  expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
});
