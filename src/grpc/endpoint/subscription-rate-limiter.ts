import { type Priority, rankOf } from '../../domain/interest.ts';
import type { Clock } from '../../lib/clock.ts';
import { RateWindow } from '../../lib/rate-window.ts';

/** One limit on the rate of opening, as a provider states it. */
export interface OpeningRule {
  readonly counts: 'subscriptions' | 'connections' | 'requests';
  readonly limit: number;
  readonly windowMs: number;
}

export interface LimiterOptions {
  readonly rules: readonly OpeningRule[];
  /** Streams that may stand open at once; null = no limit. */
  readonly concurrentStreams: number | null;
  /** Added to each window: requests sent just outside it may arrive just inside. */
  readonly marginMs: number;
}

/** What an opening uses up. A request is anything that counts for per-method limits. */
export interface Cost {
  readonly connections: number;
  readonly subscriptions: number;
  readonly requests: number;
  /** Holds one of the streams that may stand open until the permit is released. */
  readonly holdsStream: boolean;
}

export const OPENING: Cost = { connections: 1, subscriptions: 1, requests: 1, holdsStream: true };
export const REWRITE: Cost = { connections: 0, subscriptions: 1, requests: 1, holdsStream: false };
export const UNARY: Cost = { connections: 0, subscriptions: 0, requests: 1, holdsStream: false };

export interface Permit {
  /** Gives the stream back; twice is the same as once. */
  release(): void;
}

/** What was taken from a quota that several processes share. */
export interface SharedGrant {
  /** Undoes it: nothing was opened. */
  giveBack(): void;
  /** The stream it was taken for stands no longer. */
  release(): void;
}

/** How long to wait before asking again, because of a window or because too many streams stand open. */
export interface SharedWait {
  readonly waitMs: number;
  readonly isFull: boolean;
}

/** Asks a quota that several processes share for all of the cost. */
export type SharedQuota = (cost: Cost) => Promise<SharedGrant | SharedWait>;

/** When nobody can be asked our own windows still hold, and they leave room for others. */
const ALONE: SharedGrant = { giveBack: () => {}, release: () => {} };

/** The part of a provider's rate that one process uses: what is left is for others with the same token. */
export function withHeadroom(rules: readonly OpeningRule[], percent: number): readonly OpeningRule[] {
  return rules.map((rule) => ({ ...rule, limit: Math.max(1, Math.floor((rule.limit * percent) / 100)) }));
}

interface Waiter {
  readonly cost: Cost;
  readonly rank: number;
  readonly order: number;
  readonly grant: (permit: Permit | null) => void;
}

/**
 * Lets openings through no faster than every window of the provider allows, the important ones first. It keeps no connection and
 * never gives up on its own: a wait ends with a permit or with the caller's signal.
 */
export class SubscriptionRateLimiter {
  readonly #options: LimiterOptions;
  readonly #windows: readonly { readonly rule: OpeningRule; readonly window: RateWindow }[];
  readonly #shared: SharedQuota | null;
  readonly #clock: Clock;
  readonly #waiters: Waiter[] = [];
  #order = 0;
  #streams = 0;
  #blockedUntilMs = 0;
  /** Until then other processes hold every stream that may stand. */
  #fullUntilMs = 0;
  #cancelTimer: () => void = () => {};
  #isAsking = false;

  constructor(options: LimiterOptions, shared: SharedQuota | null, clock: Clock) {
    this.#options = options;
    this.#windows = options.rules.map((rule) => ({
      rule,
      window: new RateWindow({ limit: rule.limit, windowMs: rule.windowMs + options.marginMs }),
    }));
    this.#shared = shared;
    this.#clock = clock;
  }

  /** Null when the signal aborted first: nothing was used up, here or in the shared book. */
  acquire(cost: Cost, priority: Priority, signal: AbortSignal): Promise<Permit | null> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(null);
      const abort = () => {
        this.#remove(waiter);
        resolve(null);
        this.#pump();
      };
      const grant = (permit: Permit | null) => {
        signal.removeEventListener('abort', abort);
        resolve(permit);
      };
      const waiter: Waiter = { cost, rank: rankOf(priority), order: this.#order++, grant };
      signal.addEventListener('abort', abort, { once: true });
      this.#insert(waiter);
      this.#pump();
    });
  }

  /** The provider refused although the windows allowed it: nobody opens anything for this long. */
  block(ms: number): void {
    this.#blockedUntilMs = Math.max(this.#blockedUntilMs, this.#clock.monotonicMs() + ms);
    this.#pump();
  }

  /** Openings the tightest subscription window still allows now. */
  remaining(): number {
    const now = this.#clock.monotonicMs();
    if (now < this.#blockedUntilMs) return 0;
    const counted = this.#windows.filter(({ rule }) => rule.counts === 'subscriptions');
    const windows = counted.length > 0 ? counted : this.#windows;
    return windows.reduce((least, { window }) => Math.min(least, window.remaining(now)), Number.POSITIVE_INFINITY);
  }

  /** Limit and window of what `remaining` tells. */
  get budget(): { readonly limit: number; readonly windowMs: number } | null {
    const rule = this.#options.rules.find((each) => each.counts === 'subscriptions') ?? this.#options.rules[0];
    return rule === undefined ? null : { limit: rule.limit, windowMs: rule.windowMs };
  }

  /** True while the provider's own refusal holds everything back. */
  get isBlocked(): boolean {
    return this.#clock.monotonicMs() < this.#blockedUntilMs;
  }

  get waiting(): number {
    return this.#waiters.length;
  }

  /** True when one more stream may stand open now. */
  get hasStreamRoom(): boolean {
    return this.#options.concurrentStreams === null || this.#streams < this.#options.concurrentStreams;
  }

  /** Milliseconds until our own windows allow it. */
  #waitMs(cost: Cost, now: number): number {
    let wait = Math.max(0, this.#blockedUntilMs - now);
    for (const { rule, window } of this.#windows) {
      const count = cost[rule.counts];
      if (count > 0) wait = Math.max(wait, window.waitMs(now, count));
    }
    return wait;
  }

  #pump(): void {
    this.#cancelTimer();
    this.#cancelTimer = () => {};
    while (!this.#isAsking) {
      const now = this.#clock.monotonicMs();
      const hasRoom = this.hasStreamRoom && now >= this.#fullUntilMs;
      // Who waits for a stream to close must not hold up the rewrites that would close one.
      const head = this.#waiters.find(({ cost }) => !cost.holdsStream || hasRoom);
      if (head === undefined) {
        if (this.#waiters.length > 0 && now < this.#fullUntilMs) this.#pumpIn(this.#fullUntilMs - now);
        return;
      }
      const wait = this.#waitMs(head.cost, now);
      if (wait > 0) {
        this.#pumpIn(wait);
        return;
      }
      if (this.#shared === null) this.#grant(head, ALONE);
      else void this.#askShared(this.#shared, head);
    }
  }

  #pumpIn(ms: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.after(ms, () => this.#pump());
  }

  async #askShared(shared: SharedQuota, head: Waiter): Promise<void> {
    this.#isAsking = true;
    const answer = await shared(head.cost).catch(() => ALONE);
    this.#isAsking = false;
    if ('waitMs' in answer) {
      if (!answer.isFull) return this.#pumpIn(answer.waitMs);
      this.#fullUntilMs = this.#clock.monotonicMs() + answer.waitMs;
    } else if (this.#waiters.includes(head)) this.#grant(head, answer);
    else answer.giveBack();
    this.#pump();
  }

  #grant(waiter: Waiter, shared: SharedGrant): void {
    const now = this.#clock.monotonicMs();
    for (const { rule, window } of this.#windows) {
      const count = waiter.cost[rule.counts];
      if (count > 0) window.take(now, count);
    }
    this.#remove(waiter);
    let isHeld = waiter.cost.holdsStream;
    if (isHeld) this.#streams++;
    waiter.grant({
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#streams--;
        shared.release();
        this.#pump();
      },
    });
  }

  #insert(waiter: Waiter): void {
    const at = this.#waiters.findIndex((other) => other.rank > waiter.rank);
    if (at === -1) this.#waiters.push(waiter);
    else this.#waiters.splice(at, 0, waiter);
  }

  #remove(waiter: Waiter): void {
    const at = this.#waiters.indexOf(waiter);
    if (at !== -1) this.#waiters.splice(at, 1);
  }
}
