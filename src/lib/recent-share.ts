/**
 * Which share of the recent ones failed, from two counters that only grow. Looked at now and then, it answers for the ones since the last
 * answer as soon as they are many enough to say something, so that a change shows however many came before it.
 */
export class RecentShare {
  readonly #enough: number;
  #total = 0;
  #failed = 0;
  #share: number | null = null;

  constructor(enough: number) {
    this.#enough = enough;
  }

  /** The share of failures, 0 to 1; null until there were enough. Counters that went back are new ones. */
  look(total: number, failed: number): number | null {
    if (total < this.#total || failed < this.#failed) {
      this.#total = 0;
      this.#failed = 0;
    }
    const added = total - this.#total;
    if (added < this.#enough) return this.#share;
    this.#share = (failed - this.#failed) / added;
    this.#total = total;
    this.#failed = failed;
    return this.#share;
  }
}
