import { describe, expect, test } from '@jest/globals';
import { EngineError } from '../../../src/lib/errors.ts';
import { supervise } from '../../../src/recovery/supervisor.ts';
import type { EngineEvent } from '../../../src/telemetry/event.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const options = { backoff: { initialMs: 1_000, maxMs: 4_000 }, settledMs: 60_000, attemptsMax: 3 };

function trial(run: (start: number, clock: FakeClock, signal: AbortSignal) => Promise<void>) {
  const clock = new FakeClock();
  const events: EngineEvent[] = [];
  const stop = new AbortController();
  let starts = 0;
  const worker = { name: 'pipeline', run: (signal: AbortSignal) => run(++starts, clock, signal) };
  const parts = { clock, random: () => 0.5, emit: (event: EngineEvent) => events.push(event) };
  const done = supervise(worker, options, parts, stop.signal).then(
    () => 'stopped',
    (error: EngineError) => error.code,
  );
  return { clock, events, stop, done, starts: () => starts };
}

describe('supervisor', () => {
  test('starts again what ended, with growing waits, and stops when asked', async () => {
    const { clock, stop, done, starts } = trial(async (start, _clock, signal) => {
      if (start < 3) throw new Error('broken');
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    });
    await clock.advance(499);
    expect(starts()).toBe(1);
    await clock.advance(1);
    expect(starts()).toBe(2);
    await clock.advance(1_000);
    expect(starts()).toBe(3);
    stop.abort();
    expect(await done).toBe('stopped');
  });

  test('gives up after too many early ends in a row, and says so', async () => {
    const { clock, done, events, starts } = trial(async () => {
      throw new Error('broken');
    });
    await clock.advance(60_000);
    expect(await done).toBe('RECOVERY_GAVE_UP');
    expect(starts()).toBe(4);
    expect(events.at(-1)).toMatchObject({ type: 'recovery.worker.gaveUp', worker: 'pipeline' });
  });

  test('ends after a long run are not counted together', async () => {
    const { clock, done, stop, starts } = trial(async (_start, clock, signal) => {
      await clock.sleep(61_000, signal);
    });
    await clock.advance(61_500 * 10);
    expect(starts()).toBeGreaterThanOrEqual(10);
    stop.abort();
    expect(await done).toBe('stopped');
  });

  test('what an operator has to mend is not tried again', async () => {
    const { done, starts } = trial(async () => {
      throw new EngineError('OUTPUT_LOCKED', 'another engine holds the outbox');
    });
    expect(await done).toBe('RECOVERY_GAVE_UP');
    expect(starts()).toBe(1);
  });
});
