const SLOTS = 2_048;

/** Time of each recent slot: of its block when a block meta told it, else of the slot's first sight. A ring, so bounded. */
export class SlotTimes {
  readonly #slots = new Float64Array(SLOTS).fill(-1);
  readonly #times = new Float64Array(SLOTS);

  /** Undefined when the slot was not seen, or long ago. */
  timeMs(slot: number): number | undefined {
    const place = slot % SLOTS;
    return this.#slots[place] === slot ? this.#times[place] : undefined;
  }

  set(slot: number, timeMs: number): void {
    const place = slot % SLOTS;
    this.#slots[place] = slot;
    this.#times[place] = timeMs;
  }
}
