import type { Clock } from '../../lib/clock.ts';
import { EngineError, messageOf } from '../../lib/errors.ts';
import type { NewRecord } from './store.ts';

export interface GroupCommitOptions {
  /** Waiting records that are written at once. */
  readonly records: number;
  /** Longest that less than that waits for company. */
  readonly intervalMs: number;
  /** Records that may wait before a further append waits for room itself. */
  readonly waitingMax: number;
  /** First and longest wait before a commit that could not be made is tried again. */
  readonly retryInitialMs: number;
  readonly retryMaxMs: number;
}

/** Makes everything given to it durable in one transaction, or throws. */
export type Write = (records: readonly NewRecord[], cursor: number | null) => void;

export interface GroupCommitEvents {
  held(reason: string, waiting: number): void;
  resumed(afterMs: number): void;
}

/** Commits that follow one another without a pause keep everything else of the process waiting; after this long there is one. */
const BREATH_MS = 20;

interface Append {
  readonly records: readonly NewRecord[];
  readonly cursor: number | null;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets appends share a commit. A quiet stream is written at once; a busy one so that commits take a third of the time at most, unless
 * the interval or `records` says earlier: a slow disk makes larger commits by itself. When the disk is full it keeps what waits, in order, and tries again: its callers wait, and through them the stream.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #write: Write;
  readonly #events: GroupCommitEvents;
  readonly #clock: Clock;
  #waiting: Append[] = [];
  #waitingRecords = 0;
  #running: Promise<void> | null = null;
  #wake = new AbortController();
  #stopped: EngineError | null = null;
  #lastCommitMs = Number.NEGATIVE_INFINITY;
  #restMs = 0;
  #breathedMs = 0;

  constructor(options: GroupCommitOptions, write: Write, events: GroupCommitEvents, clock: Clock) {
    this.#options = options;
    this.#write = write;
    this.#events = events;
    this.#clock = clock;
  }

  /** Resolves once the records and the cursor are durable. */
  async append(records: readonly NewRecord[], cursor: number | null): Promise<void> {
    while (this.#waitingRecords > 0 && this.#waitingRecords + records.length > this.#options.waitingMax) {
      await this.#running;
    }
    if (this.#stopped !== null) throw this.#stopped;
    return new Promise<void>((resolve, reject) => {
      this.#waiting.push({ records, cursor, resolve, reject });
      this.#waitingRecords += records.length;
      if (this.#waitingRecords >= this.#options.records) this.#wake.abort();
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits any more; what a full disk keeps back waits with it. */
  async flush(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  /** What waits is given up with `error`, and so is every later append. */
  stop(error: EngineError): void {
    this.#stopped ??= error;
    this.#wake.abort();
  }

  async #run(): Promise<void> {
    // Appends of the same turn belong to the same commit.
    await null;
    while (this.#waiting.length > 0 && this.#stopped === null) {
      const waitMs = this.#lastCommitMs + this.#restMs - this.#clock.monotonicMs();
      if (waitMs > 0 && this.#waitingRecords < this.#options.records) await this.#sleep(waitMs);
      else await this.#commit();
      if (this.#clock.monotonicMs() - this.#breathedMs > BREATH_MS) await this.#breathe();
    }
    if (this.#stopped !== null) for (const append of this.#take()) append.reject(this.#stopped);
    this.#running = null;
  }

  async #commit(): Promise<void> {
    const appends = this.#take();
    try {
      await this.#writeUntilDone(appends);
      for (const append of appends) append.resolve();
    } catch (error) {
      for (const append of appends) append.reject(error);
    }
  }

  async #writeUntilDone(appends: readonly Append[]): Promise<void> {
    const records = appends.length === 1 ? (appends[0] as Append).records : appends.flatMap((append) => append.records);
    const cursor = highest(appends);
    let heldSinceMs: number | null = null;
    let retryMs = this.#options.retryInitialMs;
    for (;;) {
      try {
        const startMs = this.#clock.monotonicMs();
        this.#write(records, cursor);
        this.#lastCommitMs = this.#clock.monotonicMs();
        this.#restMs = Math.min(this.#options.intervalMs, 2 * (this.#lastCommitMs - startMs));
        if (heldSinceMs !== null) this.#events.resumed(this.#lastCommitMs - heldSinceMs);
        return;
      } catch (error) {
        if (this.#stopped !== null) throw this.#stopped;
        if (!(error instanceof EngineError) || !error.retryable) throw error;
        if (heldSinceMs === null) {
          heldSinceMs = this.#clock.monotonicMs();
          this.#events.held(messageOf(error), records.length + this.#waitingRecords);
        }
        await this.#sleep(retryMs);
        retryMs = Math.min(this.#options.retryMaxMs, retryMs * 2);
      }
    }
  }

  #take(): readonly Append[] {
    const appends = this.#waiting;
    this.#waiting = [];
    this.#waitingRecords = 0;
    return appends;
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#stopped !== null) return;
    this.#wake = new AbortController();
    await this.#clock.sleep(ms, this.#wake.signal);
  }

  /** Not to be woken: it is for everything else of the process. */
  async #breathe(): Promise<void> {
    await this.#clock.sleep(0, new AbortController().signal);
    this.#breathedMs = this.#clock.monotonicMs();
  }
}

function highest(appends: readonly Append[]): number | null {
  let cursor: number | null = null;
  for (const append of appends) {
    if (append.cursor !== null && (cursor === null || append.cursor > cursor)) cursor = append.cursor;
  }
  return cursor;
}
