import { Lifecycle, type Resource } from '../../../src/lib/lifecycle.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const never = new AbortController().signal;

function resource(name: string, log: string[], close: () => Promise<void> = async () => {}): Resource {
  return {
    name,
    close: async () => {
      log.push(name);
      await close();
    },
  };
}

describe('Lifecycle', () => {
  test('closes in the reverse order of opening, once, however often it is asked', async () => {
    const log: string[] = [];
    const lifecycle = new Lifecycle(new FakeClock());
    for (const name of ['outbox', 'relay', 'source']) lifecycle.own(resource(name, log));
    const [first, second] = await Promise.all([lifecycle.close(1000, never), lifecycle.close(1000, never)]);
    expect(log).toEqual(['source', 'relay', 'outbox']);
    expect(first).toBe(second);
    expect(first).toEqual({ closed: ['source', 'relay', 'outbox'], abandoned: [] });
  });

  test('names what did not close by the deadline and what failed, and still closes the rest', async () => {
    const log: string[] = [];
    const clock = new FakeClock();
    const lifecycle = new Lifecycle(clock);
    lifecycle.own(resource('outbox', log));
    lifecycle.own(resource('broker', log, () => new Promise(() => {})));
    lifecycle.own(resource('api', log, () => Promise.reject(new Error('socket gone'))));
    const closing = lifecycle.close(500, never);
    await clock.advance(501);
    expect(await closing).toEqual({
      closed: ['outbox'],
      abandoned: [
        { name: 'api', reason: 'socket gone' },
        { name: 'broker', reason: 'still closing at the deadline' },
      ],
    });
    expect(clock.pendingTimers).toBe(0);
  });

  test('a second signal abandons the wait at once', async () => {
    const lifecycle = new Lifecycle(new FakeClock());
    lifecycle.own(resource('broker', [], () => new Promise(() => {})));
    const abandon = new AbortController();
    const closing = lifecycle.close(60_000, abandon.signal);
    abandon.abort();
    expect((await closing).abandoned.map((a) => a.name)).toEqual(['broker']);
  });
});
