import { systemClock } from '../../../src/lib/clock.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('systemClock', () => {
  test('an aborted sleep ends at once and leaves no timer', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const abort = new AbortController();
    const sleeping = systemClock.sleep(60_000, abort.signal);
    abort.abort();
    await sleeping;
    await systemClock.sleep(60_000, abort.signal);
    expect(timers()).toBe(before);
  });
});

describe('FakeClock', () => {
  test('fires timers in order of time and lets promises run between them', async () => {
    const clock = new FakeClock();
    const log: string[] = [];
    clock.after(20, () => log.push('twenty'));
    const stop = clock.every(10, () => log.push(`tick ${clock.monotonicMs()}`));
    void clock.sleep(15, new AbortController().signal).then(() => log.push(`slept ${clock.monotonicMs()}`));
    await clock.advance(25);
    stop();
    await clock.advance(100);
    expect(log).toEqual(['tick 10', 'slept 15', 'twenty', 'tick 20']);
    expect(clock.pendingTimers).toBe(0);
  });
});
