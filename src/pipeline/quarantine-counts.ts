import type { Emit } from '../telemetry/event.ts';
import type { Quarantine, QuarantinedUpdate, QuarantineReason } from './batch.ts';

/** Hands unusable bytes to whoever keeps them, and tells how many there were once per batch: a flood of garbage is one line. */
export class QuarantineCounts {
  readonly #keep: Quarantine;
  readonly #totals = new Map<QuarantineReason, number>();
  readonly #untold = new Map<QuarantineReason, { count: number; readonly note: string }>();

  constructor(keep: Quarantine) {
    this.#keep = keep;
  }

  readonly add: Quarantine = (update: QuarantinedUpdate) => {
    this.#totals.set(update.reason, (this.#totals.get(update.reason) ?? 0) + 1);
    const untold = this.#untold.get(update.reason);
    if (untold === undefined) this.#untold.set(update.reason, { count: 1, note: update.note });
    else untold.count++;
    this.#keep(update);
  };

  stats(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#totals);
  }

  tell(emit: Emit): void {
    if (this.#untold.size === 0) return;
    for (const [reason, { count, note }] of this.#untold) {
      emit({ type: 'pipeline.updates.quarantined', reason, count, note });
    }
    this.#untold.clear();
  }
}
