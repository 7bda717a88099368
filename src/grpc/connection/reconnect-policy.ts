import { type Backoff, type BackoffOptions, fullJitterBackoff } from '../../lib/backoff.ts';
import type { Random } from '../../lib/random.ts';
import { RateWindow } from '../../lib/rate-window.ts';
import { chooseGate, type EndpointGate, noteRefused, takes } from '../endpoint/endpoint-gate.ts';
import type { CallProgress } from '../stream/call-progress.ts';
import { ACTIONS, type Reason } from '../transport/error-table.ts';
import type { AttemptEnd } from './connection-attempt.ts';
import { isReplayReason, mayBeReplay, replayStart, SUSPECT } from './replay-policy.ts';

export interface ReconnectOptions {
  readonly backoff: BackoffOptions;
  /** Calls a connection opens within any minute, whatever the last one proved. */
  readonly attemptsPerMinute: number;
  /** How long to stay away when too many connections stand open and the profile does not say how long the provider counts them. */
  readonly lapseMs: number;
}

/** Refusals by an HTTP page in a row after which the endpoint is given up: the token is refused, it was no passing mood of a firewall. */
const HTTP_REFUSALS_MAX = 3;

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
  readonly #httpRefusals = new Map<EndpointGate, number>();
  #replayFailures = 0;
  /**
   * Calls in a row that asked for a replay and proved nothing, whatever they ended with: a server may refuse a replay in words nobody has
   * met yet, or in none at all.
   */
  #unproven = 0;
  #cursor: number | null = null;
  /** Where the last call was to start; null = at the tip, or there was none. */
  #asked: number | null = null;
  #lastProgress: CallProgress = 'none';
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

  /**
   * Asked once for each call that is about to be opened. The first try asks for what open gaps miss too, from the slot `missing`: another
   * connection may have moved the cursor past what this one was away for. A replay that fails is tried again for the cursor alone.
   */
  fromSlot(cursor: number | null, gate: EndpointGate, missing: number | null): number | null {
    // A call that brought what it was asked for and moved the output on was no waste, however it ended.
    if (cursor !== this.#cursor && this.#lastProgress === 'reached') this.#unproven = 0;
    this.#cursor = cursor;
    const start = replayStart({
      cursor,
      reason: this.lastReason,
      failures: this.#replayFailures,
      unproven: this.#unproven,
      oldest: gate.oldestSlot,
      replaySlots: gate.lacksReplay ? 0 : gate.profile.replaySlots,
    });
    // A reader that was too slow is not given more to read.
    const mayAskMore = this.#unproven === 0 && this.#replayFailures === 0 && this.lastReason !== 'lagged';
    this.#asked = start !== null && missing !== null && mayAskMore ? Math.min(start, missing) : start;
    return this.#asked;
  }

  /** Data flows at or past the slot that was asked for. */
  proven(): void {
    this.#replayFailures = 0;
    this.#unproven = 0;
    this.#backoff = fullJitterBackoff(this.#options.backoff, this.#random);
  }

  /** True when no endpoint takes these filters, whatever time passes. */
  isRefused(filters: string): boolean {
    return !this.#gates.some((gate) => takes(gate, filters));
  }

  /**
   * True when what the call asked for may have ended it. Such an end counts against the replay and never against the endpoint too: a
   * breaker that opens for it would leave each connection too few calls to find out.
   */
  mayBeReplay(reason: Reason, progress: CallProgress): boolean {
    return this.#asked !== null && mayBeReplay(reason, progress);
  }

  /** True when the endpoint should be asked what it can replay before the next call. Asked before `ended` learns of this end. */
  suspectsReplay({ reason, progress }: AttemptEnd): boolean {
    return isReplayReason(reason) || (this.mayBeReplay(reason, progress) && this.#unproven + 1 >= SUSPECT);
  }

  /** Learns from the end of a call with these filters. True when it was the last one for this endpoint: an operator must act first. */
  ended(end: AttemptEnd, gate: EndpointGate, filters: string, nowMs: number): boolean {
    const action = ACTIONS[end.reason];
    this.lastReason = end.reason;
    this.#replayFailures = isReplayReason(end.reason) ? this.#replayFailures + 1 : 0;
    if (this.#asked === null) this.#unproven = 0;
    else if (this.mayBeReplay(end.reason, end.progress)) this.#unproven++;
    this.#lastProgress = end.progress;
    this.#avoid = action.blamesEndpoint && end.progress !== 'proven' ? gate : null;
    if (end.reason === 'replay-unsupported') gate.lacksReplay = true;
    if (end.reason === 'keepalive') gate.keepalive.complained(nowMs);
    const isStop = action.wait === 'stop' || this.#isHttpRefused(end, gate);
    if (isStop) gate.stopped = end;
    if (action.wait === 'window') gate.limiter.block(gate.limiter.budget?.windowMs ?? 60_000);
    if (action.wait === 'refused') noteRefused(gate, filters);
    return isStop;
  }

  /** Counts on through ends that never reached the server: they say nothing of whether it would let us in. */
  #isHttpRefused(end: AttemptEnd, gate: EndpointGate): boolean {
    const refusals = end.reason === 'http-refused' ? (this.#httpRefusals.get(gate) ?? 0) + 1 : 0;
    if (refusals > 0 || end.progress !== 'none') this.#httpRefusals.set(gate, refusals);
    return refusals >= HTTP_REFUSALS_MAX;
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
