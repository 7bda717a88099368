import { request } from 'undici';
import { fullJitterBackoff } from '../../lib/backoff.ts';
import { BoundedQueue } from '../../lib/bounded-queue.ts';
import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Random } from '../../lib/random.ts';
import type { Emit } from '../../telemetry/event.ts';
import type { AlertNews } from './alert-book.ts';

export interface AlertWebhookOptions {
  readonly url: string;
  readonly timeoutMs: number;
  readonly attempts: number;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

const PREFIX: Readonly<Record<AlertNews['what'], string>> = {
  raised: '',
  cleared: 'over: ',
  evicted: 'not watched any more, there are too many alerts: ',
  refused: 'not watched, there are too many alerts: ',
};

const WAITING_MAX = 100;
/** What a stop grants a far side that does not answer: alerts stand in the log as well, events wait for nobody. */
const CLOSING_MS = 1_500;

/** Posts alerts, one after the other, each a bounded number of times. It holds nothing up: what does not fit or fails is counted. */
export class AlertWebhook {
  readonly name = 'alert webhook';
  readonly #options: AlertWebhookOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #emit: Emit;
  readonly #queue = new BoundedQueue<AlertNews>(WAITING_MAX);
  readonly #stop = new AbortController();
  /** From now on no pause between attempts. */
  readonly #hurry = new AbortController();
  #running: Promise<void> | null = null;

  constructor(options: AlertWebhookOptions, clock: Clock, random: Random, emit: Emit) {
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
    this.#emit = emit;
  }

  post(news: AlertNews): void {
    this.#running ??= this.#run();
    if (!this.#queue.tryPush(news)) this.#failed('too many alerts wait; this one was left out');
  }

  /** Sends what waits without pauses, for a moment or until the signal aborts; what is left then is counted as failed. */
  async close(signal: AbortSignal): Promise<void> {
    this.#queue.close();
    this.#hurry.abort();
    if (signal.aborted) this.#stop.abort();
    signal.addEventListener('abort', () => this.#stop.abort(), { once: true });
    const cancel = this.#clock.after(CLOSING_MS, () => this.#stop.abort());
    await this.#running;
    cancel();
  }

  async #run(): Promise<void> {
    for (;;) {
      const news = await this.#queue.take(this.#stop.signal);
      if (news === undefined) return;
      await this.#send(this.#body(news));
    }
  }

  async #send(body: string): Promise<void> {
    let backoff = fullJitterBackoff({ initialMs: 500, maxMs: 10_000 }, this.#random);
    for (let attempt = 1; ; attempt++) {
      const reason = await this.#sendOnce(body);
      if (reason === null) return;
      if (attempt >= this.#options.attempts || this.#stop.signal.aborted) return this.#failed(reason);
      await this.#clock.sleep(backoff.delayMs, this.#hurry.signal);
      backoff = backoff.next();
    }
  }

  async #sendOnce(body: string): Promise<string | null> {
    try {
      const answer = await request(this.#options.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(this.#options.timeoutMs)]),
      });
      await answer.body.dump();
      return answer.statusCode < 300 ? null : `it answered ${answer.statusCode}`;
    } catch (error) {
      return messageOf(error);
    }
  }

  #body(news: AlertNews): string {
    const { what, alert } = news;
    const text = `${PREFIX[what]}${alert.message}`;
    return this.#options.redact(JSON.stringify({ what, text, ...alert }));
  }

  #failed(reason: string): void {
    this.#emit({ type: 'recovery.webhook.failed', reason: this.#options.redact(reason) });
  }
}
