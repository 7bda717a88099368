import type { EnrichedTransaction, Monitor } from '../domain/contracts.ts';
import type { DomainEvent } from '../domain/domain-event.ts';
import type { Gap, SlotProgress } from '../domain/slot.ts';
import { gapClosedEvent, gapOpenedEvent, type Promotion, slotPromotedEvent } from '../domain/stream-events.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { EnrichedBatch, Quarantine } from './batch.ts';

/** What becomes durable, in this order. */
export interface Appendable {
  readonly events: readonly DomainEvent[];
  /** Slots whose events are taken back after `events` and before the checkpoint. */
  readonly dead: readonly number[];
  /** How far everything is complete once the rest is durable; null when not known yet. */
  readonly checkpoint: number | null;
  readonly receivedAtMs: number | null;
}

/** What one batch has to say. */
export interface EventBatch extends Appendable {
  /** Gaps that are filled once its events, and all before them, are durable. */
  readonly filled: readonly Gap[];
}

const NO_SLOTS: readonly number[] = [];
const NO_GAPS: readonly Gap[] = [];

export interface ProcessingOptions {
  /** What is told, slot by slot, of the chain growing surer. */
  readonly promotions: readonly Promotion[];
}

/** The fourth layer: shows every transaction to every monitor and tells what became of the slots. Synchronous. */
export class ProcessingLayer {
  readonly #options: ProcessingOptions;
  readonly #monitors: readonly Monitor[];
  readonly #quarantine: Quarantine;
  readonly #clock: Clock;
  #errors = 0;
  readonly #events = new Map<string, number>();

  constructor(options: ProcessingOptions, monitors: readonly Monitor[], quarantine: Quarantine, clock: Clock) {
    this.#options = options;
    this.#monitors = monitors;
    this.#quarantine = quarantine;
    this.#clock = clock;
  }

  get errors(): number {
    return this.#errors;
  }

  stats(): object {
    return { eventsByMonitor: Object.fromEntries(this.#events) };
  }

  process(batch: EnrichedBatch): EventBatch {
    const events: DomainEvent[] = [];
    for (const transaction of batch.transactions) {
      for (const monitor of this.#monitors) this.#observe(monitor, transaction, events);
    }
    const { progress } = batch;
    if (progress !== null) this.#tellSlots(progress, events);
    return {
      events,
      dead: progress?.dead ?? NO_SLOTS,
      checkpoint: progress?.checkpoint ?? null,
      filled: progress?.gapsClosed ?? NO_GAPS,
      receivedAtMs: batch.receivedAtMs,
    };
  }

  #observe(monitor: Monitor, transaction: EnrichedTransaction, events: DomainEvent[]): void {
    try {
      this.#add(monitor, monitor.observe(transaction), events);
    } catch (error) {
      this.#errors++;
      this.#quarantine({
        reason: 'monitor-failed',
        bytes: transaction.transaction.bytes,
        connection: '',
        note: `${monitor.name}: ${messageOf(error)}`,
      });
    }
  }

  #tellSlots(progress: SlotProgress, events: DomainEvent[]): void {
    for (const gap of progress.gapsOpened) events.push(gapOpenedEvent(gap));
    const nowMs = Math.floor(this.#clock.wallMs());
    for (const gap of progress.gapsClosed) events.push(gapClosedEvent(gap, nowMs));
    for (const to of this.#options.promotions)
      for (const slot of progress[to]) events.push(slotPromotedEvent(to, slot, nowMs));
  }

  #add(monitor: Monitor, told: readonly DomainEvent[], events: DomainEvent[]): void {
    if (told.length === 0) return;
    for (const event of told) events.push(event);
    this.#events.set(monitor.name, (this.#events.get(monitor.name) ?? 0) + told.length);
  }
}
