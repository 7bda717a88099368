import { type Backoff, type BackoffOptions, fullJitterBackoff } from '../lib/backoff.ts';
import type { Random } from '../lib/random.ts';
import { RateWindow } from '../lib/rate-window.ts';
import type { AttemptEnd } from './connection-attempt.ts';
import { chooseGate, type EndpointGate, noteRefused, takes } from './endpoint-gate.ts';
import { ACTIONS, type Reason } from './error-table.ts';
import { isReplayReason, replayStart } from './replay-policy.ts';

export interface ReconnectOptions {
  readonly backoff: BackoffOptions;
  /** Calls a connection opens within any minute, whatever the last one proved. */
  readonly attemptsPerMinute: number;
  /** How long to stay away when too many connections stand open and the profile does not say how long the provider counts them. */
  readonly lapseMs: number;
}

/** Unknown errors in a row after which the replay itself is suspected: some server may refuse it in words nobody has met yet. */
const UNKNOWN_ERRORS_MAX = 8;

/**
 * What one connection learned from the ends of its calls: where to go next, when, and from which slot. The backoff covers whole sessions:
 * only data that flowed for a while resets it, so a stream that opens and dies is not asked for again and again; and one that proves itself
 * and dies meets the cap of attempts. It waits for nothing.
 */
export class ReconnectPolicy {
  readonly #options: ReconnectOptions;
  readonly #gates: readonly EndpointGate[];
  readonly #random: Random;
  /** The calls of the last minute; a connection that renews another goes on with its window. */
  readonly attempts: RateWindow;
  #backoff: Backoff;
  #replayFailures = 0;
  #unknownErrors = 0;
  #avoid: EndpointGate | null = null;
  lastReason: Reason | null = null;

  constructor(options: ReconnectOptions, gates: readonly EndpointGate[], random: Random, attempts: RateWindow | null) {
    this.#options = options;
    this.#gates = gates;
    this.#random = random;
    this.attempts = attempts ?? new RateWindow({ limit: options.attemptsPerMinute, windowMs: 60_000 });
    this.#backoff = fullJitterBackoff(options.backoff, random);
  }

  get attempt(): number {
    return this.#backoff.attempt;
  }

  /** Null when no endpoint can be used for these filters now. */
  chooseGate(filters: string): EndpointGate | null {
    return chooseGate(this.#gates, this.#avoid, filters);
  }

  /** True when nothing can be opened any more, because every endpoint waits for an operator. */
  get isOver(): boolean {
    return this.#gates.every((gate) => gate.stopped !== null);
  }

  /** Asked once for each call that is about to be opened. */
  fromSlot(cursor: number | null, gate: EndpointGate): number | null {
    if (this.#unknownErrors >= UNKNOWN_ERRORS_MAX) {
      // One try at the tip. When that fails too, it was not the replay.
      this.#unknownErrors = 0;
      return null;
    }
    return replayStart({
      cursor,
      reason: this.lastReason,
      failures: this.#replayFailures,
      oldest: gate.oldestSlot,
      replaySlots: gate.lacksReplay ? 0 : gate.profile.replaySlots,
    });
  }

  /** Data flows at or past the slot that was asked for. */
  proven(): void {
    this.#replayFailures = 0;
    this.#unknownErrors = 0;
    this.#backoff = fullJitterBackoff(this.#options.backoff, this.#random);
  }

  /** True when no endpoint takes these filters, whatever time passes. */
  isRefused(filters: string): boolean {
    return !this.#gates.some((gate) => takes(gate, filters));
  }

  /** Learns from the end of a call with these filters. */
  ended(end: AttemptEnd, gate: EndpointGate, filters: string, nowMs: number): void {
    const action = ACTIONS[end.reason];
    this.lastReason = end.reason;
    this.#replayFailures = isReplayReason(end.reason) ? this.#replayFailures + 1 : 0;
    if (end.reason === 'protocol' && !end.isProven) this.#unknownErrors++;
    this.#avoid = action.blamesEndpoint && !end.isProven ? gate : null;
    if (end.reason === 'replay-unsupported') gate.lacksReplay = true;
    if (end.reason === 'keepalive') gate.keepalive.complained(nowMs);
    if (action.wait === 'stop') gate.stopped = end;
    if (action.wait === 'window') gate.limiter.block(gate.limiter.budget?.windowMs ?? 60_000);
    if (action.wait === 'refused') noteRefused(gate, filters);
  }

  /** Milliseconds until the next attempt. */
  delayMs(end: AttemptEnd, gate: EndpointGate, nowMs: number): number {
    const others = this.#gates.some((each) => each !== gate && each.stopped === null);
    const lapse = ACTIONS[end.reason].wait === 'lapse' && !others ? gate.profile.lapseMs || this.#options.lapseMs : 0;
    const delay = this.#backoff.delayMs + lapse;
    this.#backoff = this.#backoff.next();
    return delay + this.attempts.waitMs(nowMs + delay);
  }
}
