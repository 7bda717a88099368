import { MEBIBYTE } from '../../lib/bytes.ts';
import type { Clock } from '../../lib/clock.ts';
import { EngineError, messageOf } from '../../lib/errors.ts';
import type { Emit } from '../../telemetry/event.ts';
import type { UpkeepStep } from '../../telemetry/events/output.ts';
import type { DamageBook } from './damage-book.ts';
import { holderText, readLease } from './lease.ts';
import type { OpenedOutbox } from './open.ts';
import { type RetentionOptions, removableThrough } from './retention.ts';

export interface MaintenanceOptions extends RetentionOptions {
  /** False without a broker: then events leave by size and age alone. */
  readonly waitsForBroker: boolean;
  /** Size at which the outbox takes no more until some events were delivered and removed. */
  readonly spillSizeBytes: number;
  readonly intervalMs: number;
  /** Sign of life of the lease; far below the time after which it counts as stale. */
  readonly leaseRenewMs: number;
}

const STEP_RECORDS = 500;
/** Longest a round of removals may hold up the appends. */
const STEP_BUDGET_MS = 10;
const MEASURE_MS = 5_000;
/** Free room worth giving back to the disk, and how much of it at a time. */
const FREE_BYTES = 16 * MEBIBYTE;
const VACUUM_BYTES = MEBIBYTE;

/** The outbox's idle-time work, in small steps on a timer. It never removes what was not delivered. */
export class Maintenance {
  readonly #opened: OpenedOutbox;
  readonly #options: MaintenanceOptions;
  readonly #damage: DamageBook;
  readonly #clock: Clock;
  readonly #emit: Emit;
  #stopTimer: (() => void) | null = null;
  #renewedMs = 0;
  #measuredMs = Number.NEGATIVE_INFINITY;
  #lastSequence = 0;
  #lastConfirmed = 0;
  #usedBytes = 0;
  #isLost = false;
  /** Steps that failed when they were last tried, with what they failed of. */
  readonly #failing = new Map<UpkeepStep, string>();

  constructor(
    opened: OpenedOutbox,
    options: MaintenanceOptions,
    damage: DamageBook,
    parts: { readonly clock: Clock; readonly emit: Emit },
  ) {
    this.#opened = opened;
    this.#options = options;
    this.#damage = damage;
    this.#clock = parts.clock;
    this.#emit = parts.emit;
  }

  start(): void {
    this.#usedBytes = this.#opened.store.usedBytes();
    this.#renewedMs = this.#clock.monotonicMs();
    this.#stopTimer ??= this.#clock.every(this.#options.intervalMs, () => this.run());
  }

  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  /** Throws, retryable, while the outbox is at its size limit. */
  checkSpill(): void {
    if (this.#usedBytes < this.#options.spillSizeBytes) return;
    throw new EngineError(
      'OUTPUT_DISK_FULL',
      `The outbox reached its size limit of ${Math.round(this.#options.spillSizeBytes / MEBIBYTE)} MiB (OUTBOX_SPILL_SIZE_MB). It goes on when the broker has taken some events.`,
      { retryable: true },
    );
  }

  run(): void {
    const { store } = this.#opened;
    // Moving pages about would hold up a backlog on its way to the broker as much as events on their way in.
    const isIdle = store.lastSequence === this.#lastSequence && store.confirmed === this.#lastConfirmed;
    this.#lastSequence = store.lastSequence;
    this.#lastConfirmed = store.confirmed;
    const failing = this.#failing.size;
    // Each by itself: on a full disk the lease cannot be renewed, and what makes room again comes behind it.
    this.#attempt('lease', () => this.#renewLease());
    this.#attempt('confirms', () => store.saveConfirmed());
    this.#attempt('removal', () => this.#remove());
    if (isIdle) this.#attempt('file', () => this.#tidyFile());
    this.#attempt('measurement', () => this.#measure());
    if (this.#failing.size > failing) {
      const [reason = ''] = [...this.#failing.values()].slice(-1);
      this.#emit({ type: 'output.upkeep.failed', steps: [...this.#failing.keys()], reason });
    } else if (failing > 0 && this.#failing.size === 0) this.#emit({ type: 'output.upkeep.recovered' });
  }

  #attempt(step: UpkeepStep, work: () => void): void {
    if (this.#isLost) return;
    try {
      work();
      this.#failing.delete(step);
    } catch (error) {
      if (error instanceof EngineError && error.code === 'OUTPUT_LOCKED' && !error.retryable) {
        this.#isLost = true;
        this.stop();
        this.#emit({ type: 'output.lease.lost', holder: this.#holder() ?? messageOf(error) });
        return;
      }
      this.#failing.set(step, messageOf(error));
    }
  }

  /** Who holds the outbox now, for people; null when that cannot be read. */
  #holder(): string | null {
    try {
      const row = readLease(this.#opened.database);
      return row === null ? null : holderText(row);
    } catch {
      return null;
    }
  }

  #renewLease(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#renewedMs < this.#options.leaseRenewMs) return;
    this.#opened.lease.check();
    this.#opened.lease.renew(this.#clock.wallMs());
    this.#renewedMs = nowMs;
  }

  #remove(): void {
    const { store } = this.#opened;
    this.#usedBytes = store.usedBytes();
    const endMs = this.#clock.monotonicMs() + STEP_BUDGET_MS;
    let removed = 0;
    for (let more = true; more && this.#clock.monotonicMs() <= endMs; ) {
      const through = removableThrough(
        store.oldest(STEP_RECORDS),
        {
          deliveredThrough: this.#options.waitsForBroker ? store.confirmed : store.lastSequence,
          cursor: store.cursor,
          usedBytes: this.#usedBytes,
          nowMs: this.#clock.wallMs(),
        },
        this.#options,
      );
      const step = through === 0 ? 0 : store.removeThrough(through);
      removed += step;
      more = step === STEP_RECORDS;
      this.#usedBytes = store.usedBytes();
    }
    if (removed > 0) this.#emit({ type: 'output.events.removed', events: removed });
  }

  /** Moves the write-ahead log into the file and gives pages that stay free back to the disk. */
  #tidyFile(): void {
    const { database } = this.#opened;
    database.pragma('wal_checkpoint(PASSIVE)');
    const pageBytes = database.pragma('page_size', { simple: true }) as number;
    const freeBytes = pageBytes * (database.pragma('freelist_count', { simple: true }) as number);
    if (freeBytes > FREE_BYTES) database.pragma(`incremental_vacuum(${VACUUM_BYTES / pageBytes})`);
  }

  #measure(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#measuredMs < MEASURE_MS) return;
    this.#measuredMs = nowMs;
    this.#damage.look();
    const { store } = this.#opened;
    const kept = store.firstSequence === 0 ? 0 : store.lastSequence - store.firstSequence + 1;
    const pending = store.lastSequence - store.confirmed;
    this.#emit({ type: 'output.outbox.measured', pending, kept, sizeBytes: this.#usedBytes });
  }
}
