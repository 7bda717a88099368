import type { StoredEvent } from '../domain/contracts.ts';
import type { BreakerState } from '../lib/breaker.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Emit } from '../telemetry/event.ts';
import type { Publisher, RelayOutbox } from './ports.ts';
import type { Breaker } from './relay-breaker.ts';
import { RelayReader } from './relay-reader.ts';
import { type Batch, RelayWindow } from './relay-window.ts';

export interface RelayOptions {
  /** Unconfirmed events under way at once. */
  readonly windowEvents: number;
  /** Events read and published as one batch. */
  readonly batchEvents: number;
  /** Connected, events under way and no confirm for this long: the connection is made anew. */
  readonly stallMs: number;
  /** Pause after a batch that was not confirmed whole. */
  readonly retryMs: number;
}

export interface RelayStats {
  readonly inFlight: number;
  readonly pending: number;
  readonly breaker: BreakerState;
  readonly publisher: string;
}

const WATCH_MS = 1_000;

/**
 * Carries the outbox to the broker, in order, as fast as confirms come back. It has no truth of its own: whatever is not confirmed
 * is read from the outbox again and sent again, and consumers know it by its id. It never publishes while the way is not open.
 */
export class Relay {
  readonly name = 'relay';
  readonly #outbox: RelayOutbox;
  readonly #publisher: Publisher;
  readonly #breaker: Breaker;
  readonly #options: RelayOptions;
  readonly #clock: Clock;
  readonly #emit: Emit;
  readonly #window: RelayWindow;
  readonly #reader: RelayReader;
  readonly #stop = new AbortController();
  readonly #unsubscribe: (() => void)[] = [];
  #wakeUp: () => void = () => {};
  #running: Promise<void> = Promise.resolve();
  #closing: Promise<void> | null = null;
  #retryAtMs = 0;
  #lastConfirmMs = 0;

  constructor(
    outbox: RelayOutbox,
    publisher: Publisher,
    breaker: Breaker,
    options: RelayOptions,
    parts: { readonly clock: Clock; readonly emit: Emit },
  ) {
    this.#outbox = outbox;
    this.#publisher = publisher;
    this.#breaker = breaker;
    this.#options = options;
    this.#clock = parts.clock;
    this.#emit = parts.emit;
    this.#window = new RelayWindow(outbox.confirmedThrough());
    this.#reader = new RelayReader(outbox, parts);
  }

  start(): void {
    const wake = () => this.#wakeUp();
    this.#unsubscribe.push(
      this.#outbox.onAppend(wake),
      this.#publisher.onState((state) => {
        // Nothing could be confirmed while the broker refused messages: its silence begins now.
        if (state === 'ready') this.#lastConfirmMs = this.#clock.monotonicMs();
        wake();
      }),
      this.#clock.every(WATCH_MS, () => this.#watch()),
    );
    this.#running = this.#run();
  }

  stats(): RelayStats {
    return {
      inFlight: this.#window.inFlight,
      pending: this.#outbox.lastSequence() - this.#outbox.confirmedThrough(),
      breaker: this.#breaker.state(),
      publisher: this.#publisher.state(),
    };
  }

  /**
   * Waits until the broker has everything, the signal aborts, or the broker is away or the outbox not readable (then waiting would help
   * nobody). Tells how many events it leaves in the outbox for the next start.
   */
  async drain(signal: AbortSignal): Promise<{ readonly left: number }> {
    const left = () => this.#outbox.lastSequence() - this.#outbox.confirmedThrough();
    const mayGoOn = () => this.#publisher.state() === 'ready' && !this.#reader.isFailing;
    while (left() > 0 && !signal.aborted && mayGoOn()) {
      await this.#clock.sleep(10, signal);
    }
    this.#emit({ type: 'output.relay.drained', left: left() });
    return { left: left() };
  }

  /** Drains, then stops reading the outbox. What is under way may still be confirmed and is then remembered. */
  close(signal: AbortSignal): Promise<void> {
    this.#closing ??= this.#close(signal);
    return this.#closing;
  }

  async #close(signal: AbortSignal): Promise<void> {
    await this.drain(signal);
    this.#stop.abort();
    this.#wakeUp();
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      if (this.#window.mustRewind) this.#window.rewind(this.#outbox.confirmedThrough());
      const limit = this.#sendable();
      if (limit === 0) await this.#wait();
      else this.#send(limit);
    }
  }

  /** How many events may be read and published now. */
  #sendable(): number {
    const isProving = this.#breaker.state() !== 'closed';
    if (this.#publisher.state() !== 'ready' || this.#window.hasFailed) return 0;
    if (isProving && this.#window.batches > 0) return 0;
    if (this.#window.readThrough >= this.#outbox.lastSequence() || this.#clock.monotonicMs() < this.#retryAtMs)
      return 0;
    // One event proves as much as a window: where one queue of several refuses, the others get a copy of all that is tried.
    if (isProving) return 1;
    return Math.min(this.#options.batchEvents, this.#options.windowEvents - this.#window.inFlight);
  }

  #send(limit: number): void {
    const read = this.#reader.read(this.#window.readThrough, limit);
    if (read === null) {
      this.#retryAtMs = this.#reader.retryAtMs;
      return;
    }
    const batch = this.#window.open(read.events, read.through);
    if (this.#window.inFlight === batch.events.length) this.#lastConfirmMs = this.#clock.monotonicMs();
    const startMs = this.#clock.monotonicMs();
    // Confirmed before, or damaged: what is not sent proves nothing about the broker.
    if (batch.events.length === 0) {
      this.#confirmed(batch, startMs);
      return;
    }
    this.#breaker
      .execute(() => this.#publish(batch))
      .then(
        (wasRun) => (wasRun ? this.#confirmed(batch, startMs) : this.#postpone(batch)),
        (error: unknown) => this.#rejected(batch, error),
      )
      .finally(() => this.#wakeUp());
  }

  /** Resolves when every event of the batch is confirmed; rejects, once all have their answer, when one was not. */
  #publish(batch: Batch): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let open = batch.events.length;
    let failure: Error | null = null;
    const answered = (event: StoredEvent, error: Error | null) => {
      if (error === null) {
        this.#window.confirmed(event.sequence);
        this.#lastConfirmMs = this.#clock.monotonicMs();
      } else failure ??= error;
      if (--open === 0) failure === null ? resolve() : reject(failure);
    };
    for (const event of batch.events) this.#publisher.publish(event, (error) => answered(event, error));
    return promise;
  }

  #confirmed(batch: Batch, startMs: number): void {
    const through = this.#window.close(batch);
    if (through > this.#outbox.confirmedThrough()) this.#outbox.confirm(through);
    const latencyMs = this.#clock.monotonicMs() - startMs;
    if (batch.events.length > 0) this.#emit({ type: 'output.batch.confirmed', events: batch.events.length, latencyMs });
  }

  #rejected(batch: Batch, error: unknown): void {
    const isFirst = !this.#window.hasFailed;
    this.#postpone(batch);
    // One lost connection fails every batch under way; it is told once.
    if (isFirst) this.#emit({ type: 'output.batch.rejected', events: batch.events.length, reason: messageOf(error) });
  }

  #postpone(batch: Batch): void {
    this.#window.fail(batch);
    this.#retryAtMs = this.#clock.monotonicMs() + this.#options.retryMs;
  }

  /** Until something happens. The pause after a failure and the breaker's own wait end without an event, hence the limit. */
  async #wait(): Promise<void> {
    const wake = new AbortController();
    this.#wakeUp = () => wake.abort();
    const mustLook = this.#breaker.state() !== 'closed' || this.#clock.monotonicMs() < this.#retryAtMs;
    await this.#clock.sleep(mustLook ? this.#options.retryMs : WATCH_MS, wake.signal);
  }

  #watch(): void {
    const silentMs = this.#clock.monotonicMs() - this.#lastConfirmMs;
    const inFlight = this.#window.inFlight;
    if (this.#publisher.state() !== 'ready' || inFlight === 0 || silentMs < this.#options.stallMs) return;
    this.#emit({ type: 'output.relay.stalled', inFlight, silentMs });
    this.#publisher.reconnect(`no confirm for ${Math.round(silentMs / 1000)} s`);
    this.#lastConfirmMs = this.#clock.monotonicMs();
  }
}
