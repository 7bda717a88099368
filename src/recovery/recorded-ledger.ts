import type { SlotTracker } from '../domain/contracts.ts';
import type { BlockMetaNotice, Gap, SlotNotice, SlotProgress } from '../domain/slot.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Emit } from '../telemetry/event.ts';
import type { GapStore } from './gap-journal.ts';
import type { GapRecord } from './gap-record.ts';
import { SlotLedger, type SlotLedgerOptions } from './slot-ledger.ts';

export type RecordedLedgerOptions = Omit<SlotLedgerOptions, 'openGaps' | 'wallMs'> & {
  /** Gaps closed less than this long ago are told again after a start: the last process may have ended before it could. */
  readonly retellMs: number;
};

/**
 * The slot ledger with its gaps on disk: `progress()` returns a gap only after the store has it, so a checkpoint that passes the gap
 * can't be durable without it. Telemetry of the slot accounting starts here too.
 */
export class RecordedLedger implements SlotTracker {
  readonly #ledger: SlotLedger;
  readonly #store: GapStore;
  readonly #clock: Clock;
  readonly #emit: Emit;
  #retold: Gap[];
  #checkpoint: number | null;
  #waiting: GapRecord[];
  #hasAnchor: boolean;
  #hasBegun: boolean;
  #isFailing = false;
  #measuredMs = Number.NEGATIVE_INFINITY;

  constructor(options: RecordedLedgerOptions, store: GapStore, clock: Clock, emit: Emit) {
    // A gap beyond the checkpoint was recorded by a process that ended before it passed it: the replay decides anew.
    const isPassed = (gap: Gap) => options.checkpoint !== null && gap.to <= options.checkpoint;
    // History began, and the process ended before a checkpoint was durable: what came since is owed.
    const checkpoint = options.checkpoint ?? store.begunAt();
    const openGaps = store.open().filter(isPassed);
    this.#waiting = store
      .open()
      .filter((gap) => !isPassed(gap))
      .map((gap) => ({ kind: 'withdrawn', gap }));
    // A journal that is missing beside an outbox that is not: of what was before nothing can be said.
    this.#hasAnchor = checkpoint !== null;
    this.#hasBegun = checkpoint !== null;
    if (checkpoint !== null && store.begunAt() === null) this.#waiting.push({ kind: 'begun', slot: checkpoint });
    this.#ledger = new SlotLedger({ ...options, checkpoint, openGaps, wallMs: () => clock.wallMs() });
    this.#store = store;
    this.#clock = clock;
    this.#emit = emit;
    this.#checkpoint = checkpoint;
    this.#retold = store
      .closed()
      .filter(({ closedMs }) => clock.wallMs() - closedMs < options.retellMs)
      .map(({ gap }) => gap);
  }

  get ledger(): SlotLedger {
    return this.#ledger;
  }

  opened(connection: string, groups: readonly string[], fromSlot: number | null): void {
    this.#ledger.opened(connection, groups, fromSlot);
  }

  closed(connection: string, groups: readonly string[], handedOver: boolean, reason: string): void {
    this.#ledger.closed(connection, groups, handedOver, reason);
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

  progress(): SlotProgress {
    const progress = this.#ledger.progress();
    for (const gap of progress.gapsOpened) this.#waiting.push({ kind: 'opened', gap });
    for (const gap of progress.gapsClosed) this.#waiting.push({ kind: 'closed', gap, closedMs: this.#clock.wallMs() });
    this.#noteBeginning(progress.checkpoint);
    // Without a place to write the gap down the checkpoint stays where it was; the stream goes on.
    const recorded = this.#record() ?? { gapsOpened: [], gapsClosed: [], checkpoint: this.#checkpoint };
    const told = { ...progress, ...recorded };
    this.#tell(told);
    return told;
  }

  /**
   * History begins twice: when the first slot is seen, so that a process that ends before its first checkpoint leaves a gap and no
   * silence, and when the first checkpoint says from where on everything is accounted for.
   */
  #noteBeginning(checkpoint: number | null): void {
    const { anchor } = this.#ledger;
    if (checkpoint !== null && !this.#hasBegun) {
      this.#waiting.push({ kind: 'begun', slot: checkpoint });
      this.#hasBegun = true;
    } else if (anchor !== null && this.#store.begunAt() === null && !this.#hasAnchor) {
      this.#waiting.push({ kind: 'begun', slot: anchor });
    } else return;
    this.#hasAnchor = true;
  }

  /** Writes what waits; null when it could not be written and waits on. */
  #record(): Partial<SlotProgress> | null {
    const waiting = this.#waiting;
    const retold = this.#retold;
    if (waiting.length === 0 && retold.length === 0) return {};
    try {
      this.#store.record(waiting);
    } catch (error) {
      if (!this.#isFailing) this.#emit({ type: 'recovery.journal.failed', reason: messageOf(error) });
      this.#isFailing = true;
      return null;
    }
    if (this.#isFailing) this.#emit({ type: 'recovery.journal.recovered', records: waiting.length });
    this.#isFailing = false;
    this.#waiting = [];
    this.#retold = [];
    return {
      gapsOpened: waiting.flatMap((record) => (record.kind === 'opened' ? [record.gap] : [])),
      gapsClosed: [...retold, ...waiting.flatMap((record) => (record.kind === 'closed' ? [record.gap] : []))],
    };
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
