import type { SlotNode } from './slot-node.ts';

/** One stream from its `opened` mark to its `closed` mark, for the groups it carried. */
export interface Session {
  /** Its bit in the masks of the slot nodes. */
  readonly bit: number;
  readonly connection: string;
  readonly groups: readonly string[];
  /** Slot the replay was asked from; null at the tip. Nothing before it will come. */
  readonly fromSlot: number | null;
  /** The slot was confirmed when it was asked for, so a stream that shows it is a replay and no start at the tip. */
  readonly isReplay: boolean;
  open: boolean;
  /** Highest slot it told confirmed, or finalized. */
  confirmedHigh: number;
  finalizedHigh: number;
  /** Highest slot it mentioned as being streamed. */
  high: number;
  /** Lowest slot whose bank it saw made or frozen; null before the first. */
  firstStarted: number | null;
  /** Slot of its newest data. */
  dataAt: number;
  /** Data came for slots far below `high`: up to here its slot messages ran ahead of its data. */
  aheadThrough: number;
}

/** Bits of a 32-bit mask that stay positive: streams that can count as proof at one time. */
const MAX_SESSIONS = 30;

/** Data this many slots below the newest slot message is no jitter: the stream's slot messages run ahead of a replay. */
const AHEAD_SLOTS = 16;

const NO_SESSIONS: readonly Session[] = [];

/**
 * The streams that count as proof, open ones and recently closed ones. Bounded: when too many were opened, the closed one that got
 * least far is forgotten, and what it alone proved is unproven again.
 */
export class SlotSessions {
  readonly #sessions: Session[] = [];
  readonly #routes = new Map<string, readonly Session[]>();

  all(): readonly Session[] {
    return this.#sessions;
  }

  /** The open sessions of a connection. */
  of(connection: string): readonly Session[] {
    return this.#routes.get(connection) ?? NO_SESSIONS;
  }

  /** Opens a session; null when every bit is held by an open stream (it then proves nothing). */
  open(
    connection: string,
    groups: readonly string[],
    fromSlot: number | null,
    isReplay: boolean,
    nodes: () => Iterable<SlotNode>,
  ): Session | null {
    const bit = this.#freeBit(nodes);
    if (bit === 0) return null;
    const session: Session = {
      bit,
      connection,
      groups,
      fromSlot,
      isReplay,
      open: true,
      confirmedHigh: -1,
      finalizedHigh: -1,
      high: -1,
      firstStarted: null,
      dataAt: -1,
      aheadThrough: -1,
    };
    this.#sessions.push(session);
    this.#routes.set(connection, [...this.of(connection), session]);
    return session;
  }

  /** Ends what a connection carried for these groups; groups that go on get a copy of all that was proven so far. */
  close(connection: string, groups: readonly string[], nodes: () => Iterable<SlotNode>): void {
    const remaining: Session[] = [];
    for (const session of this.of(connection)) {
      const staying = session.groups.filter((group) => !groups.includes(group));
      if (staying.length === session.groups.length) {
        remaining.push(session);
        continue;
      }
      session.open = false;
      if (staying.length === 0) continue;
      const copy = this.#copy(session, staying, nodes);
      if (copy !== null) remaining.push(copy);
    }
    if (remaining.length === 0) this.#routes.delete(connection);
    else this.#routes.set(connection, remaining);
  }

  /** The first slot some stream of this group saw start; null before that. A replay starts with the slot it was asked for. */
  firstStartedFor(group: string): number | null {
    let first: number | null = null;
    for (const session of this.#sessions) {
      if (!session.groups.includes(group) || session.firstStarted === null) continue;
      const from = session.isReplay && session.fromSlot !== null ? session.fromSlot - 1 : session.firstStarted;
      first = first === null ? from : Math.min(first, from);
    }
    return first;
  }

  /** Books on a connection's sessions that the slot is being streamed, and whether its bank was told; true when that was new. */
  see(connection: string, node: SlotNode, started: boolean): boolean {
    let isNew = false;
    for (const session of this.of(connection)) {
      if (node.slot > session.high) session.high = node.slot;
      isNew ||= !(node.seenBy & session.bit) || (started && !(node.startedBy & session.bit));
      node.seenBy |= session.bit;
      if (!started) continue;
      node.startedBy |= session.bit;
      session.firstStarted = Math.min(session.firstStarted ?? node.slot, node.slot);
    }
    return isNew;
  }

  confirm(connection: string, slot: number, final: boolean): void {
    for (const session of this.of(connection)) {
      session.confirmedHigh = Math.max(session.confirmedHigh, slot);
      if (final) session.finalizedHigh = Math.max(session.finalizedHigh, slot);
    }
  }

  noteData(session: Session, slot: number): void {
    if (slot + AHEAD_SLOTS < session.high) session.aheadThrough = session.high;
    session.dataAt = slot;
    if (slot > session.high) session.high = slot;
  }

  #copy(session: Session, groups: readonly string[], nodes: () => Iterable<SlotNode>): Session | null {
    const bit = this.#freeBit(nodes);
    if (bit === 0) return null;
    const copy: Session = { ...session, bit, groups, open: true };
    for (const node of nodes()) {
      if (node.seenBy & session.bit) node.seenBy |= bit;
      if (node.startedBy & session.bit) node.startedBy |= bit;
      if (node.coveredBy & session.bit) node.coveredBy |= bit;
    }
    this.#sessions.push(copy);
    return copy;
  }

  /** A bit nobody uses, wiped from the nodes; 0 when all are held by open sessions. */
  #freeBit(nodes: () => Iterable<SlotNode>): number {
    if (this.#sessions.length >= MAX_SESSIONS) {
      const closed = this.#sessions.filter((session) => !session.open);
      if (closed.length === 0) return 0;
      const least = closed.reduce((a, b) => (b.confirmedHigh < a.confirmedHigh ? b : a));
      this.#sessions.splice(this.#sessions.indexOf(least), 1);
    }
    let used = 0;
    for (const session of this.#sessions) used |= session.bit;
    let bit = 1;
    while (used & bit) bit <<= 1;
    for (const node of nodes()) {
      node.seenBy &= ~bit;
      node.startedBy &= ~bit;
      node.coveredBy &= ~bit;
    }
    return bit;
  }
}
