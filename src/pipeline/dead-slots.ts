const REMEMBERED_MAX = 4_096;

/** The last slots that died on a fork: what still arrives for them never happened. Bounded; the oldest is forgotten first. */
export class DeadSlots {
  readonly #slots = new Set<number>();

  has(slot: number): boolean {
    return this.#slots.size > 0 && this.#slots.has(slot);
  }

  add(slot: number): void {
    this.#slots.add(slot);
    if (this.#slots.size <= REMEMBERED_MAX) return;
    for (const oldest of this.#slots) {
      this.#slots.delete(oldest);
      break;
    }
  }

  /** A slot the cluster voted for is alive, whatever was said of it before. */
  revive(slot: number): void {
    if (this.#slots.size > 0) this.#slots.delete(slot);
  }
}
