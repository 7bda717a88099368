import type { RawUpdate } from '../../domain/update.ts';
import { filtersOf } from '../../domain/update-reader.ts';
import type { StreamSession } from '../stream/stream-session.ts';
import type { TrafficCounters } from '../stream/traffic-counters.ts';
import { groupOfFilter } from '../subscription/subscription-builder.ts';
import type { ConnectionParts } from './connection-parts.ts';

type IntakeParts = Pick<ConnectionParts, 'lane' | 'tip' | 'observer'>;

/** What happens to an update of one connection before anybody reads it: sampled, shown to whoever compares, put into its lane. */
export class UpdateIntake {
  readonly #parts: IntakeParts;
  readonly #counters: TrafficCounters;
  readonly #onTip: () => void;
  /** Sees every update before it is queued, for proofs. */
  tap: ((update: RawUpdate) => void) | null = null;

  /** `onTip` is called at each slot at which the stream is as far as any other. */
  constructor(parts: IntakeParts, counters: TrafficCounters, onTip: () => void) {
    this.#parts = parts;
    this.#counters = counters;
    this.#onTip = onTip;
  }

  take(update: RawUpdate, session: StreamSession): void {
    const { lane, observer } = this.#parts;
    if (update.kind === 'slot') this.#onSlot(session);
    else if (this.#counters.isSampleDue) this.#counters.sampleGroups(filtersOf(update.bytes).map(groupOfFilter));
    if (this.tap !== null) this.tap(update);
    if (observer !== null) observer.update(update);
    lane.push(update, update.bytes.length);
  }

  #onSlot({ highestSlot }: StreamSession): void {
    const { lane, tip } = this.#parts;
    lane.slot = highestSlot;
    lane.isLive = true;
    // Behind by a slot or two is the tip: the slot a replay catches up with moves on while it does.
    if (highestSlot + 2 >= tip.slot) this.#onTip();
    if (highestSlot > tip.slot) tip.slot = highestSlot;
  }
}
