import type { SourceItem } from '../domain/update.ts';

/**
 * Between the source and the first stage: small batches join while the stages are busy, so that batches grow with the load and are sent
 * on at once when there is none. Holds fewer than `limit` items plus the one batch that passed the limit; then the source waits.
 */
export class Intake {
  readonly #limit: () => number;
  readonly #parts: (readonly SourceItem[])[] = [];
  #held = 0;
  #offset = 0;
  #closed = false;
  #wakeTaker: (() => void) | null = null;
  #wakePusher: (() => void) | null = null;

  /** `limit` is asked each time: it is what a batch may hold now. */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#held;
  }

  get limit(): number {
    return this.#limit();
  }

  /** Waits for room; false when the signal aborted first and the items were not taken. One pusher at a time. */
  async push(items: readonly SourceItem[], signal: AbortSignal): Promise<boolean> {
    while (this.#held >= this.#limit()) {
      if (signal.aborted) return false;
      await waitFor(signal, (wake) => {
        this.#wakePusher = wake;
      });
    }
    if (this.#closed || signal.aborted) return false;
    if (items.length === 0) return true;
    this.#parts.push(items);
    this.#held += items.length;
    this.#wakeTaker?.();
    return true;
  }

  /** Up to `limit` items, in order; undefined once closed and empty, or when the signal aborts. */
  async take(signal: AbortSignal): Promise<readonly SourceItem[] | undefined> {
    while (this.#held === 0) {
      if (this.#closed || signal.aborted) return undefined;
      await waitFor(signal, (wake) => {
        this.#wakeTaker = wake;
      });
    }
    if (signal.aborted) return undefined;
    const batch = this.#cut(Math.min(this.#limit(), this.#held));
    this.#wakePusher?.();
    return batch;
  }

  close(): void {
    this.#closed = true;
    this.#wakeTaker?.();
    this.#wakePusher?.();
  }

  #cut(count: number): readonly SourceItem[] {
    this.#held -= count;
    const first = this.#parts[0] as readonly SourceItem[];
    if (this.#offset === 0 && first.length === count) return this.#parts.shift() as readonly SourceItem[];
    const batch: SourceItem[] = [];
    while (batch.length < count) {
      const part = this.#parts[0] as readonly SourceItem[];
      const end = Math.min(part.length, this.#offset + count - batch.length);
      for (let index = this.#offset; index < end; index++) batch.push(part[index] as SourceItem);
      if (end === part.length) {
        this.#parts.shift();
        this.#offset = 0;
      } else this.#offset = end;
    }
    return batch;
  }
}

function waitFor(signal: AbortSignal, register: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      signal.removeEventListener('abort', wake);
      resolve();
    };
    signal.addEventListener('abort', wake, { once: true });
    register(wake);
  });
}
