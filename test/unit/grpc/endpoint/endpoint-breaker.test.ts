import { createEndpointBreaker } from '../../../../src/grpc/endpoint/endpoint-breaker.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const fail = () => Promise.reject(new Error('no'));

test('an endpoint that keeps failing is left alone, always for the same time, and its errors stay inside', async () => {
  const clock = new FakeClock();
  const states: string[] = [];
  const breaker = createEndpointBreaker({ failures: 2, restMs: 30_000 }, clock, (state) => states.push(state));
  expect([await breaker.run(fail), breaker.allows()]).toEqual(['opened', true]);
  expect([await breaker.run(fail), breaker.allows()]).toEqual(['opened', false]);
  for (let i = 0; i < 4; i++) {
    await clock.advance(29_999);
    // A step of the wall clock neither shortens nor lengthens the rest.
    clock.wallOffsetMs -= 7_200_000;
    expect(await breaker.run(fail)).toBe('refused');
    await clock.advance(1);
    expect(await breaker.run(fail)).toBe('opened');
  }
  await clock.advance(30_000);
  expect(await breaker.run(async () => {})).toBe('opened');
  expect(breaker.state).toBe('closed');
  expect(states.slice(-2)).toEqual(['half-open', 'closed']);
});
