import type { Clock } from '../lib/clock.ts';
import type { Chain } from './chain.ts';
import type { UpdateSink } from './server-policy.ts';

export interface SlotProducerOptions {
  readonly clock: Clock;
  /** Time a slot takes; 0: as fast as the readers take it. */
  readonly slotMs: number;
  /** Parts of a slot's data, so that its time can be divided; the same number the chain has. */
  readonly parts: number;
}

/** Lets a chain happen: slot after slot at its cadence, or as fast as the readers follow. */
export class SlotProducer {
  readonly #chain: Chain;
  readonly #sink: UpdateSink;
  readonly #options: SlotProducerOptions;
  slots = 0;

  constructor(chain: Chain, sink: UpdateSink, options: SlotProducerOptions) {
    this.#chain = chain;
    this.#sink = sink;
    this.#options = options;
  }

  /** Publishes the whole next slot now. */
  step(): void {
    this.slots++;
    for (const part of this.#chain.next()) for (const update of part) this.#sink.publish(update);
  }

  /** Goes on until the signal aborts. */
  run(signal: AbortSignal): Promise<void> {
    return this.#run(signal, () => false);
  }

  /** Goes on until everything the source had is published and confirmed. */
  runUntilDrained(signal: AbortSignal): Promise<void> {
    return this.#run(signal, () => this.#chain.isDrained);
  }

  async #run(signal: AbortSignal, isDone: () => boolean): Promise<void> {
    const { clock, slotMs } = this.#options;
    let due = clock.monotonicMs();
    while (!signal.aborted && !isDone()) {
      this.slots++;
      due = slotMs === 0 ? due : await this.#slot(due, signal);
      if (slotMs === 0) await this.#slotAtOnce(signal);
    }
  }

  async #slot(due: number, signal: AbortSignal): Promise<number> {
    const { clock, slotMs, parts } = this.#options;
    // First shred and bank, the data, the end of the slot, what it finalizes: each gets its share of the slot's time.
    const share = slotMs / (parts + 3);
    let at = due;
    for (const part of this.#chain.next()) {
      for (const update of part) this.#sink.publish(update);
      at += share;
      const wait = at - clock.monotonicMs();
      if (wait > 1) await clock.sleep(wait, signal);
      if (signal.aborted) return due;
    }
    const next = due + slotMs;
    const now = clock.monotonicMs();
    if (next > now) await clock.sleep(next - now, signal);
    // After a pause of the process the chain goes on from now instead of racing to catch up.
    return next < now - 10 * slotMs ? now : next;
  }

  async #slotAtOnce(signal: AbortSignal): Promise<void> {
    for (const part of this.#chain.next()) {
      for (const update of part) this.#sink.publish(update);
      await nextTurn();
      await this.#sink.ready(signal);
      if (signal.aborted) return;
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
