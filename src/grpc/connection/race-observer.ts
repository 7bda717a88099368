import type { Commitment } from '../../domain/slot.ts';
import type { RawUpdate } from '../../domain/update.ts';
import { readSlotNotice } from '../../domain/update-reader.ts';
import { tellsDataSlot } from '../stream/data-slot.ts';
import { attempt } from '../stream/lenient-read.ts';
import type { TapPoint } from '../stream/tap-point.ts';
import type { ProviderRace } from './provider-race.ts';

/** First slot a connection delivers whole, of one group; null until it has told a slot since the group began. */
type WholeFrom = number | null;

/**
 * One provider's place in the race: from which slot on every wanted group arrives whole, on whichever of its connections. A group that is
 * handed over keeps what it had, because both connections delivered it for a while; one that just ends has nothing.
 */
export class RaceObserver implements TapPoint {
  readonly #race: ProviderRace;
  readonly #provider: number;
  readonly #commitment: Commitment;
  readonly #wanted: () => readonly string[];
  /** Group → connection → since when. */
  readonly #carriers = new Map<string, Map<string, WholeFrom>>();

  constructor(race: ProviderRace, provider: number, commitment: Commitment, wanted: () => readonly string[]) {
    this.#commitment = commitment;
    this.#race = race;
    this.#provider = provider;
    this.#wanted = wanted;
  }

  opened(connection: string, groups: readonly string[]): void {
    for (const group of groups) this.#carriersOf(group).set(connection, null);
  }

  closed(connection: string, groups: readonly string[], handedOver: boolean): void {
    for (const group of groups) {
      const carriers = this.#carriersOf(group);
      const since = carriers.get(connection) ?? null;
      carriers.delete(connection);
      if (!handedOver || since === null) continue;
      for (const [other, from] of carriers) if (from !== null) carriers.set(other, Math.min(from, since));
    }
    this.#judge();
  }

  update(update: RawUpdate): void {
    if (update.kind === 'slot') this.#onSlot(update);
    this.#race.see(this.#provider, update);
  }

  #onSlot({ connection, bytes }: RawUpdate): void {
    const notice = attempt(readSlotNotice, bytes);
    if (notice === null || !tellsDataSlot(notice.status, this.#commitment)) return;
    for (const carriers of this.#carriers.values()) {
      // The slot in progress began before the group did, and so may the next have done.
      if (carriers.get(connection) === null) carriers.set(connection, notice.slot + 2);
    }
    this.#judge();
  }

  #judge(): void {
    const since = this.#wanted().map((group) => {
      const known = [...this.#carriersOf(group).values()].filter((from) => from !== null);
      return Math.min(Number.POSITIVE_INFINITY, ...known);
    });
    this.#race.wholeFrom(this.#provider, Math.max(0, ...since));
  }

  #carriersOf(group: string): Map<string, WholeFrom> {
    const known = this.#carriers.get(group) ?? new Map<string, WholeFrom>();
    this.#carriers.set(group, known);
    return known;
  }
}
