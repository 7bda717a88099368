/** Lengths remembered per event: those with text in them vary without end. */
const LENGTHS_MAX = 64;
const EVENTS_MAX = 2_048;

/** How often each event came with which body length: the fingerprint of a program's releases. Bounded: what is beyond the limits is not told. */
export class LengthHistogram {
  readonly #venues = new Map<string, Map<string, Map<number, number>>>();
  #events = 0;

  count(venue: string, source: string, length: number): void {
    let sources = this.#venues.get(venue);
    if (sources === undefined) {
      sources = new Map();
      this.#venues.set(venue, sources);
    }
    let lengths = sources.get(source);
    if (lengths === undefined) {
      if (this.#events >= EVENTS_MAX) return;
      this.#events++;
      lengths = new Map();
      sources.set(source, lengths);
    }
    const known = lengths.get(length);
    if (known === undefined && lengths.size >= LENGTHS_MAX) return;
    lengths.set(length, (known ?? 0) + 1);
  }

  /** "venue source" → length → how often. */
  toObject(): Readonly<Record<string, Readonly<Record<number, number>>>> {
    const told: Record<string, Readonly<Record<number, number>>> = {};
    for (const [venue, sources] of this.#venues) {
      for (const [source, lengths] of sources) told[`${venue} ${source}`] = Object.fromEntries(lengths);
    }
    return told;
  }
}
