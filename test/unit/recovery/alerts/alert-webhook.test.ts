import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../../src/lib/clock.ts';
import type { AlertNews } from '../../../../src/recovery/alerts/alert-book.ts';
import { AlertWebhook } from '../../../../src/recovery/alerts/alert-webhook.ts';
import type { EngineEvent } from '../../../../src/telemetry/event.ts';
import { scriptedServer } from '../../../support/http-script.ts';

const news: AlertNews = {
  what: 'raised',
  alert: {
    key: 'broker',
    severity: 'warning',
    message: 'away, token s3cret',
    sinceMs: 1,
    lastMs: 1,
    count: 1,
    clearedMs: null,
  },
};
const never = new AbortController().signal;

describe('alert webhook', () => {
  test('posts an alert as JSON without secrets, and again when the far side fails', async () => {
    let calls = 0;
    const server = await scriptedServer(() => ({ status: ++calls < 3 ? 500 : 200, body: '' }));
    const events: EngineEvent[] = [];
    const redact = (text: string) => text.replaceAll('s3cret', '***');
    const options = { url: server.url, timeoutMs: 1_000, attempts: 3, redact };
    const webhook = new AlertWebhook(
      options,
      systemClock,
      () => 0,
      (event) => events.push(event),
    );
    webhook.post(news);
    await webhook.close(never);
    await server.close();
    expect(JSON.parse(server.bodies[2] ?? '')).toMatchObject({
      what: 'raised',
      key: 'broker',
      text: 'away, token ***',
    });
    expect([calls, events]).toEqual([3, []]);
  });

  test('a far side that stays broken is counted, not waited for', async () => {
    const server = await scriptedServer(() => ({ status: 500, body: '' }));
    const events: EngineEvent[] = [];
    const options = { url: server.url, timeoutMs: 1_000, attempts: 2, redact: (text: string) => text };
    const webhook = new AlertWebhook(
      options,
      systemClock,
      () => 0,
      (event) => events.push(event),
    );
    for (let i = 0; i < 150; i++) webhook.post(news);
    expect(events.length).toBeGreaterThanOrEqual(49);
    const stop = new AbortController();
    stop.abort();
    await webhook.close(stop.signal);
    await server.close();
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['recovery.webhook.failed']));
  });

  test('a stop waits for no pause between attempts, and only a moment for an answer', async () => {
    const server = await scriptedServer(() => ({ status: 500, body: '' }));
    const events: EngineEvent[] = [];
    const options = { url: server.url, timeoutMs: 1_000, attempts: 5, redact: (text: string) => text };
    const pauses: number[] = [];
    const clock = {
      ...systemClock,
      sleep: (ms: number, signal: AbortSignal) => {
        if (!signal.aborted) pauses.push(ms);
        return systemClock.sleep(ms, signal);
      },
    };
    const webhook = new AlertWebhook(
      options,
      clock,
      () => 0.999,
      (event) => events.push(event),
    );
    for (let i = 0; i < 3; i++) webhook.post(news);
    await webhook.close(never);
    await server.close();
    expect([server.bodies.length, pauses, events.length]).toEqual([15, [], 3]);
  });
});
