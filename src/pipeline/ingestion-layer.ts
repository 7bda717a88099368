import type { SlotTracker } from '../domain/contracts.ts';
import type { SlotProgress } from '../domain/slot.ts';
import type { AccountWrite, RawUpdate, SourceItem, SourceMark } from '../domain/update.ts';
import {
  createdAtMs,
  readAccountWrite,
  readBlockMeta,
  readSlotNotice,
  transactionSignature,
  transactionSlot,
} from '../domain/update-reader.ts';
import type { Clock } from '../lib/clock.ts';
import { EngineError, messageOf } from '../lib/errors.ts';
import type { IngestedBatch, Quarantine } from './batch.ts';
import { ConnectionCounts } from './connection-counts.ts';
import { DeadSlots } from './dead-slots.ts';
import { SignatureWindow } from './signature-window.ts';
import type { SkipCounts } from './skip-counts.ts';
import { SlotTimes } from './slot-times.ts';

export interface IngestionOptions {
  /** Transactions remembered to recognize duplicates. */
  readonly dedupEntriesMax: number;
}

interface Growing {
  readonly transactions: RawUpdate[];
  readonly timesMs: number[];
  readonly accounts: AccountWrite[];
}

/**
 * The first layer: what is new, of which slot, of what time. Keeps the first sight of each transaction, tells the slot tracker everything
 * that arrives, and hands bytes on as bytes. Never decodes an instruction and never waits.
 */
export class IngestionLayer {
  readonly connections: ConnectionCounts;
  readonly #tracker: SlotTracker;
  readonly #clock: Clock;
  readonly #quarantine: Quarantine;
  readonly #skips: SkipCounts;
  readonly #window: SignatureWindow;
  readonly #times = new SlotTimes();
  readonly #dead = new DeadSlots();
  #trackerTouched = false;
  #lastConnection = '';
  #lastSlot = -1;
  #malformed = 0;
  #otherSlot = 0;

  constructor(
    options: IngestionOptions,
    tracker: SlotTracker,
    skips: SkipCounts,
    quarantine: Quarantine,
    clock: Clock,
  ) {
    this.#tracker = tracker;
    this.#clock = clock;
    this.#quarantine = quarantine;
    this.#skips = skips;
    this.#window = new SignatureWindow(options.dedupEntriesMax);
    this.connections = new ConnectionCounts();
  }

  get errors(): number {
    return this.#malformed;
  }

  stats(): object {
    return {
      connections: this.connections.stats(),
      remembered: this.#window.size,
      otherSlot: this.#otherSlot,
      malformed: this.#malformed,
    };
  }

  ingest(items: readonly SourceItem[]): IngestedBatch {
    const batch: Growing = { transactions: [], timesMs: [], accounts: [] };
    let receivedAtMs: number | null = null;
    for (const item of items) {
      if (item.type !== 'update') {
        this.#mark(item);
        continue;
      }
      receivedAtMs ??= item.receivedAtMs;
      try {
        this.#update(item, batch);
      } catch (error) {
        this.#malformed++;
        if (item.kind === 'transaction') this.unreadable(item.bytes, item.connection);
        this.#skips.add('malformed', 1);
        this.#quarantine({
          reason: 'malformed-update',
          bytes: item.bytes,
          connection: item.connection,
          note: messageOf(error),
        });
      }
    }
    return { ...batch, receivedAtMs, progress: this.#progress(), updates: items.length };
  }

  /** A transaction that could not be read: its slot is not complete, and the next copy of it is new. */
  readonly unreadable = (bytes: Uint8Array, connection: string): void => {
    try {
      const slot = transactionSlot(bytes);
      this.#tracker.unreadable?.(connection, slot);
      this.#touch();
      this.#window.forget(transactionSignature(bytes), slot);
    } catch {
      // Not even that can be read of it: what it was of is not known.
    }
  };

  #mark(mark: SourceMark): void {
    this.#touch();
    if (mark.type === 'opened') this.#tracker.opened(mark.connection, mark.groups, mark.fromSlot);
    else this.#tracker.closed(mark.connection, mark.groups);
  }

  #update(update: RawUpdate, batch: Growing): void {
    switch (update.kind) {
      case 'transaction':
        this.#transaction(update, batch);
        break;
      case 'account': {
        const write = readAccountWrite(update.bytes);
        this.#data(update.connection, write.slot);
        batch.accounts.push(write);
        break;
      }
      case 'slot': {
        const notice = readSlotNotice(update.bytes);
        if (notice === null) {
          this.#skips.add('not-followed', 1);
          break;
        }
        this.#touch();
        this.#tracker.slot(update.connection, notice);
        if (notice.status === 'confirmed' || notice.status === 'finalized') this.#dead.revive(notice.slot);
        break;
      }
      case 'blockMeta': {
        const notice = readBlockMeta(update.bytes);
        this.#touch();
        this.#tracker.blockMeta(update.connection, notice);
        if (notice.blockTime !== null) this.#times.set(notice.slot, notice.blockTime * 1000);
        break;
      }
      case 'ping':
      case 'pong':
        break;
      case 'unreadable':
        throw new EngineError('DECODE_MALFORMED', 'The update is malformed: it is no protobuf message.');
      default:
        this.#skips.add('not-followed', 1);
    }
  }

  #transaction(update: RawUpdate, batch: Growing): void {
    const { bytes, connection } = update;
    const slot = transactionSlot(bytes);
    if (this.#dead.has(slot)) {
      // Not remembered: a slot that turns out to be alive is filled anew, and its transactions must be new then.
      this.#data(connection, slot);
      this.connections.transaction(connection, false);
      this.#skips.add('dead-slot', 1);
      return;
    }
    const sighting = this.#window.see(transactionSignature(bytes), slot);
    if (sighting === 'not-a-signature') throw new Error('its signature is not 64 bytes long');
    this.#data(connection, slot);
    this.connections.transaction(connection, sighting === 'duplicate');
    if (sighting === 'duplicate') {
      this.#skips.add('duplicate', 1);
      return;
    }
    if (sighting === 'other-slot') this.#otherSlot++;
    batch.transactions.push(update);
    batch.timesMs.push(this.#times.timeMs(slot) ?? this.#firstSight(slot, bytes));
  }

  /** The provider's own time of the message, so that a recorded stream says the same thing when it is played again. */
  #firstSight(slot: number, bytes: Uint8Array): number {
    const told = createdAtMs(bytes);
    const timeMs = told !== null && told > 0 ? Math.floor(told) : Math.floor(this.#clock.wallMs());
    this.#times.set(slot, timeMs);
    return timeMs;
  }

  /** The tracker needs to hear of a slot's data once, until something else happened. */
  #data(connection: string, slot: number): void {
    if (slot === this.#lastSlot && connection === this.#lastConnection) return;
    this.#tracker.data(connection, slot);
    this.#lastSlot = slot;
    this.#lastConnection = connection;
    this.#trackerTouched = true;
  }

  #touch(): void {
    this.#trackerTouched = true;
    this.#lastSlot = -1;
  }

  #progress(): SlotProgress | null {
    if (!this.#trackerTouched) return null;
    this.#trackerTouched = false;
    const progress = this.#tracker.progress();
    for (const slot of progress.dead) this.#dead.add(slot);
    // Confirmed by a descendant counts as well: what still comes for it happened.
    for (const slot of progress.confirmed) this.#dead.revive(slot);
    return progress;
  }
}
