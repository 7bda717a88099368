import type { Gap } from '../../domain/slot.ts';
import { gapName } from '../../domain/stream-events.ts';
import type { SourceItem } from '../../domain/update.ts';
import type { WholeBlock } from '../../domain/whole-block.ts';
import type { Clock } from '../../lib/clock.ts';
import { EngineError, messageOf } from '../../lib/errors.ts';
import type { Random } from '../../lib/random.ts';
import type { Emit } from '../../telemetry/event.ts';
import { FillPace } from './fill-pace.ts';
import { blockItems } from './filled-block.ts';

/** Where whole blocks come from. */
export interface BlockFetcher {
  confirmedSlots(from: number, to: number, signal: AbortSignal): Promise<readonly number[]>;
  /** Null when there is none to be had, which proves nothing. */
  block(slot: number, signal: AbortSignal): Promise<WholeBlock | null>;
}

export interface GapFillerOptions {
  /** Name of the connection the blocks appear on. */
  readonly connection: string;
  /** How often the open gaps are looked at, and the first wait after a try that filled nothing; the wait doubles up to the other. */
  readonly intervalMs: number;
  readonly backoffMaxMs: number;
  /** Larger gaps are left open: filling them would take longer than an operator should wait without knowing. */
  readonly slotsMax: number;
  /** Tries of one gap in a row that fill nothing before it is told to be stuck; it is tried on. */
  readonly attemptsMax: number;
}

export interface GapFillerParts {
  readonly blocks: BlockFetcher;
  readonly openGaps: () => readonly OpenGap[];
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
}

/** A gap that is open, with what is still missing of it. */
export interface OpenGap {
  readonly gap: Gap;
  readonly missing: readonly SlotRange[];
}

interface SlotRange {
  readonly from: number;
  readonly to: number;
}

/** Slots asked for in one list, and how far past a gap its child block is looked for. */
const LIST_SLOTS = 256;
const CHILD_SLOTS = 64;

/**
 * Fills open gaps with whole blocks, oldest first, as a stream of its own: a block's status, its transactions, then its block meta. The
 * blocks are followed by their parent links, so a slot without a block is proven empty, never assumed. It closes no gap itself: the
 * slot ledger does, when the meta has passed through the pipeline behind the data.
 */
export class GapFiller {
  readonly #options: GapFillerOptions;
  readonly #parts: GapFillerParts;
  readonly #pace: FillPace;
  #isStuck = false;
  #lastFailure = '';

  constructor(options: GapFillerOptions, parts: GapFillerParts) {
    this.#options = options;
    this.#parts = parts;
    const { intervalMs, backoffMaxMs, attemptsMax } = options;
    const backoff = { initialMs: intervalMs, maxMs: backoffMaxMs };
    this.#pace = new FillPace({ backoff, attemptsMax }, parts.random);
  }

  /** Yields batches until the signal aborts; waits while nothing is open. */
  async *updates(signal: AbortSignal): AsyncGenerator<readonly SourceItem[]> {
    const { clock, openGaps } = this.#parts;
    while (!signal.aborted) {
      const open = openGaps().filter(({ missing }) => sizeOf(missing) <= this.#options.slotsMax);
      this.#look(open);
      for (const { gap, missing } of open) {
        if (signal.aborted || !this.#pace.isDue(keyOf(gap), clock.monotonicMs())) continue;
        this.#pace.tried(keyOf(gap));
        for (const range of missing) yield* this.#fill(range, signal);
      }
      await clock.sleep(this.#options.intervalMs, signal);
    }
  }

  /** What the last tries filled shows in what is missing now. */
  #look(open: readonly OpenGap[]): void {
    const { clock, emit } = this.#parts;
    const gaps = open.map(({ gap, missing }) => ({ key: keyOf(gap), slots: sizeOf(missing) }));
    const [stuck] = this.#pace.look(gaps, clock.monotonicMs());
    const gap = open.find((one) => keyOf(one.gap) === stuck)?.gap;
    if (gap !== undefined) {
      const { from, to } = gap;
      emit({ type: 'recovery.fill.stuck', gaps: this.#pace.stuck, from, to, reason: this.#lastFailure });
    } else if (this.#isStuck && this.#pace.stuck === 0) emit({ type: 'recovery.fill.resumed' });
    this.#isStuck = this.#pace.stuck > 0;
  }

  async *#fill(range: SlotRange, signal: AbortSignal): AsyncGenerator<readonly SourceItem[]> {
    let at = range.from;
    try {
      let previous: number | null = null;
      while (at <= range.to && !signal.aborted) {
        const through = Math.min(at + LIST_SLOTS - 1, range.to) + CHILD_SLOTS;
        const slots = await this.#parts.blocks.confirmedSlots(at, through, signal);
        const first = at;
        for (const slot of slots) {
          const block = await this.#linked(slot, at, previous, signal);
          yield blockItems(block, this.#options.connection, this.#parts.clock.monotonicMs());
          this.#parts.emit({ type: 'recovery.fill.done', slot, transactions: block.updates.length });
          previous = slot;
          at = slot + 1;
          if (at > range.to) break;
        }
        if (at === first) throw new EngineError('RPC_FAILED', `no block was found from slot ${first} on`);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#lastFailure = messageOf(error);
      this.#parts.emit({ type: 'recovery.fill.failed', slot: at, reason: this.#lastFailure });
    }
  }

  /**
   * The block at `slot`. Its parent is the block before it, from one list to the next as well; else a block is missing, or one of the two is
   * on another fork. The first of a range has its parent before the range: what lies in between is accounted for.
   */
  async #linked(slot: number, at: number, previous: number | null, signal: AbortSignal): Promise<WholeBlock> {
    const block = await this.#parts.blocks.block(slot, signal);
    if (block === null) throw new EngineError('RPC_FAILED', `the block of slot ${slot} is not to be had`);
    const { parent } = block;
    if (previous === null ? parent >= at : parent !== previous)
      throw new EngineError(
        'RPC_FAILED',
        `slot ${slot} is built on ${parent}, not on ${previous ?? 'a slot before it'}`,
      );
    return block;
  }
}

function keyOf(gap: Gap): string {
  return `${gapName(gap)} since ${gap.sinceMs}`;
}

function sizeOf(ranges: readonly SlotRange[]): number {
  return ranges.reduce((sum, range) => sum + range.to - range.from + 1, 0);
}
