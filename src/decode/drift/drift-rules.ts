/** What can be wrong with a program's layout. */
export type DriftKind = 'unknown-discriminator' | 'longer-body' | 'no-event-share' | 'audit-mismatch-share';

export interface DriftLimits {
  /** A share is judged over this span of block time, or over the latest `casesMin` cases where the span holds fewer. */
  readonly windowMs: number;
  /** A drift that showed nothing new for this long is over. */
  readonly quietMs: number;
  /** Fewer cases than this tell nothing about a share. */
  readonly casesMin: number;
  readonly noEventShareMax: number;
  readonly mismatchShareMax: number;
  /** Suspicions remembered at once; beyond it the one that was silent longest is forgotten. */
  readonly entriesMax: number;
}

export const DRIFT_LIMITS: DriftLimits = {
  windowMs: 60_000,
  quietMs: 600_000,
  casesMin: 20,
  noEventShareMax: 0.2,
  mismatchShareMax: 0.02,
  entriesMax: 2048,
};

const STEPS = 6;

interface Step {
  readonly at: number;
  cases: number;
  bad: number;
}

/** Good and bad cases of late, in steps of time: exact enough for a share, and bounded by the steps of the window and `casesMin`. */
export class ShareWindow {
  readonly #stepMs: number;
  readonly #casesMin: number;
  readonly #steps: Step[] = [];
  #cases = 0;
  #bad = 0;

  constructor({ windowMs, casesMin }: DriftLimits) {
    this.#stepMs = windowMs / STEPS;
    this.#casesMin = casesMin;
  }

  add(timeMs: number, isBad: boolean): void {
    const at = Math.floor(timeMs / this.#stepMs);
    let last = this.#steps[this.#steps.length - 1];
    // What comes late (a filled gap) counts as of now.
    if (last === undefined || at > last.at) {
      last = { at, cases: 0, bad: 0 };
      this.#steps.push(last);
    }
    last.cases++;
    this.#cases++;
    if (isBad) {
      last.bad++;
      this.#bad++;
    }
    this.#forget(last.at);
  }

  get cases(): number {
    return this.#cases;
  }

  get bad(): number {
    return this.#bad;
  }

  #forget(now: number): void {
    for (let first = this.#steps[0]; first !== undefined; first = this.#steps[0]) {
      if (first.at > now - STEPS || this.#cases - first.cases < this.#casesMin) return;
      this.#cases -= first.cases;
      this.#bad -= first.bad;
      this.#steps.shift();
    }
  }
}
