/** A step further than this (about an hour of slots) is believed only when a second message confirms it. */
const LEAP_SLOTS = 10_000;
/** How near the second message has to be. */
const NEIGHBOURHOOD_SLOTS = 100;

/** Keeps one damaged slot number from opening a gap of millions: a leap forward needs two messages that agree. */
export class PlausibleSlots {
  #high: number | null;
  #suspect = Number.NEGATIVE_INFINITY;

  constructor(high: number | null) {
    this.#high = high;
  }

  accepts(slot: number): boolean {
    if (this.#high === null || slot <= this.#high + LEAP_SLOTS) {
      if (slot > (this.#high ?? -1)) this.#high = slot;
      return true;
    }
    if (Math.abs(slot - this.#suspect) <= NEIGHBOURHOOD_SLOTS) {
      this.#high = slot;
      return true;
    }
    this.#suspect = slot;
    return false;
  }
}
