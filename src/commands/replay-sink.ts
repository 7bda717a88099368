import { createHash } from 'node:crypto';
import type { Sink } from '../domain/contracts.ts';
import type { Cursor } from '../domain/cursor.ts';
import { type DomainEvent, eventId, isEngineEventType, pathText } from '../domain/domain-event.ts';

/**
 * Collects the events of a replay and writes them slot by slot, each slot in chain order, so that the text depends on the chain alone
 * and not on how batches fell. What died on a fork is left out; what the engine says of itself is not part of a replay.
 */
export class ReplaySink implements Sink {
  readonly #write: (line: string) => void;
  readonly #envelope: (event: DomainEvent, id: string) => string;
  readonly #slots = new Map<number, Map<string, DomainEvent>>();
  readonly #hash = createHash('sha256');
  #events = 0;

  constructor(envelope: (event: DomainEvent, id: string) => string, write: (line: string) => void) {
    this.#envelope = envelope;
    this.#write = write;
  }

  resumeFrom(): Cursor | null {
    return null;
  }

  append(events: readonly DomainEvent[], through: Cursor | null): Promise<void> {
    for (const event of events) {
      if (isEngineEventType(event.type)) continue;
      const slot = this.#slots.get(event.slot) ?? new Map<string, DomainEvent>();
      this.#slots.set(event.slot, slot.set(eventId(event), event));
    }
    if (through !== null) this.#flush(through.slot);
    return Promise.resolve();
  }

  retractSlot(slot: number): Promise<number> {
    const count = this.#slots.get(slot)?.size ?? 0;
    this.#slots.delete(slot);
    return Promise.resolve(count);
  }

  /** Writes what is left and tells what was written in all. */
  finish(): { readonly events: number; readonly sha256: string } {
    this.#flush(Number.POSITIVE_INFINITY);
    return { events: this.#events, sha256: this.#hash.digest('hex') };
  }

  #flush(through: number): void {
    const due = [...this.#slots.keys()].filter((slot) => slot <= through).sort((a, b) => a - b);
    for (const slot of due) {
      const events = [...(this.#slots.get(slot) ?? [])];
      this.#slots.delete(slot);
      for (const [id, event] of events.sort(byPlace)) {
        const line = this.#envelope(event, id);
        this.#hash.update(line).update('\n');
        this.#write(line);
        this.#events++;
      }
    }
  }
}

type Entry = readonly [id: string, event: DomainEvent];

function byPlace([idA, a]: Entry, [idB, b]: Entry): number {
  return (
    (a.txIndex ?? Number.POSITIVE_INFINITY) - (b.txIndex ?? Number.POSITIVE_INFINITY) ||
    (a.path?.outer ?? -1) - (b.path?.outer ?? -1) ||
    (a.path?.inner ?? -1) - (b.path?.inner ?? -1) ||
    compare(pathOrNone(a), pathOrNone(b)) ||
    compare(a.type, b.type) ||
    a.ordinal - b.ordinal ||
    compare(idA, idB)
  );
}

function pathOrNone(event: DomainEvent): string {
  return event.path === null ? '' : pathText(event.path);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
