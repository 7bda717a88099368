import type { Sink } from '../../../src/domain/contracts.ts';
import type { Cursor } from '../../../src/domain/cursor.ts';
import { type DomainEvent, eventId } from '../../../src/domain/domain-event.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { GroupCommit } from '../../../src/output/outbox/group-commit.ts';
import type { DiskRecord, SimulatedDisk } from './simulated-disk.ts';

/** The outbox of one process on the simulated disk: the product's own group commit, and its rule of taking a slot back. */
export class SimulatedOutbox implements Sink {
  readonly #disk: SimulatedDisk;
  readonly #commits: GroupCommit;

  constructor(disk: SimulatedDisk, holder: number, clock: Clock) {
    this.#disk = disk;
    const options = { records: 100, intervalMs: 5, waitingMax: 50_000, retryInitialMs: 50, retryMaxMs: 1_000 };
    // The records travel through the product's type; what the disk needs of them is found again by id.
    this.#commits = new GroupCommit(
      options,
      (records, cursor) => {
        const written = records.map(({ slot, id, type, json }) => ({
          slot,
          id,
          type,
          takesBack: json === '' ? null : json,
        }));
        this.#disk.commit(holder, written, cursor);
      },
      { held: () => {}, resumed: () => {} },
      clock,
    );
  }

  resumeFrom(): Cursor | null {
    const { cursor } = this.#disk;
    return cursor === null ? null : { slot: cursor };
  }

  append(events: readonly DomainEvent[], through: Cursor | null): Promise<void> {
    if (events.length === 0 && through === null) return Promise.resolve();
    const records = events.map((event) => ({ slot: event.slot, id: eventId(event), type: event.type, json: '' }));
    return this.#commits.append(records, through?.slot ?? null);
  }

  async retractSlot(slot: number): Promise<number> {
    await this.#commits.flush();
    const mistaken = this.#disk.ofSlot(slot).filter(({ type }) => !type.startsWith('stream.'));
    if (mistaken.length === 0) return 0;
    await this.#commits.append(mistaken.map(retraction), null);
    return mistaken.length;
  }
}

function retraction({ slot, id }: DiskRecord) {
  const type = 'stream.event.retracted';
  return { slot, id: `${type}:${id}:${slot}:0`, type, json: `${slot}/${id}` };
}
