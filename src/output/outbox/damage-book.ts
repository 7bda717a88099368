import type { Clock } from '../../lib/clock.ts';
import type { Emit } from '../../telemetry/event.ts';
import type { DamagedRecord } from './reader.ts';
import type { OutboxStore } from './store.ts';

export interface DamageStats {
  /** Events that were damaged or that a rescue could not find, ever. */
  readonly events: number;
  /** Those of them nobody has acknowledged. */
  readonly open: number;
}

/**
 * What of the outbox is damaged. Told when it is found, and at every start again until an operator has acknowledged it: such an event may
 * have reached no consumer. It never throws.
 */
export class DamageBook {
  readonly #store: OutboxStore;
  readonly #clock: Clock;
  readonly #emit: Emit;
  /** What the disk has not taken yet. */
  readonly #unsaved = new Map<number, DamagedRecord>();
  #open = 0;
  #told = 0;

  constructor(store: OutboxStore, parts: { readonly clock: Clock; readonly emit: Emit }) {
    this.#store = store;
    this.#clock = parts.clock;
    this.#emit = parts.emit;
  }

  add(damaged: DamagedRecord): void {
    const { sequence, reason } = damaged;
    if (this.#unsaved.has(sequence)) return;
    this.#emit({ type: 'output.record.damaged', sequence, reason });
    this.#unsaved.set(sequence, damaged);
    this.#save();
  }

  stats(): DamageStats {
    return { events: this.#store.setAside + this.#unsaved.size, open: this.#open + this.#unsaved.size };
  }

  /** Looks again: what could not be saved may be now, and what was open may have been acknowledged. */
  look(): void {
    this.#save();
    try {
      this.#open = this.#store.unacknowledged();
    } catch {
      // What was known last still holds.
    }
    const { events, open } = this.stats();
    if (open === this.#told) return;
    this.#told = open;
    this.#emit({ type: 'output.damage.counted', events, open });
  }

  #save(): void {
    for (const { sequence, reason, record } of this.#unsaved.values()) {
      try {
        this.#store.setAsideRecord(sequence, reason, record, this.#clock.wallMs());
      } catch {
        // A full disk, or a page too broken to write to: a record that stays where it is is passed over on every read.
      }
      if (!this.#store.isSetAside(sequence)) return;
      this.#unsaved.delete(sequence);
      this.#open++;
    }
  }
}
