import type { SourceItem } from '../../domain/update.ts';
import { Lane, type LaneListener, type LaneOptions } from './lane.ts';

/** Of five batches in a row, how many the most important lane with data may have before the oldest waiting one gets its turn. */
const IMPORTANT_TURNS = 4;

/**
 * The bounded space between the connections and whoever reads the stream: one lane per connection, so that order holds on each, a
 * flood on one pauses only that one, and important groups overtake the others. It never drops; pausing is the connection's job.
 */
export class UpdateLanes {
  readonly #options: LaneOptions;
  readonly #lanes = new Set<Lane>();
  #wake: (() => void) | null = null;
  #isWakeDue = false;
  #turn = 0;
  #failure: unknown = null;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  open(rank: number, listener: LaneListener): Lane {
    const lane = new Lane(rank, this.#options, listener, () => this.#onItem());
    this.#lanes.add(lane);
    return lane;
  }

  /** The lane disappears once what waits in it was taken. */
  retire(lane: Lane): void {
    if (lane.items === 0) this.#lanes.delete(lane);
    else lane.isRetired = true;
  }

  /** What waits is still handed out, then `take` rejects with it. */
  fail(error: unknown): void {
    this.#failure ??= error;
    this.#onItem();
  }

  async take(signal: AbortSignal): Promise<readonly SourceItem[] | null> {
    for (;;) {
      if (signal.aborted) return null;
      const lane = this.#choose();
      if (lane !== null) {
        const batch = lane.take();
        if (lane.isRetired && lane.items === 0) this.#lanes.delete(lane);
        return batch;
      }
      if (this.#failure !== null) throw this.#failure;
      await this.#nextItem(signal);
    }
  }

  #choose(): Lane | null {
    let important: Lane | null = null;
    let oldest: Lane | null = null;
    for (const lane of this.#lanes) {
      if (!lane.isReadable) continue;
      if (important === null || lane.rank < important.rank) important = lane;
      if (oldest === null || lane.waitingSince < oldest.waitingSince) oldest = lane;
    }
    this.#turn = (this.#turn + 1) % (IMPORTANT_TURNS + 1);
    return this.#turn === 0 ? oldest : important;
  }

  #nextItem(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        this.#wake = null;
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
      this.#wake = wake;
    });
  }

  /** Wakes the reader after this turn of the event loop, so that one read of the socket becomes one batch. */
  #onItem(): void {
    if (this.#wake === null || this.#isWakeDue) return;
    this.#isWakeDue = true;
    setImmediate(() => {
      this.#isWakeDue = false;
      this.#wake?.();
    });
  }
}
