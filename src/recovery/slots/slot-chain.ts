import { newSlotNode, type SlotNode } from './slot-node.ts';

export interface SlotChainOptions {
  /** How many slots behind the head are remembered one by one. */
  readonly windowSlots: number;
  /** Skipped slots up to here are told dead even when this process never saw them alive: the one before it may have. */
  readonly tellSkippedThrough: number;
  /** Whether the events of a slot were taken back by a process before this one. */
  readonly isTakenBack: (slot: number) => boolean;
}

/** What became known of slots since it was last taken. Each slot appears once in each list. */
export interface ChainNews {
  readonly confirmed: number[];
  readonly finalized: number[];
  readonly dead: number[];
}

/**
 * The fork tree of the recent slots: which are on the canonical chain, which are empty, which died. A confirmation counts for all
 * ancestors, so a lost one costs nothing; a parent link of a canonical slot proves the slots it passes over empty. Monotone: a
 * slot's state only rises, and only finality overrules a confirmation. It knows nothing of connections and data.
 */
export class SlotChain {
  readonly #windowSlots: number;
  readonly #tellSkippedThrough: number;
  readonly #isTakenBack: (slot: number) => boolean;
  readonly #nodes = new Map<number, SlotNode>();
  #news: ChainNews = { confirmed: [], finalized: [], dead: [] };
  #floor = 0;
  #head: number | null = null;
  #finalizedThrough: number | null = null;
  #changedFrom = Number.POSITIVE_INFINITY;

  constructor(options: SlotChainOptions) {
    this.#windowSlots = options.windowSlots;
    this.#tellSkippedThrough = options.tellSkippedThrough;
    this.#isTakenBack = options.isTakenBack;
  }

  /** The highest confirmed slot. */
  get head(): number | null {
    return this.#head;
  }

  get finalizedThrough(): number | null {
    return this.#finalizedThrough;
  }

  /** Below this slot nothing is remembered. */
  get floor(): number {
    return this.#floor;
  }

  get size(): number {
    return this.#nodes.size;
  }

  find(slot: number): SlotNode | undefined {
    return this.#nodes.get(slot);
  }

  nodes(): Iterable<SlotNode> {
    return this.#nodes.values();
  }

  /** The lowest slot above `slot` of which something is known; Infinity when there is none. */
  nextKnown(slot: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const known of this.#nodes.keys()) if (known > slot && known < next) next = known;
    return next;
  }

  /** The known slots of a range, ascending. */
  knownBetween(from: number, to: number): readonly number[] {
    if (to - from > this.#nodes.size) {
      return [...this.#nodes.keys()].filter((slot) => from <= slot && slot <= to).sort((a, b) => a - b);
    }
    const known: number[] = [];
    for (let slot = from; slot <= to; slot++) if (this.#nodes.has(slot)) known.push(slot);
    return known;
  }

  /** The node of a slot, made when new; undefined for one that has left the window. */
  node(slot: number): SlotNode | undefined {
    const known = this.#nodes.get(slot);
    if (known !== undefined) return known;
    if (slot < this.#floor) return undefined;
    const node = newSlotNode(slot);
    this.#nodes.set(slot, node);
    return node;
  }

  setAlive(node: SlotNode): void {
    if (node.alive) return;
    node.alive = true;
    this.#tellDeath(node);
  }

  /** True when the link was new. */
  setParent(node: SlotNode, parent: number): boolean {
    if (parent >= node.slot || node.parent === parent) return false;
    if (node.parent !== null) {
      // Two parents are two blocks. The nearer one is walked: fewer slots are then called empty.
      node.disputed = true;
      if (parent < node.parent) return false;
    }
    node.parent = parent;
    if (node.confirmed) this.#passOver(node, parent, node.finalized);
    if (node.confirmed) this.confirm(parent, node.finalized);
    return true;
  }

  setBlockhash(node: SlotNode, blockhash: string): void {
    if (node.blockhash !== null && node.blockhash !== blockhash) node.disputed = true;
    node.blockhash = blockhash;
  }

  setDead(node: SlotNode): void {
    node.dead = true;
    this.#tellDeath(node);
  }

  /** Confirms (or finalizes) a slot and, through the parent links, all its ancestors. */
  confirm(slot: number, final: boolean): void {
    this.#head = Math.max(this.#head ?? slot, slot);
    if (final) this.#finalizedThrough = Math.max(this.#finalizedThrough ?? slot, slot);
    for (let node = this.node(slot); node !== undefined; ) {
      if (node.finalized || (node.confirmed && !final)) return;
      this.#raise(node, final);
      const parent: number | null = node.parent;
      if (parent === null) return;
      this.#passOver(node, parent, final);
      node = this.node(parent);
    }
  }

  /** Forgets what fell out of the window. */
  forgetBelow(slot: number): void {
    if (slot <= this.#floor) return;
    if (slot - this.#floor > this.#nodes.size) {
      for (const known of this.#nodes.keys()) if (known < slot) this.#nodes.delete(known);
    } else {
      for (let old = this.#floor; old < slot; old++) this.#nodes.delete(old);
    }
    this.#floor = slot;
  }

  /** Slots that left the window long ago proved empty: what may have been emitted for them is taken back. */
  tellEmpty(from: number, to: number): void {
    for (let slot = from; slot <= to; slot++) this.#news.dead.push(slot);
  }

  takeNews(): ChainNews {
    const news = this.#news;
    this.#news = { confirmed: [], finalized: [], dead: [] };
    return news;
  }

  /** The lowest slot that became canonical or empty since this was last asked; Infinity for none. */
  takeChangedFrom(): number {
    const changed = this.#changedFrom;
    this.#changedFrom = Number.POSITIVE_INFINITY;
    return changed;
  }

  #raise(node: SlotNode, final: boolean): void {
    if (!node.confirmed) this.#changedFrom = Math.min(this.#changedFrom, node.slot);
    if (node.skipped && !final) node.disputed = true;
    // What was taken back can't be given back in silence: the slot has to be filled anew.
    if (node.deathTold || (!node.confirmed && this.#isTakenBack(node.slot))) node.disputed = true;
    node.skipped = false;
    if (!node.confirmed) this.#news.confirmed.push(node.slot);
    node.confirmed = true;
    if (!final) return;
    node.finalized = true;
    this.#news.finalized.push(node.slot);
  }

  #passOver(node: SlotNode, parent: number, final: boolean): void {
    if (node.slot - parent > this.#windowSlots) return;
    for (let slot = parent + 1; slot < node.slot; slot++) {
      const between = this.node(slot);
      if (between === undefined || between.finalized || (between.confirmed && !final)) continue;
      if (!between.skipped) this.#changedFrom = Math.min(this.#changedFrom, slot);
      between.confirmed = false;
      between.skipped = true;
      this.#tellDeath(between);
    }
  }

  #tellDeath(node: SlotNode): void {
    if (node.deathTold || node.confirmed || !(node.dead || node.skipped)) return;
    if (!node.alive && node.slot > this.#tellSkippedThrough) return;
    node.deathTold = true;
    this.#news.dead.push(node.slot);
  }
}
