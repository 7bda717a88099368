import type { EventFeed, Sink, StoredEvent } from '../../domain/contracts.ts';
import type { Cursor } from '../../domain/cursor.ts';
import { type DomainEvent, eventId, isEngineEventType } from '../../domain/domain-event.ts';
import type { Clock } from '../../lib/clock.ts';
import { EngineError } from '../../lib/errors.ts';
import type { Emit } from '../../telemetry/event.ts';
import type { EnvelopeWriter } from '../envelope.ts';
import type { RelayOutbox } from '../ports.ts';
import { DamageBook, type DamageStats } from './damage-book.ts';
import { GroupCommit, type GroupCommitOptions } from './group-commit.ts';
import { Maintenance, type MaintenanceOptions } from './maintenance.ts';
import type { OpenedOutbox } from './open.ts';
import { retractionOf } from './retraction.ts';
import { toEngineError } from './sqlite-errors.ts';
import type { NewRecord } from './store.ts';

/** Confirms that may be in memory alone. */
const UNSAVED_CONFIRMS_MAX = 500;

export interface OutboxOptions {
  readonly groupCommit: GroupCommitOptions;
  readonly maintenance: MaintenanceOptions;
}

export interface OutboxParts {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly writeEnvelope: EnvelopeWriter;
}

/**
 * The engine's output: events and the cursor they reach, durable together, read back by the relay and by live readers. It never
 * gives an event up before the broker has it, and never answers an append before it is on the disk.
 */
export class Outbox implements Sink, EventFeed, RelayOutbox {
  readonly name = 'outbox';
  readonly #opened: OpenedOutbox;
  readonly #parts: OutboxParts;
  readonly #commits: GroupCommit;
  readonly #maintenance: Maintenance;
  readonly #listeners = new Set<(lastSequence: number) => void>();
  readonly #damage: DamageBook;
  #closing: Promise<void> | null = null;

  constructor(opened: OpenedOutbox, options: OutboxOptions, parts: OutboxParts) {
    this.#opened = opened;
    this.#parts = parts;
    this.#commits = new GroupCommit(
      options.groupCommit,
      (records, cursor) => this.#commit(records, cursor),
      {
        held: (reason, waiting) => parts.emit({ type: 'output.append.held', reason, waiting }),
        resumed: (afterMs) => parts.emit({ type: 'output.append.resumed', afterMs }),
      },
      parts.clock,
    );
    this.#damage = new DamageBook(opened.store, parts);
    this.#maintenance = new Maintenance(opened, options.maintenance, this.#damage, parts);
  }

  /** Starts the idle-time work (lease, retention, checkpoints) and tells where the stream resumes and what is damaged. */
  start(): void {
    const { path, store, lease } = this.#opened;
    const pending = store.lastSequence - store.confirmed;
    this.#parts.emit({ type: 'output.outbox.opened', path, resumeSlot: store.cursor, pending, fencing: lease.fencing });
    this.#damage.look();
    this.#maintenance.start();
  }

  resumeFrom(): Cursor | null {
    const slot = this.#opened.store.cursor;
    return slot === null ? null : { slot };
  }

  append(events: readonly DomainEvent[], through: Cursor | null): Promise<void> {
    if (events.length === 0 && through === null) return Promise.resolve();
    return this.#commits.append(this.#records(events), through === null ? null : through.slot);
  }

  /**
   * Takes back every event of the slot. Resolves, once that is durable, with how many those are; saying it again adds nothing. Null when some
   * may have left already: then not each can be named.
   */
  async retractSlot(slot: number, reason: string): Promise<number | null> {
    await this.#commits.flush();
    const mistaken = this.#ofSlot(slot).filter(({ type }) => !isEngineEventType(type));
    const isWhole = !this.#opened.store.mayHaveLeft(slot);
    if (!isWhole) this.#parts.emit({ type: 'output.retraction.incomplete', slot, events: mistaken.length });
    if (mistaken.length > 0) {
      await this.append(
        mistaken.map((event) => retractionOf(event, reason)),
        null,
      );
      this.#parts.emit({ type: 'output.slot.retracted', slot, events: mistaken.length });
    }
    return isWhole ? mistaken.length : null;
  }

  /** The event that stands under this identity; null when there is none, or none any more. */
  find(slot: number, id: string): StoredEvent | null {
    try {
      return this.#opened.reader.find(slot, id);
    } catch (error) {
      throw toEngineError(error, this.#opened.path);
    }
  }

  /** Whether any event of the slot was taken back, by this process or one before it. */
  isTakenBack(slot: number): boolean {
    try {
      return this.#opened.reader.isTakenBack(slot);
    } catch (error) {
      throw toEngineError(error, this.#opened.path);
    }
  }

  lastSequence(): number {
    return this.#opened.store.lastSequence;
  }

  firstSequence(): number {
    return this.#opened.store.firstSequence;
  }

  readAfter(sequence: number, limit: number): readonly StoredEvent[] {
    let after = sequence;
    while (after < this.lastSequence()) {
      const { events, through } = this.pendingAfter(after, limit);
      if (events.length > 0) return events;
      // Everything that was looked at is damaged or gone; a reader must not take that for the end.
      after = through;
    }
    return [];
  }

  onAppend(callback: (lastSequence: number) => void): () => void {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }

  pendingAfter(sequence: number, limit: number): { readonly events: readonly StoredEvent[]; readonly through: number } {
    const result = this.#opened.reader.after(sequence, limit, this.#opened.store.expected());
    for (const damaged of result.damaged) this.#damage.add(damaged);
    return result;
  }

  confirmedThrough(): number {
    return this.#opened.store.confirmed;
  }

  confirm(through: number): void {
    const { store } = this.#opened;
    store.confirm(through);
    // While a backlog drains nothing is appended that would save it: what a crash delivers twice must stay bounded all the same.
    if (store.unsavedConfirms < UNSAVED_CONFIRMS_MAX) return;
    try {
      store.saveConfirmed();
    } catch {
      // A full disk or a lost lease: the next append meets it and tells it.
    }
  }

  /** Events that were damaged or lost, of which consumers may have heard nothing. */
  damage(): DamageStats {
    return this.#damage.stats();
  }

  /** Writes what waits, remembers what was confirmed, gives the lease back. After the signal only what is at hand is done. */
  close(signal: AbortSignal): Promise<void> {
    this.#closing ??= this.#close(signal);
    return this.#closing;
  }

  async #close(signal: AbortSignal): Promise<void> {
    const giveUp = () =>
      this.#commits.stop(new EngineError('PIPELINE_ABORTED', 'The outbox was closed before it could be written.'));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    await this.#commits.flush();
    signal.removeEventListener('abort', giveUp);
    giveUp();
    this.#maintenance.stop();
    this.#opened.close();
  }

  #records(events: readonly DomainEvent[]): readonly NewRecord[] {
    return events.map((event) => {
      const id = eventId(event);
      return { slot: event.slot, id, type: event.type, json: this.#parts.writeEnvelope(event, id) };
    });
  }

  #ofSlot(slot: number): readonly StoredEvent[] {
    try {
      return this.#opened.reader.ofSlot(slot);
    } catch (error) {
      throw toEngineError(error, this.#opened.path);
    }
  }

  #commit(records: readonly NewRecord[], cursor: number | null): void {
    const { clock, emit } = this.#parts;
    const { store, path } = this.#opened;
    this.#maintenance.checkSpill();
    const startMs = clock.monotonicMs();
    let appended = 0;
    try {
      const result = store.commit(records, cursor, clock.wallMs());
      appended = result.appended;
      const durationMs = clock.monotonicMs() - startMs;
      emit({ type: 'output.batch.committed', events: appended, duplicates: result.duplicates, durationMs });
    } catch (error) {
      throw toEngineError(error, path);
    }
    if (appended > 0) this.#tell(store.lastSequence);
  }

  #tell(lastSequence: number): void {
    for (const listener of this.#listeners) {
      try {
        listener(lastSequence);
      } catch {
        // The append is durable whatever became of who listens.
      }
    }
  }
}
