import type { SlotTracker } from '../../domain/contracts.ts';
import type { BlockMetaNotice, Gap, SlotNotice, SlotProgress } from '../../domain/slot.ts';
import { beginningOf } from './beginning.ts';
import { CheckpointClimb, type ClimbOptions } from './checkpoint-climb.ts';
import { coverFrom } from './coverage.ts';
import { OpenGaps, TWO_BLOCKS, UNREADABLE } from './open-gaps.ts';
import { PlausibleSlots } from './plausible-slots.ts';
import { SlotChain } from './slot-chain.ts';
import type { SlotNode } from './slot-node.ts';
import { isProven } from './slot-proof.ts';
import { SlotSessions } from './slot-sessions.ts';
import { type SlotState, slotStateOf } from './slot-state.ts';

export interface SlotLedgerOptions extends ClimbOptions {
  /** What the outbox holds: null for "none yet", never 0. */
  readonly checkpoint: number | null;
  /** Gaps that were open when the last process ended. */
  readonly openGaps: readonly Gap[];
  /** Whether the outbox says that the events of this slot were taken back; asked once for each confirmed slot. */
  readonly isTakenBack: (slot: number) => boolean;
}

/** Name of the connection on which gaps are filled with whole blocks. */
export const FILL_CONNECTION = 'rpc';

/**
 * Proves slots complete, per group and by the rules in coverage.ts, and never passes over one in silence.
 *
 * The checkpoint steps over a slot that is complete for every group, over one that a parent link proves empty, and over one it has
 * just put into `gapsOpened`. It waits for one that an open stream may still prove, and for a group that has no stream, because the
 * next replay may bring it; after `windowSlots` it stops waiting and opens a gap. So an open gap does not hold the checkpoint, but
 * the caller has to make `gapsOpened` durable together with, or before, the checkpoint of the same `progress()`: then no crash can
 * separate the two. The same holds for `dead`: retract first, then store the checkpoint.
 *
 * With no checkpoint, history begins after the first slot that every group saw start; that slot becomes the first checkpoint as soon as
 * it and what came before it is decided.
 * It never reads a clock (times of gaps are data), never waits, and forgets what is older than its window.
 */
export class SlotLedger implements SlotTracker {
  readonly #options: SlotLedgerOptions;
  readonly #chain: SlotChain;
  readonly #sessions: SlotSessions;
  readonly #gaps: OpenGaps;
  readonly #climb: CheckpointClimb;
  readonly #plausible: PlausibleSlots;
  readonly #doubted = new Set<number>();
  #high = -1;
  #firstAlive: number | null = null;
  #dirtyFrom = Number.POSITIVE_INFINITY;
  #changed = false;
  #gapsClosed: Gap[] = [];
  /** Filled after they left the window: on the canonical chain, and long since beyond doubt. */
  #rooted: number[] = [];
  #lastConnection = '';
  #lastSlot = -1;

  constructor(options: SlotLedgerOptions) {
    this.#options = options;
    this.#sessions = new SlotSessions();
    this.#gaps = new OpenGaps(options.openGaps);
    this.#chain = new SlotChain({
      windowSlots: options.windowSlots,
      // The process before this one may have emitted events of any slot that far past its checkpoint.
      isTakenBack: options.isTakenBack,
      tellSkippedThrough: options.checkpoint === null ? -1 : options.checkpoint + 2 * options.windowSlots,
    });
    this.#climb = new CheckpointClimb(options, this.#chain, this.#sessions, this.#gaps, options.checkpoint);
    this.#plausible = new PlausibleSlots(options.checkpoint);
  }

  opened(connection: string, groups: readonly string[], fromSlot: number | null): void {
    // What the streams of before proved is booked first: opening one may forget an old one.
    if (this.#changed) this.#evaluate();
    this.#sessions.close(connection, groups, () => this.#chain.nodes());
    // A replay from a slot nobody confirmed yet can't be told from a start at the tip.
    const known = this.#chain.head ?? this.#options.checkpoint;
    const isReplay = fromSlot !== null && (known === null || fromSlot <= known);
    this.#sessions.open(connection, [...groups], fromSlot, isReplay, () => this.#chain.nodes());
    this.#streamsChanged();
  }

  closed(connection: string, groups: readonly string[]): void {
    this.#sessions.close(connection, groups, () => this.#chain.nodes());
    this.#streamsChanged();
  }

  slot(connection: string, notice: SlotNotice): void {
    const node = this.#node(notice.slot);
    if (node === undefined) {
      if (connection === FILL_CONNECTION) this.#rooted.push(notice.slot);
      return;
    }
    if (notice.parent !== null && this.#chain.setParent(node, notice.parent)) this.#dirty(node);
    switch (notice.status) {
      case 'createdBank':
      case 'processed':
        this.#see(connection, node, true);
        break;
      case 'completed':
        this.#see(connection, node, false);
        break;
      case 'confirmed':
      case 'finalized':
        this.#confirm(connection, node, notice.status === 'finalized');
        break;
      case 'dead':
        this.#chain.setDead(node);
        break;
      case 'firstShredReceived':
        break;
    }
    this.#noteDoubt(node);
  }

  blockMeta(connection: string, notice: BlockMetaNotice): void {
    if (connection === FILL_CONNECTION) {
      this.#filled(notice);
      return;
    }
    const node = this.#node(notice.slot);
    if (node === undefined) return;
    this.#chain.setBlockhash(node, notice.blockhash);
    if (notice.parent !== null && this.#chain.setParent(node, notice.parent)) this.#dirty(node);
    this.#see(connection, node, false);
    for (const session of this.#sessions.of(connection)) this.#sessions.noteData(session, notice.slot);
    this.#noteDoubt(node);
  }

  data(connection: string, slot: number): void {
    // Called for every transaction: almost always the same slot of the same connection as before.
    if (slot === this.#lastSlot && connection === this.#lastConnection) return;
    const node = this.#node(slot);
    if (node === undefined) return;
    this.#lastSlot = slot;
    this.#lastConnection = connection;
    this.#see(connection, node, false);
    for (const session of this.#sessions.of(connection)) this.#sessions.noteData(session, slot);
  }

  /** Returns the gap this opens at once: the slot may have been passed already. */
  unreadable(connection: string, slot: number): Gap | null {
    // A whole block that was fetched holds the same bytes: they are the chain's, and no further copy helps.
    const node = connection === FILL_CONNECTION ? undefined : this.#node(slot);
    if (node === undefined || node.skipped) return null;
    node.unreadable = true;
    return this.#climb.reopen(slot, UNREADABLE);
  }

  progress(): SlotProgress {
    if (this.#changed) this.#evaluate();
    const news = this.#chain.takeNews();
    const gapsClosed = this.#gapsClosed;
    const rooted = this.#rooted;
    this.#gapsClosed = [];
    this.#rooted = [];
    return {
      dead: ascending(news.dead),
      confirmed: ascending([...rooted, ...news.confirmed.filter((slot) => this.#isTold(slot))]),
      finalized: ascending([...rooted, ...news.finalized.filter((slot) => this.#isTold(slot))]),
      gapsOpened: this.#climb.takeGapsOpened(),
      gapsClosed,
      checkpoint: this.#climb.at,
    };
  }

  /** Takes slots as filled; what that closes is told by the next `progress()`. */
  fill(from: number, to: number, groups: readonly string[], filledBy: string): void {
    this.#gapsClosed.push(...this.#gaps.fill(from, to, groups, filledBy));
  }

  get gaps(): OpenGaps {
    return this.#gaps;
  }

  get checkpoint(): number | null {
    return this.#climb.at;
  }

  /** Everything this process may have emitted is of later slots; null before the first. */
  get anchor(): number | null {
    return this.#firstAlive === null ? null : this.#firstAlive - 1;
  }

  /** The highest confirmed slot. */
  get head(): number | null {
    return this.#chain.head;
  }

  /** The highest finalized slot. */
  get finalizedHead(): number | null {
    return this.#chain.finalizedThrough;
  }

  get rememberedSlots(): number {
    return this.#chain.size;
  }

  /** What can be said of a slot after the beginning of history. */
  stateOf(slot: number): SlotState {
    return slotStateOf(slot, this.#chain, this.#gaps, this.#climb.at);
  }

  /**
   * A whole block that was fetched to fill a gap: its data came before this, and the filler followed the parent links. So the slot is
   * filled and those between it and its parent are empty, however long ago they left the window.
   */
  #filled(notice: BlockMetaNotice): void {
    const { slot, parent } = notice;
    const first = parent === null ? slot : parent + 1;
    const node = this.#chain.node(slot);
    if (node !== undefined) {
      node.unreadable = false;
      if (parent !== null) this.#chain.setParent(node, parent);
      this.#chain.confirm(slot, false);
    }
    if (parent !== null) this.#chain.tellEmpty(first, Math.min(slot, this.#chain.floor) - 1);
    const groups = this.#options.groups.map((group) => group.name);
    this.fill(first, slot, groups, FILL_CONNECTION);
    // Its events were told and taken back: they can't be told again, and the gap over them has to say so.
    if (node?.disputed ?? this.#options.isTakenBack(slot)) this.#doubted.add(slot);
    this.#changed = true;
  }

  #node(slot: number): SlotNode | undefined {
    if (!this.#plausible.accepts(slot)) return undefined;
    const node = this.#chain.node(slot);
    if (node !== undefined) this.#changed = true;
    return node;
  }

  #see(connection: string, node: SlotNode, started: boolean): void {
    if (this.#sessions.see(connection, node, started)) this.#dirty(node);
    if (node.slot > this.#high) this.#high = node.slot;
    this.#firstAlive = Math.min(this.#firstAlive ?? node.slot, node.slot);
    this.#chain.setAlive(node);
  }

  #confirm(connection: string, node: SlotNode, final: boolean): void {
    this.#sessions.confirm(connection, node.slot, final);
    this.#chain.confirm(node.slot, final);
  }

  #evaluate(): void {
    this.#changed = false;
    this.#cover();
    this.#begin();
    this.#climb.climb(this.#high);
    for (const slot of this.#doubted) this.#climb.reopen(slot, TWO_BLOCKS);
    this.#doubted.clear();
    this.#gaps.touch(this.#chain.takeChangedFrom());
    const closed = this.#gaps.recheck(this.#chain.floor, 'replay', (slot, groups) => {
      const node = this.#chain.find(slot);
      return node !== undefined && isProven(node, groups, this.#sessions.all(), this.#options);
    });
    this.#gapsClosed.push(...closed);
    const at = this.#climb.at;
    if (at === null) return;
    const head = Math.max(this.#chain.head ?? -1, this.#high - this.#options.windowSlots);
    this.#chain.forgetBelow(Math.min(at, head - this.#options.windowSlots));
  }

  #cover(): void {
    if (this.#dirtyFrom > this.#high) return;
    coverFrom(this.#dirtyFrom, this.#high, this.#chain, this.#sessions.all());
    this.#gaps.touch(this.#dirtyFrom);
    this.#dirtyFrom = Number.POSITIVE_INFINITY;
  }

  #begin(): void {
    if (this.#climb.at !== null || this.#firstAlive === null) return;
    const isOverdue = this.#high - this.#firstAlive > this.#options.windowSlots;
    const groups = this.#options.groups.map((group) => group.name);
    const begin = beginningOf(groups, this.#sessions, this.#chain, isOverdue);
    if (begin === null) return;
    this.#climb.begin(begin);
  }

  #noteDoubt(node: SlotNode): void {
    if (node.disputed && this.#climb.at !== null && node.slot <= this.#climb.at) this.#doubted.add(node.slot);
  }

  #isTold(slot: number): boolean {
    // Statuses of slots from before history began are nobody's business.
    const begin = this.#climb.at ?? this.anchor ?? Number.POSITIVE_INFINITY;
    return this.#options.checkpoint !== null || slot > begin || (this.#chain.find(slot)?.alive ?? false);
  }

  #dirty(node: SlotNode): void {
    if (node.slot < this.#dirtyFrom) this.#dirtyFrom = node.slot;
  }

  #streamsChanged(): void {
    this.#changed = true;
    this.#lastSlot = -1;
  }
}

const ascending = (slots: number[]) => slots.sort((a, b) => a - b);
