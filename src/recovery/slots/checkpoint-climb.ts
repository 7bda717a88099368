import type { Gap } from '../../domain/slot.ts';
import type { OpenGaps } from './open-gaps.ts';
import type { SlotChain } from './slot-chain.ts';
import { type ProofOptions, type Verdict, verdictOf } from './slot-proof.ts';
import type { SlotSessions } from './slot-sessions.ts';

export interface ClimbOptions extends ProofOptions {
  readonly windowSlots: number;
  readonly wallMs: () => number;
}

interface Run {
  readonly from: number;
  to: number;
  readonly groups: readonly string[];
  readonly reason: string;
}

/**
 * The checkpoint's climb, slot by slot: over what is complete or proven empty at once, over what is lost only together with the gap
 * that says so. It stops at the first slot an open stream may still prove. A run of lost slots becomes one gap when its end is known.
 */
export class CheckpointClimb {
  readonly #options: ClimbOptions;
  readonly #chain: SlotChain;
  readonly #sessions: SlotSessions;
  readonly #gaps: OpenGaps;
  #at: number | null;
  #gapsOpened: Gap[] = [];

  constructor(
    options: ClimbOptions,
    chain: SlotChain,
    sessions: SlotSessions,
    gaps: OpenGaps,
    checkpoint: number | null,
  ) {
    this.#options = options;
    this.#chain = chain;
    this.#sessions = sessions;
    this.#gaps = gaps;
    this.#at = checkpoint;
  }

  get at(): number | null {
    return this.#at;
  }

  /** Sets where history begins. */
  begin(slot: number): void {
    this.#at = slot;
  }

  /** Climbs as far as the proofs reach; `high` is the newest slot that was seen alive. */
  climb(high: number): void {
    if (this.#at === null) return;
    const { windowSlots } = this.#options;
    const head = Math.max(this.#chain.head ?? -1, high - windowSlots);
    const forcedThrough = head - this.#at > windowSlots ? head - Math.floor(windowSlots / 2) : -1;
    let run: Run | null = null;
    for (let slot = this.#at + 1; slot <= head + 1; slot++) {
      let verdict = this.#verdict(slot);
      if (verdict.kind === 'pending') {
        if (slot > forcedThrough) {
          if (run !== null && (verdict.coming || run.to <= forcedThrough)) this.#openGap(run);
          return;
        }
        verdict = { kind: 'gap', groups: verdict.unproven, reason: 'held-too-long' };
      }
      if (run !== null && !extendsRun(run, verdict)) {
        this.#openGap(run);
        run = null;
      }
      if (verdict.kind !== 'gap') {
        this.#at = slot;
        continue;
      }
      run ??= { from: slot, to: slot, groups: verdict.groups, reason: verdict.reason };
      // Slots of which nothing at all is known share one verdict: a jump of a day is no walk of 216,000 steps.
      if (slot < forcedThrough && this.#chain.find(slot) === undefined) {
        slot = Math.min(forcedThrough, this.#chain.nextKnown(slot) - 1);
      }
      run.to = slot;
    }
  }

  /** A slot that was passed turned out to be in doubt after all: the gap that is new by that, if one is. */
  reopen(slot: number, reason: string): Gap | null {
    if (this.#at === null || slot > this.#at || this.#gaps.at(slot).length > 0) return null;
    return this.#record({ from: slot, to: slot, groups: this.#options.groups.map((group) => group.name), reason });
  }

  takeGapsOpened(): Gap[] {
    const opened = this.#gapsOpened;
    this.#gapsOpened = [];
    return opened;
  }

  #verdict(slot: number): Verdict {
    return verdictOf(slot, this.#chain.find(slot), this.#sessions.all(), this.#options);
  }

  #openGap(run: Run): void {
    // A restart passes the gaps of before once more: what is known to be missing is not told as news.
    if (!this.#gaps.covers(run.from, run.to, run.groups)) this.#record(run);
    this.#at = run.to;
  }

  #record(run: Run): Gap {
    const { from, to, groups, reason } = run;
    const gap = this.#gaps.open({ from, to, groups, reason, sinceMs: this.#options.wallMs(), filledBy: null });
    this.#gapsOpened.push(gap);
    return gap;
  }
}

function extendsRun(run: Run, verdict: Verdict): boolean {
  return (
    verdict.kind === 'gap' &&
    verdict.reason === run.reason &&
    verdict.groups.length === run.groups.length &&
    verdict.groups.every((group) => run.groups.includes(group))
  );
}
