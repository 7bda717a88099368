import type { RawUpdate } from '../domain/update.ts';
import { readSlotNotice } from '../domain/update-reader.ts';
import type { ProviderRace } from './provider-race.ts';
import type { TapPoint } from './tap-point.ts';

/**
 * One provider's place in the race: a provider counts as connected once each of its connections has told a slot, and no longer as soon as
 * one of them ends.
 */
export class RaceObserver implements TapPoint {
  readonly #race: ProviderRace;
  readonly #provider: number;
  /** Connections that opened but have not told a slot yet. */
  readonly #silent = new Set<string>();

  constructor(race: ProviderRace, provider: number) {
    this.#race = race;
    this.#provider = provider;
  }

  opened(connection: string): void {
    this.#silent.add(connection);
  }

  ended(connection: string): void {
    this.#silent.delete(connection);
    this.#race.disconnected(this.#provider);
  }

  update(update: RawUpdate): void {
    if (this.#silent.size > 0 && update.kind === 'slot' && this.#silent.delete(update.connection)) {
      if (this.#silent.size === 0) this.#race.connected(this.#provider, readSlotNotice(update.bytes).slot);
    }
    this.#race.see(this.#provider, update);
  }
}
