import { describe, expect, test } from '@jest/globals';
import { attemptsByConnection, tooManyAttempts } from '../../scripts/fault/attempts.ts';
import { type EngineEvent, EVENT_SPECS } from '../../src/telemetry/event.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { FakeClock } from '../support/fake-clock.ts';

const where = { endpoint: '127.0.0.1:1', groups: ['amm', 'external-amm'] };
const ended = (connection: string): EngineEvent => ({
  ...where,
  type: 'grpc.stream.ended',
  connection,
  reason: 'replay-gone',
  code: 11,
  detail: 'broadcast from 5 is not available',
  advice: 'going on at the oldest slot kept',
  retryMs: 250,
});
const opened = (connection: string, fromSlot: number | null): EngineEvent => ({
  ...where,
  type: 'grpc.stream.opened',
  connection,
  fromSlot,
});

/** What the engine prints of these events, one every so many milliseconds. */
function printed(events: readonly EngineEvent[], everyMs: number): string {
  const clock = new FakeClock();
  // Ten seconds before midnight.
  clock.wallOffsetMs = Date.UTC(2026, 10, 21, 23, 59, 50);
  let text = '';
  const emit = createLogger({
    level: 'info',
    format: 'text',
    redact: (line) => line,
    write: (line) => {
      text += line;
    },
    clock,
  });
  for (const event of events) {
    emit(event);
    clock.wallOffsetMs += everyMs;
  }
  return text;
}

describe('attempts by connection', () => {
  test('each stream that ended was one, and so is the one that is open', () => {
    expect(EVENT_SPECS['grpc.stream.ended'].level).toBe('warn');
    const text = printed(
      [opened('c1', null), ended('c2'), ended('c1'), ended('c2'), opened('c1', 7), opened('c1', null)],
      10,
    );
    expect([...attemptsByConnection(text)]).toEqual([
      ['c1', 2],
      ['c2', 2],
    ]);
    expect(tooManyAttempts(text)).toEqual([]);
    expect(tooManyAttempts('')).toEqual(['the engine told of no stream, so its attempts could not be counted']);
  });

  test('one connection may not use up what another leaves', () => {
    const text = printed([...Array.from({ length: 9 }, () => ended('c1')), opened('c2', null)], 1_000);
    expect(tooManyAttempts(text)).toEqual(['c1 tried 9 times within a minute, at most 8 were promised']);
  });

  test('what comes after a minute is not counted', () => {
    const text = printed(
      Array.from({ length: 12 }, () => ended('c1')),
      10_000,
    );
    expect(attemptsByConnection(text).get('c1')).toBe(6);
  });
});
