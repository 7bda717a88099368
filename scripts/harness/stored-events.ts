import { systemClock } from '../../src/lib/clock.ts';
import { ENVELOPE_SOURCE } from '../../src/output/envelope.ts';
import { openOutbox } from '../../src/output/outbox/index.ts';

export interface Stored {
  readonly id: string;
  readonly type: string;
  readonly slot: number;
}

/** Everything an engine that was closed left in the outbox of its data folder, in order. */
export async function storedEvents(folder: string): Promise<readonly Stored[]> {
  const outbox = openOutbox(
    { folder, envelope: { source: ENVELOPE_SOURCE, commitment: 'processed' }, waitsForBroker: true },
    {
      commitRecords: 100,
      commitIntervalMs: 5,
      keepSizeMb: 1_024,
      keepAgeMs: 86_400_000,
      overlapSlots: 500,
      spillSizeMb: 16_384,
    },
    systemClock,
    () => {},
  );
  const events = outbox.readAfter(0, 1_000_000).map(({ id, type, slot }) => ({ id, type, slot }));
  await outbox.close(new AbortController().signal);
  return events;
}
