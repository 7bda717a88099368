import type { Sink } from '../domain/contracts.ts';
import type { Cursor } from '../domain/cursor.ts';
import type { DomainEvent } from '../domain/domain-event.ts';
import { slotRetractedEvent } from '../domain/stream-events.ts';
import { type BackoffOptions, fullJitterBackoff } from '../lib/backoff.ts';
import type { Clock } from '../lib/clock.ts';
import { EngineError, messageOf } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';
import type { Emit } from '../telemetry/event.ts';
import type { Appendable } from './processing-layer.ts';

export interface AppenderOptions {
  /** A cursor that moved without events is made durable at most this often. */
  readonly cursorIntervalMs: number;
  readonly retry: BackoffOptions;
}

/** Batches that may wait for the sink at once: monitors work on while the disk writes, and what waits shares its next write. */
export const APPENDS_UNDER_WAY = 8;

const DEAD_REASON = 'the slot died on a fork';

const NOTHING: Appendable = { events: [], dead: [], checkpoint: null, receivedAtMs: null };

interface Waiting {
  readonly batch: Appendable;
  readonly signal: AbortSignal;
  readonly resolve: (isDurable: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes batches durable in their order; what arrives while one write is under way shares the next, so a slow disk makes larger writes, not
 * a longer queue. The cursor handed to the sink never passes an event that was not appended, nor a retraction that is not durable: what
 * the sink does not take is offered again, and until then nothing else is.
 */
export class Appender {
  readonly #options: AppenderOptions;
  readonly #sink: Sink;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #emit: Emit;
  /** The last cursor that is durable, and the one that waits for events or for its interval. */
  #durable: number | null;
  #waiting: number | null;
  #appendedAtMs = Number.NEGATIVE_INFINITY;
  #queue: Waiting[] = [];
  #isWriting = false;
  /** What ended it for good; nothing is written after it, or the cursor would pass what was not. */
  #failure: { readonly error: unknown } | null = null;
  events = 0;

  constructor(options: AppenderOptions, sink: Sink, clock: Clock, random: Random, emit: Emit) {
    this.#options = options;
    this.#sink = sink;
    this.#clock = clock;
    this.#random = random;
    this.#emit = emit;
    this.#durable = null;
    this.#waiting = null;
  }

  get cursor(): Cursor | null {
    return this.#durable === null ? null : { slot: this.#durable };
  }

  /** Where the sink stands before the first batch. */
  resume(from: Cursor | null): void {
    this.#durable = from?.slot ?? null;
  }

  /** True when the batch is durable, false when it was given up because the signal aborted. */
  append(batch: Appendable, signal: AbortSignal): Promise<boolean> {
    if (this.#failure !== null) return Promise.reject(this.#failure.error);
    return new Promise((resolve, reject) => {
      this.#queue.push({ batch, signal, resolve, reject });
      if (!this.#isWriting) void this.#drainQueue();
    });
  }

  async #drainQueue(): Promise<void> {
    this.#isWriting = true;
    for (let run = this.#takeRun(); run.length > 0; run = this.#takeRun()) {
      try {
        const isDurable = await this.#append(merged(run), (run[0] as Waiting).signal);
        for (const { resolve } of run) resolve(isDurable);
      } catch (error) {
        // What failed for good is an end: whatever waits behind it, or still comes, may not be written past it.
        this.#failure = { error };
        for (const { reject } of [...run, ...this.#queue.splice(0)]) reject(error);
      }
    }
    this.#isWriting = false;
  }

  /** The batches that may share a write: all that wait, up to one that takes back a dead slot, which stands alone. */
  #takeRun(): readonly Waiting[] {
    const barrier = this.#queue.findIndex(({ batch }) => batch.dead.length > 0);
    const length = barrier < 0 ? this.#queue.length : Math.max(1, barrier);
    return this.#queue.splice(0, length);
  }

  async #append(batch: Appendable, signal: AbortSignal): Promise<boolean> {
    const { events, dead } = batch;
    if (dead.length > 0) {
      // Retractions take back what is already told, so the batch's own events come first; the cursor moves only after both.
      if (events.length > 0) await this.#write(batch, false, signal);
      const retracted: DomainEvent[] = [];
      for (const slot of dead) await this.#retract(slot, retracted, signal);
      this.#advance(batch.checkpoint);
      if (retracted.length > 0 || this.#waiting !== null) {
        await this.#write({ ...batch, events: retracted }, true, signal);
      }
    } else {
      this.#advance(batch.checkpoint);
      if (events.length > 0 || this.#isCursorDue()) await this.#write(batch, true, signal);
    }
    // A write that was given up came back because the signal aborted, and then nothing after it was written either.
    return !signal.aborted;
  }

  /** Makes a cursor durable that still waits for its interval. */
  async flush(signal: AbortSignal): Promise<void> {
    if (this.#waiting === null || this.#failure !== null) return;
    await this.#write(NOTHING, true, signal);
  }

  #advance(checkpoint: number | null): void {
    if (checkpoint !== null && checkpoint > (this.#waiting ?? this.#durable ?? -1)) this.#waiting = checkpoint;
  }

  #isCursorDue(): boolean {
    return this.#waiting !== null && this.#clock.monotonicMs() - this.#appendedAtMs >= this.#options.cursorIntervalMs;
  }

  async #write(batch: Appendable, withCursor: boolean, signal: AbortSignal): Promise<void> {
    const through = withCursor ? this.#waiting : null;
    const startedAtMs = this.#clock.monotonicMs();
    const written = await this.#insist(
      () => this.#sink.append(batch.events, through === null ? null : { slot: through }),
      signal,
    );
    if (written === undefined) return;
    this.#appendedAtMs = this.#clock.monotonicMs();
    this.events += batch.events.length;
    if (through !== null) {
      this.#durable = through;
      this.#waiting = null;
    }
    this.#emit({
      type: 'pipeline.batch.appended',
      events: batch.events.length,
      slot: through,
      durationMs: this.#appendedAtMs - startedAtMs,
      latencyMs: batch.receivedAtMs === null ? null : this.#appendedAtMs - batch.receivedAtMs,
    });
  }

  /** Adds what is to be told of the slot, once its events are taken back; nothing of a slot that had none. */
  async #retract(slot: number, retracted: DomainEvent[], signal: AbortSignal): Promise<void> {
    const result = await this.#insist(() => this.#sink.retractSlot(slot, DEAD_REASON), signal);
    if (result === undefined || result.value === 0) return;
    retracted.push(slotRetractedEvent(slot, result.value, DEAD_REASON, Math.floor(this.#clock.wallMs())));
    this.#emit({ type: 'pipeline.slot.retracted', slot, events: result.value ?? 0 });
  }

  /** Undefined when the signal aborted before the sink took it: then nothing after it may be written either. */
  async #insist<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<{ readonly value: T } | undefined> {
    let backoff = fullJitterBackoff(this.#options.retry, this.#random);
    for (;;) {
      if (signal.aborted) return undefined;
      try {
        return await orAborted(attempt(), signal);
      } catch (error) {
        if (!(error instanceof EngineError) || !error.retryable) throw error;
        this.#emit({ type: 'pipeline.append.failed', reason: messageOf(error), retryMs: backoff.delayMs });
        await this.#clock.sleep(backoff.delayMs, signal);
        backoff = backoff.next();
      }
    }
  }
}

/** The promise's value, or undefined as soon as the signal aborts; what was under way is left to itself. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<{ readonly value: T } | undefined> {
  let onAbort = (): void => {};
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise.then((value) => ({ value })), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function merged(run: readonly Waiting[]): Appendable {
  const batches = run.map(({ batch }) => batch);
  const [only] = batches;
  if (batches.length === 1 && only !== undefined) return only;
  const checkpoints = batches.flatMap(({ checkpoint }) => (checkpoint === null ? [] : [checkpoint]));
  return {
    events: batches.flatMap(({ events }) => events),
    dead: [],
    checkpoint: checkpoints.length === 0 ? null : Math.max(...checkpoints),
    // The oldest: latency is told of what waited longest.
    receivedAtMs: batches.find(({ receivedAtMs }) => receivedAtMs !== null)?.receivedAtMs ?? null,
  };
}
