/**
 * The only thing between two stages: a queue with a limit. A full queue makes `push` wait, so a slow stage slows the one
 * before it and, at the end of the chain, the socket. It never grows past its limit and never drops.
 */
export class BoundedQueue<T> {
  readonly #limit: number;
  readonly #items: T[] = [];
  #head = 0;
  #closed = false;
  #wakeTaker: (() => void) | null = null;
  readonly #wakePushers: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#items.length - this.#head;
  }

  get limit(): number {
    return this.#limit;
  }

  get isFull(): boolean {
    return this.size >= this.#limit;
  }

  /** Adds without waiting; false when the queue is full or closed and the item was not taken. */
  tryPush(item: T): boolean {
    if (this.#closed || this.isFull) return false;
    this.#items.push(item);
    this.#wakeTaker?.();
    return true;
  }

  /** Waits for room. False when the queue closed or the signal aborted first: the item was not taken. */
  async push(item: T, signal: AbortSignal): Promise<boolean> {
    while (!this.tryPush(item)) {
      if (this.#closed || signal.aborted) return false;
      await new Promise<void>((resolve) => {
        const wake = () => {
          signal.removeEventListener('abort', wake);
          resolve();
        };
        signal.addEventListener('abort', wake, { once: true });
        this.#wakePushers.push(wake);
      });
    }
    return true;
  }

  /** Takes the oldest item; undefined once the queue is closed and empty, or the signal aborts. */
  async take(signal: AbortSignal): Promise<T | undefined> {
    while (this.size === 0) {
      if (this.#closed || signal.aborted) return undefined;
      await new Promise<void>((resolve) => {
        const wake = () => {
          signal.removeEventListener('abort', wake);
          this.#wakeTaker = null;
          resolve();
        };
        signal.addEventListener('abort', wake, { once: true });
        this.#wakeTaker = wake;
      });
    }
    return this.#shift();
  }

  /** No more pushes; what is queued can still be taken. */
  close(): void {
    this.#closed = true;
    this.#wakeTaker?.();
    for (const wake of this.#wakePushers.splice(0)) wake();
  }

  #shift(): T {
    const item = this.#items[this.#head] as T;
    // The slot is cleared so that a long queue does not keep taken batches alive; the array is compacted in one move now and then.
    this.#items[this.#head++] = undefined as T;
    if (this.#head === this.#items.length || this.#head > 1024) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    this.#wakePushers.shift()?.();
    return item;
  }
}
