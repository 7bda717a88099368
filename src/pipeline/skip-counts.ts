import type { Emit } from '../telemetry/event.ts';
import type { SkipReason } from '../telemetry/events/pipeline.ts';

/** What went no further, by reason. Nothing leaves the way uncounted. */
export class SkipCounts {
  readonly #counts = new Map<SkipReason, { total: number; told: number }>();

  add(reason: SkipReason, count: number): void {
    const known = this.#counts.get(reason);
    if (known === undefined) this.#counts.set(reason, { total: count, told: 0 });
    else known.total += count;
  }

  stats(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].map(([reason, { total }]) => [reason, total]));
  }

  /** Tells what was skipped since the last call. */
  tell(emit: Emit): void {
    for (const [reason, count] of this.#counts) {
      if (count.total === count.told) continue;
      emit({ type: 'pipeline.updates.skipped', reason, count: count.total - count.told });
      count.told = count.total;
    }
  }
}
