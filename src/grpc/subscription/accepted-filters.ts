/** Fingerprints of the filters of single groups. */
export type FiltersByGroup = ReadonlyMap<string, string>;

/**
 * Which filters a server has provably worked with, group by group: what is new when it refuses a request is what it refuses. It compares
 * texts; it asks nobody.
 */
export class AcceptedFilters {
  readonly #accepted = new Map<string, string>();

  note(filters: FiltersByGroup): void {
    for (const [group, text] of filters) this.#accepted.set(group, text);
  }

  /** Of the groups of a refused request those that are to blame: the new or changed ones, or all when none stands out. */
  toBlame(refused: FiltersByGroup): readonly string[] {
    const changed = [...refused].filter(([group, text]) => this.#accepted.get(group) !== text);
    return (changed.length > 0 ? changed : [...refused]).map(([group]) => group);
  }
}
