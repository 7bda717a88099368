import { geyser } from '../domain/geyser-messages.ts';
import type { Gap } from '../domain/slot.ts';
import type { RawUpdate, SourceItem } from '../domain/update.ts';
import type { Clock } from '../lib/clock.ts';
import { EngineError, messageOf } from '../lib/errors.ts';
import type { Emit } from '../telemetry/event.ts';

/** A whole block as the filler needs it. */
export interface FilledBlock {
  readonly slot: number;
  readonly parent: number;
  readonly blockhash: string;
  readonly parentBlockhash: string;
  readonly blockTime: number | null;
  readonly transactionCount: number;
  /** SubscribeUpdate messages of its transactions. */
  readonly updates: readonly Uint8Array[];
}

/** Where whole blocks come from. */
export interface BlockFetcher {
  confirmedSlots(from: number, to: number, signal: AbortSignal): Promise<readonly number[]>;
  /** Null when there is none to be had, which proves nothing. */
  block(slot: number, signal: AbortSignal): Promise<FilledBlock | null>;
}

export interface GapFillerOptions {
  /** Name of the connection the blocks appear on. */
  readonly connection: string;
  /** How often the open gaps are looked at. */
  readonly intervalMs: number;
  /** Larger gaps are left open: filling them would take longer than an operator should wait without knowing. */
  readonly slotsMax: number;
  /** Tries of one gap before it is left open until the next start. */
  readonly attemptsMax: number;
}

export interface GapFillerParts {
  readonly blocks: BlockFetcher;
  /** The gaps that are open, with what is still missing of each. */
  readonly openGaps: () => readonly { readonly gap: Gap; readonly missing: readonly SlotRange[] }[];
  readonly clock: Clock;
  readonly emit: Emit;
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
  readonly #attempts = new Map<string, number>();

  constructor(options: GapFillerOptions, parts: GapFillerParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** Yields batches until the signal aborts; waits while nothing is open. */
  async *updates(signal: AbortSignal): AsyncGenerator<readonly SourceItem[]> {
    while (!signal.aborted) {
      for (const { gap, missing } of this.#parts.openGaps()) {
        const key = `${gap.from}-${gap.to}-${gap.sinceMs}`;
        const tries = this.#attempts.get(key) ?? 0;
        if (signal.aborted || tries >= this.#options.attemptsMax || sizeOf(missing) > this.#options.slotsMax) continue;
        this.#attempts.set(key, tries + 1);
        for (const range of missing) yield* this.#fill(range, signal);
      }
      await this.#parts.clock.sleep(this.#options.intervalMs, signal);
    }
  }

  async *#fill(range: SlotRange, signal: AbortSignal): AsyncGenerator<readonly SourceItem[]> {
    let at = range.from;
    try {
      // Each list starts where the last one's blocks ended, so that the link between the two is checked as well.
      while (at <= range.to && !signal.aborted) {
        const through = Math.min(at + LIST_SLOTS - 1, range.to) + CHILD_SLOTS;
        const slots = await this.#parts.blocks.confirmedSlots(at, through, signal);
        const first = at;
        for (const slot of slots) {
          const block = await this.#linked(slot, at, first === at, signal);
          yield this.#items(block);
          this.#parts.emit({ type: 'recovery.fill.done', slot, transactions: block.updates.length });
          at = slot + 1;
          if (slot > range.to) break;
        }
        if (at === first) throw new EngineError('RPC_FAILED', `no block was found from slot ${first} on`);
      }
    } catch (error) {
      if (!signal.aborted) this.#parts.emit({ type: 'recovery.fill.failed', slot: at, reason: messageOf(error) });
    }
  }

  /** The block at `slot`, whose parent must be the block before it: `at` is the first slot that is not accounted for yet. */
  async #linked(slot: number, at: number, isFirst: boolean, signal: AbortSignal): Promise<FilledBlock> {
    const block = await this.#parts.blocks.block(slot, signal);
    if (block === null) throw new EngineError('RPC_FAILED', `the block of slot ${slot} is not to be had`);
    // The slot before `at` was proven, or was the block before: only a parent older than `at` closes the chain.
    const isLinked = isFirst ? block.parent < at : block.parent === at - 1 || block.parent < at;
    if (!isLinked) throw new EngineError('RPC_FAILED', `slot ${slot} is built on ${block.parent}, which is missing`);
    return block;
  }

  #items(block: FilledBlock): readonly SourceItem[] {
    const receivedAtMs = this.#parts.clock.monotonicMs();
    const { connection } = this.#options;
    const item = (kind: RawUpdate['kind'], bytes: Uint8Array): RawUpdate => ({
      type: 'update',
      kind,
      bytes,
      connection,
      receivedAtMs,
    });
    return [
      // First of all: a slot that was called dead would have its transactions left out.
      item('slot', confirmedBytes(block)),
      ...block.updates.map((bytes) => item('transaction', bytes)),
      item('blockMeta', metaBytes(block)),
    ];
  }
}

function confirmedBytes({ slot, parent }: FilledBlock): Uint8Array {
  const update = geyser.SubscribeUpdate.fromPartial({
    filters: ['fill'],
    slot: { slot: String(slot), parent: String(parent), status: geyser.SlotStatus.SLOT_CONFIRMED },
  });
  return geyser.SubscribeUpdate.encode(update).finish();
}

function metaBytes(block: FilledBlock): Uint8Array {
  const update = geyser.SubscribeUpdate.fromPartial({
    filters: ['fill'],
    blockMeta: {
      slot: String(block.slot),
      blockhash: block.blockhash,
      parentSlot: String(block.parent),
      parentBlockhash: block.parentBlockhash,
      executedTransactionCount: String(block.transactionCount),
      ...(block.blockTime === null ? {} : { blockTime: { timestamp: String(block.blockTime) } }),
    },
  });
  return geyser.SubscribeUpdate.encode(update).finish();
}

function sizeOf(ranges: readonly SlotRange[]): number {
  return ranges.reduce((sum, range) => sum + range.to - range.from + 1, 0);
}
