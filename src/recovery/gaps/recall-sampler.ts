import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Random } from '../../lib/random.ts';
import type { Emit } from '../../telemetry/event.ts';
import type { BlockFetcher } from './gap-filler.ts';

export interface RecallSamplerOptions {
  readonly intervalMs: number;
  /** Samples are taken this far behind `through` at most, where what was seen is still remembered. */
  readonly depthSlots: number;
  /** What has not been seen is looked for once more after this long: a slot may be called complete while its last data is on its way. */
  readonly settleMs: number;
}

export interface RecallSamplerParts {
  readonly blocks: BlockFetcher;
  /** What the stream brought of slots up to here went all the way through; null while nothing did. */
  readonly through: () => number | null;
  /** Whether this process saw the slot and called it complete: others say nothing about the promise. */
  readonly isComplete: (slot: number) => boolean;
  /** Whether the subscription asks for this transaction. */
  readonly isFollowed: (update: Uint8Array) => boolean;
  /** Whether the stream brought it. */
  readonly wasSeen: (update: Uint8Array) => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
}

export interface RecallStats {
  readonly samples: number;
  readonly expected: number;
  readonly seen: number;
  /** Seen over expected; null before the first sample with transactions. */
  readonly recall: number | null;
  /** Slots that were called complete and were not, newest last. */
  readonly shortSlots: readonly number[];
}

const SHORT_KEPT = 50;

/** Compares now and then a slot that was called complete with the whole block, so that the promise is measured from outside. */
export class RecallSampler {
  readonly #options: RecallSamplerOptions;
  readonly #parts: RecallSamplerParts;
  readonly #shortSlots: number[] = [];
  #samples = 0;
  #expected = 0;
  #seen = 0;
  #lastFailure: string | null = null;

  constructor(options: RecallSamplerOptions, parts: RecallSamplerParts) {
    this.#options = options;
    this.#parts = parts;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#parts.clock.sleep(this.#options.intervalMs, signal);
      if (!signal.aborted) await this.sample(signal);
    }
  }

  /** One comparison; a block that is not to be had is no sample. */
  async sample(signal: AbortSignal): Promise<void> {
    const through = this.#parts.through();
    if (through === null) return;
    const slot = through - Math.floor(this.#parts.random() * this.#options.depthSlots);
    if (!this.#parts.isComplete(slot)) return;
    try {
      const block = await this.#parts.blocks.block(slot, signal);
      if (block === null) return;
      const followed = block.updates.filter((update) => this.#parts.isFollowed(update));
      const unseen = await this.#settled(
        followed.filter((update) => !this.#parts.wasSeen(update)),
        signal,
      );
      if (!signal.aborted) this.#add(slot, followed.length, followed.length - unseen.length);
    } catch (error) {
      this.#lastFailure = messageOf(error);
    }
  }

  stats(): RecallStats & { readonly lastFailure: string | null } {
    return {
      samples: this.#samples,
      expected: this.#expected,
      seen: this.#seen,
      recall: this.#expected === 0 ? null : this.#seen / this.#expected,
      shortSlots: this.#shortSlots,
      lastFailure: this.#lastFailure,
    };
  }

  async #settled(unseen: readonly Uint8Array[], signal: AbortSignal): Promise<readonly Uint8Array[]> {
    if (unseen.length === 0) return unseen;
    await this.#parts.clock.sleep(this.#options.settleMs, signal);
    return unseen.filter((update) => !this.#parts.wasSeen(update));
  }

  #add(slot: number, expected: number, seen: number): void {
    this.#samples++;
    this.#expected += expected;
    this.#seen += seen;
    if (seen < expected) this.#shortSlots.push(slot);
    if (this.#shortSlots.length > SHORT_KEPT) this.#shortSlots.shift();
    this.#parts.emit({ type: 'recovery.recall.measured', slot, expected, seen });
  }
}
