/** What must pass after a rewrite when the server never answers our ping. */
const BARRIER_SLOTS = 8;
const BARRIER_MS = 5000;

interface Barrier {
  readonly pingId: number;
  readonly slot: number;
  readonly untilMs: number;
  readonly passed: () => void;
}

/** Rewrites of one call that are not proven yet: a rewrite has passed when the ping written after it is answered. It writes nothing. */
export class RewriteBarriers {
  #barriers: readonly Barrier[] = [];
  #answersPings = false;

  add(pingId: number, highestSlot: number, nowMs: number, passed: () => void): void {
    const barrier = { pingId, slot: highestSlot + BARRIER_SLOTS, untilMs: nowMs + BARRIER_MS, passed };
    this.#barriers = [...this.#barriers, barrier];
  }

  answered(pingId: number): void {
    this.#answersPings = true;
    this.#pass((barrier) => pingId >= barrier.pingId);
  }

  reached(slot: number, nowMs: number): void {
    // A server that answers pings will answer: however slow it is, an answer is proof and time is none.
    if (!this.#answersPings) this.#pass((barrier) => slot >= barrier.slot && nowMs >= barrier.untilMs);
  }

  clear(): void {
    this.#barriers = [];
  }

  #pass(isPassed: (barrier: Barrier) => boolean): void {
    const passed = this.#barriers.filter(isPassed);
    if (passed.length === 0) return;
    this.#barriers = this.#barriers.filter((barrier) => !passed.includes(barrier));
    for (const barrier of passed) barrier.passed();
  }
}
