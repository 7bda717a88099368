import type { SlotTracker } from '../../domain/contracts.ts';
import type { BlockMetaNotice, Gap, SlotNotice, SlotProgress } from '../../domain/slot.ts';
import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Emit } from '../../telemetry/event.ts';
import { SlotLedger, type SlotLedgerOptions } from '../slots/slot-ledger.ts';
import type { GapStore } from './gap-journal.ts';
import type { GapRecord } from './gap-record.ts';

/** How far below the checkpoint a gap is asked for in replays: about two minutes, which providers that replay keep. */
const REPLAYED_SLOTS = 300;

export type RecordedLedgerOptions = Omit<SlotLedgerOptions, 'openGaps' | 'wallMs'> & {
  /** What filled this gap, as the outbox already tells it (the last process ended before it could write that down here); null for none. */
  readonly toldFilledBy: (gap: Gap) => string | null;
  /** Whether the outbox tells that this gap was opened. */
  readonly isTold: (gap: Gap) => boolean;
};

/**
 * The slot ledger with its gaps on disk. A gap is in the store before `progress()` tells of it, so a checkpoint that passes it can't be
 * durable without it; it leaves the store when what fills it is durable, so no crash can close it over events that were lost on the way.
 * Telemetry of the slot accounting starts here too.
 */
export class RecordedLedger implements SlotTracker {
  readonly #ledger: SlotLedger;
  readonly #store: GapStore;
  readonly #clock: Clock;
  readonly #emit: Emit;
  /** Opened and not told yet. */
  readonly #fresh: Gap[];
  #checkpoint: number | null;
  #waiting: GapRecord[];
  #hasAnchor: boolean;
  #hasBegun: boolean;
  /** What died until history begins: it is written down with the beginning. */
  readonly #deadAtBeginning: number[] = [];
  /** What died before history began in a process before this one, which may have ended before the events were taken back. */
  #deadBefore: readonly number[];
  #isFailing = false;
  #measuredMs = Number.NEGATIVE_INFINITY;

  constructor(options: RecordedLedgerOptions, store: GapStore, clock: Clock, emit: Emit) {
    // History began, and the process ended before a checkpoint was durable: what came since is owed.
    const checkpoint = options.checkpoint ?? store.begunAt();
    // A checkpoint is durable only behind their retractions.
    this.#deadBefore = options.checkpoint === null ? store.deadAtBeginning() : [];
    const openGaps: Gap[] = [];
    this.#waiting = [];
    for (const gap of store.open()) {
      const filledBy = options.toldFilledBy(gap);
      if (filledBy === null) openGaps.push(gap);
      else this.#waiting.push({ kind: 'closed', gap: { ...gap, filledBy }, closedMs: clock.wallMs() });
    }
    // The last process may have ended before it told of them, also of one it opened behind the checkpoint. What left the outbox since is
    // told once more: it is the same event.
    this.#fresh = openGaps.filter((gap) => checkpoint === null || gap.to > checkpoint || !options.isTold(gap));
    // A journal that is missing, or not whole, beside an outbox that is: of what was before nothing can be said.
    this.#hasAnchor = checkpoint !== null;
    this.#hasBegun = checkpoint !== null;
    const damaged = store.takeDamaged();
    if (damaged > 0) emit({ type: 'recovery.journal.damaged', lines: damaged });
    if (checkpoint !== null && (store.isBroken() || store.begunAt() === null))
      this.#waiting.push({ kind: 'begun', slot: checkpoint, dead: this.#deadBefore });
    this.#ledger = new SlotLedger({ ...options, checkpoint, openGaps, wallMs: () => clock.wallMs() });
    this.#store = store;
    this.#clock = clock;
    this.#emit = emit;
    this.#checkpoint = checkpoint;
  }

  get ledger(): SlotLedger {
    return this.#ledger;
  }

  /** The first slot of the last minutes that an open gap misses: a stream that is opened now may still bring it. Null when none does. */
  missingFrom(): number | null {
    const floor = (this.#checkpoint ?? 0) - REPLAYED_SLOTS;
    const ends = this.#ledger.gaps.fillable().flatMap(({ missing }) => missing.filter(({ to }) => to >= floor));
    return ends.length === 0 ? null : Math.max(floor, Math.min(...ends.map(({ from }) => from)));
  }

  opened(connection: string, groups: readonly string[], fromSlot: number | null): void {
    this.#ledger.opened(connection, groups, fromSlot);
  }

  closed(connection: string, groups: readonly string[]): void {
    this.#ledger.closed(connection, groups);
  }

  slot(connection: string, notice: SlotNotice): void {
    this.#ledger.slot(connection, notice);
  }

  blockMeta(connection: string, notice: BlockMetaNotice): void {
    this.#ledger.blockMeta(connection, notice);
  }

  data(connection: string, slot: number): void {
    this.#ledger.data(connection, slot);
  }

  unreadable(connection: string, slot: number): void {
    const gap = this.#ledger.unreadable(connection, slot);
    if (gap === null) return;
    // On the disk at once: a checkpoint that passes it may be on its way already, behind the transaction.
    this.#waiting.push({ kind: 'opened', gap });
    this.#record();
  }

  progress(): SlotProgress {
    const progress = this.#withDeadBefore(this.#ledger.progress());
    this.#fresh.push(...progress.gapsOpened);
    for (const gap of progress.gapsOpened) this.#waiting.push({ kind: 'opened', gap });
    for (const gap of this.#ledger.gaps.takeMerged()) this.#waiting.push({ kind: 'merged', gap });
    this.#noteBeginning(progress);
    // Without a place to write the gap down the checkpoint stays where it was; the stream goes on.
    const isRecorded = this.#record();
    const gapsOpened = isRecorded ? this.#fresh.splice(0) : [];
    const told = { ...progress, gapsOpened, checkpoint: isRecorded ? progress.checkpoint : this.#checkpoint };
    this.#tell(told);
    return told;
  }

  gapsFilled(gaps: readonly Gap[]): void {
    const closedMs = this.#clock.wallMs();
    for (const gap of gaps) this.#waiting.push({ kind: 'closed', gap, closedMs });
    // What can't be written now is written with the next progress; until then a restart finds the gap open.
    this.#record();
  }

  /** Nothing that is streamed now tells of those slots any more. To take back what was taken back already says nothing new. */
  #withDeadBefore(progress: SlotProgress): SlotProgress {
    if (this.#deadBefore.length === 0) return progress;
    const dead = [...this.#deadBefore, ...progress.dead];
    this.#deadBefore = [];
    return { ...progress, dead };
  }

  /**
   * History begins twice: when the first slot is seen, so that a process that ends before its first checkpoint leaves a gap and no
   * silence, and when the first checkpoint says from where on everything is accounted for.
   */
  #noteBeginning({ checkpoint, dead }: SlotProgress): void {
    const { anchor } = this.#ledger;
    if (!this.#hasBegun) this.#deadAtBeginning.push(...dead);
    if (checkpoint !== null && !this.#hasBegun) {
      // Whoever starts again from here hears of later ones from the chain.
      const passed = this.#deadAtBeginning.splice(0).filter((slot) => slot <= checkpoint);
      this.#waiting.push({ kind: 'begun', slot: checkpoint, dead: passed });
      this.#hasBegun = true;
    } else if (anchor !== null && this.#store.begunAt() === null && !this.#hasAnchor) {
      this.#waiting.push({ kind: 'begun', slot: anchor });
    } else return;
    this.#hasAnchor = true;
  }

  /** Writes what waits; false when it could not be written and waits on. */
  #record(): boolean {
    if (this.#waiting.length === 0) return true;
    try {
      this.#store.record(this.#waiting);
    } catch (error) {
      if (!this.#isFailing) this.#emit({ type: 'recovery.journal.failed', reason: messageOf(error) });
      this.#isFailing = true;
      return false;
    }
    if (this.#isFailing) this.#emit({ type: 'recovery.journal.recovered', records: this.#waiting.length });
    this.#isFailing = false;
    this.#waiting = [];
    return true;
  }

  #tell(progress: SlotProgress): void {
    for (const { from, to, groups, reason } of progress.gapsOpened) {
      this.#emit({ type: 'recovery.gap.opened', from, to, groups, reason });
    }
    for (const gap of progress.gapsClosed) {
      const { from, to, groups, filledBy, sinceMs } = gap;
      this.#emit({ type: 'recovery.gap.closed', from, to, groups, filledBy, afterMs: this.#clock.wallMs() - sinceMs });
    }
    for (const slot of progress.dead) this.#emit({ type: 'recovery.slot.died', slot });
    const moved = progress.checkpoint !== this.#checkpoint;
    this.#checkpoint = progress.checkpoint;
    if (!moved || progress.checkpoint === null || this.#clock.monotonicMs() - this.#measuredMs < MEASURE_MS) return;
    this.#measuredMs = this.#clock.monotonicMs();
    this.#emit({
      type: 'recovery.checkpoint.measured',
      checkpoint: progress.checkpoint,
      head: this.#ledger.head ?? progress.checkpoint,
      openGaps: this.#ledger.gaps.list().length,
    });
  }
}

const MEASURE_MS = 1_000;
