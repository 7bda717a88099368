/** A set of slots kept as sorted, disjoint, inclusive ranges: an outage of a day costs one entry, not 216,000. */
export class SlotRanges {
  #ranges: { from: number; to: number }[] = [];

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  /** How many slots are in the set. */
  get size(): number {
    return this.#ranges.reduce((sum, range) => sum + range.to - range.from + 1, 0);
  }

  get ranges(): readonly { readonly from: number; readonly to: number }[] {
    return this.#ranges;
  }

  has(slot: number): boolean {
    return this.#ranges.some((range) => range.from <= slot && slot <= range.to);
  }

  add(from: number, to: number): void {
    if (from > to) return;
    let low = from;
    let high = to;
    const kept: { from: number; to: number }[] = [];
    for (const range of this.#ranges) {
      if (range.to + 1 < low || range.from - 1 > high) {
        kept.push(range);
      } else {
        low = Math.min(low, range.from);
        high = Math.max(high, range.to);
      }
    }
    kept.push({ from: low, to: high });
    this.#ranges = kept.sort((a, b) => a.from - b.from);
  }

  remove(from: number, to: number): void {
    if (!this.#ranges.some((range) => range.from <= to && from <= range.to)) return;
    this.#ranges = this.#ranges.flatMap((range) => {
      if (range.to < from || range.from > to) return [range];
      const left = { from: range.from, to: Math.min(range.to, from - 1) };
      const right = { from: Math.max(range.from, to + 1), to: range.to };
      return [left, right].filter((part) => part.from <= part.to);
    });
  }
}
