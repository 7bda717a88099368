import { createLogger, type LoggerOptions } from '../../../src/telemetry/logger.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function logger(options: Partial<LoggerOptions>) {
  const lines: string[] = [];
  const emit = createLogger({
    level: 'info',
    format: 'text',
    redact: (text) => text,
    write: (line) => lines.push(line),
    clock: new FakeClock(),
    ...options,
  });
  return { emit, lines };
}

describe('createLogger', () => {
  test('writes one readable line per event that has a text, and none for one that is only counted', () => {
    const { emit, lines } = logger({});
    emit({ type: 'api.server.listening', url: 'http://127.0.0.1:3000' });
    emit({ type: 'api.stream.opened', clients: 1 });
    expect(lines).toEqual(['22:13:20.000 info  web page and API at http://127.0.0.1:3000\n']);
  });

  test('writes JSON for collectors, with the event’s name', () => {
    const { emit, lines } = logger({ format: 'json' });
    emit({ type: 'api.request.failed', path: '/x', reason: 'boom' });
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      event: 'api.request.failed',
      text: 'request /x failed: boom',
      level: 50,
    });
  });

  test('redacts every line it writes', () => {
    const { emit, lines } = logger({ redact: (text) => text.replaceAll('hunter2', '[redacted]') });
    emit({ type: 'api.request.failed', path: '/x', reason: 'amqp://guest:hunter2@host' });
    expect(lines.join('')).not.toContain('hunter2');
  });
});
