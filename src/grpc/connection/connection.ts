import type { RateWindow } from '../../lib/rate-window.ts';
import { type EndpointGate, noEndpoint } from '../endpoint/endpoint-gate.ts';
import { NOWHERE, type StreamPosition } from '../stream/stream-position.ts';
import { StreamSession } from '../stream/stream-session.ts';
import { TrafficCounters } from '../stream/traffic-counters.ts';
import { explain, type Reason } from '../transport/error-table.ts';
import { CarriedGroups } from './carried-groups.ts';
import { type AttemptEnd, type AttemptParts, runAttempt, type SettleHandlers } from './connection-attempt.ts';
import type { ConnectionOptions, ConnectionParts, PauseCause } from './connection-parts.ts';
import { type ConnectionState, type ConnectionStep, isReceiving, transition } from './connection-state.ts';
import { FilterRewriter } from './filter-rewriter.ts';
import { openingPermit } from './opening-permit.ts';
import { ReconnectPolicy } from './reconnect-policy.ts';
import { UpdateIntake } from './update-intake.ts';

/**
 * Keeps one stream open for the groups it is told to carry: permit, call, resume, backoff. At most one call is alive, and the old one is
 * released before the next is made. It never chooses its groups and never judges another connection.
 */
export class Connection {
  readonly id: string;
  readonly counters = new TrafficCounters();
  readonly parts: ConnectionParts;
  readonly intake: UpdateIntake;
  readonly #options: ConnectionOptions;
  readonly #policy: ReconnectPolicy;
  readonly #rewriter: FilterRewriter;
  readonly #carried: CarriedGroups;
  #state: ConnectionState = { mode: 'idle' };
  /** Groups it was told to carry. */
  wanted: readonly string[] = [];
  #startsAtTip: boolean;
  #session: StreamSession | null = null;
  readonly #pausedBy = new Set<PauseCause>();
  #interrupt = new AbortController();
  #wake: () => void = () => {};
  gate: EndpointGate;
  lastError: string | null = null;
  reconnects = 0;
  openedAtMs: number | null = null;
  /** When its groups last changed: what least recently used means for a connection. */
  assignedAtMs = 0;

  constructor(id: string, startsAtTip: boolean, options: ConnectionOptions, parts: ConnectionParts) {
    this.id = id;
    this.#startsAtTip = startsAtTip;
    this.#options = options;
    this.parts = parts;
    this.gate = parts.gates[0] as EndpointGate;
    this.intake = new UpdateIntake(parts, this.counters, () => this.#onTip());
    this.#policy = new ReconnectPolicy(options, parts.gates, parts.random, parts.attempts);
    this.#carried = new CarriedGroups(id, parts);
    this.#rewriter = new FilterRewriter(parts, {
      wanted: () => this.wanted,
      gate: () => this.gate,
      drop: (groups) => this.#drop(groups, 'these filters were refused before'),
      onRewritten: (groups) => this.#onRewritten(groups),
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Groups whose data provably arrives. */
  get carried(): readonly string[] {
    return this.#carried.names;
  }

  get isHealthy(): boolean {
    return isReceiving(this.#state.mode);
  }

  get isPaused(): boolean {
    return this.#pausedBy.size > 0;
  }

  isPausedBy(cause: PauseCause): boolean {
    return this.#pausedBy.has(cause);
  }

  /** How far its stream is. */
  get position(): StreamPosition {
    return this.#session ?? NOWHERE;
  }

  /** Fingerprint of the filters that were last asked for. */
  get filters(): string {
    return this.#rewriter.filters;
  }

  /** True while what arrives may still follow older filters. */
  get isRewriting(): boolean {
    return this.#rewriter.isBusy;
  }

  /** Its calls of the last minute. */
  get attempts(): RateWindow {
    return this.#policy.attempts;
  }

  get lastReason(): Reason | null {
    return this.#policy.lastReason;
  }

  /** Tells what to carry: an open stream is rewritten, an idle one opens, and with nothing to carry it closes. */
  carry(groups: readonly string[], handedOver: boolean, reason: string): void {
    this.wanted = groups;
    this.assignedAtMs = this.parts.clock.monotonicMs();
    if (groups.length === 0) {
      // First the end, then the mark: nothing of this call may follow its mark.
      this.#session?.release();
      this.#interrupt.abort();
    }
    const dropped = this.carried.filter((group) => !groups.includes(group));
    this.#carried.close(dropped, handedOver, reason);
    this.refresh();
    this.#wake();
  }

  /** Compares the filters it should have with those it has written. */
  refresh(): void {
    if (this.#session !== null && this.isHealthy) void this.#rewriter.run(this.#session, this.#interrupt.signal);
  }

  /** Stops reading while any cause holds; false when this cause held already. */
  pause(cause: PauseCause): boolean {
    const isNew = !this.#pausedBy.has(cause);
    this.#pausedBy.add(cause);
    this.#session?.pause();
    return isNew;
  }

  /** False when this cause did not hold. */
  resume(cause: PauseCause): boolean {
    const held = this.#pausedBy.delete(cause);
    if (!this.isPaused) this.#session?.resume();
    return held;
  }

  /** Ends the current call; the next one resumes at the cursor. */
  reopen(): void {
    this.#interrupt.abort();
  }

  /** Runs until the signal aborts or the connection is closed for good; resolves with the reason. */
  async run(signal: AbortSignal): Promise<Reason> {
    const abort = () => {
      this.#interrupt.abort();
      this.#wake();
    };
    signal.addEventListener('abort', abort, { once: true });
    let isOver = false;
    while (!signal.aborted && !isOver) {
      if (this.wanted.length === 0) {
        this.#step({ type: 'released' });
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else isOver = await this.#runSession();
    }
    signal.removeEventListener('abort', abort);
    const reason = this.lastReason ?? 'released';
    this.#step({ type: 'closed', reason });
    return reason;
  }

  /** One session and the wait after it. True when there shall be no other. */
  async #runSession(): Promise<boolean> {
    this.#interrupt = new AbortController();
    const { signal } = this.#interrupt;
    this.#step({ type: 'wanted', attempt: this.#policy.attempt });
    const end = await this.#attempt(signal);
    this.#session = null;
    this.openedAtMs = null;
    this.parts.lane.isLive = false;
    if (end !== null) return this.#afterEnd(end, signal);
    this.#carried.closeAll('released');
    this.#step({ type: 'released' });
    return false;
  }

  async #attempt(signal: AbortSignal): Promise<AttemptEnd | null> {
    const { clock } = this.parts;
    this.#rewriter.opening(this.wanted);
    const gate = this.#policy.chooseGate(this.filters);
    if (gate === null) return { ...noEndpoint(this.parts.gates, this.filters), progress: 'none' };
    this.gate = gate;
    const permit = await openingPermit(gate.limiter, this.attempts, this.parts.priorityOf(this.wanted), clock, signal);
    if (permit === null) return null;
    try {
      const attempt: AttemptParts = {
        gate,
        makeSession: (settle) => this.#makeSession(gate, settle),
        mayBeReplay: (reason, progress) => this.#policy.mayBeReplay(reason, progress),
        suspectsReplay: (end) => this.#policy.suspectsReplay(end),
      };
      return await runAttempt(attempt, signal);
    } finally {
      permit.release();
    }
  }

  #makeSession(gate: EndpointGate, settle: SettleHandlers): StreamSession {
    const groups = this.wanted;
    const { resumeFrom, missingFrom } = this.parts;
    const fromSlot = this.#startsAtTip ? null : this.#policy.fromSlot(resumeFrom(), gate, missingFrom());
    const request = this.parts.build(groups, fromSlot);
    this.#rewriter.opening(groups);
    const options = { ...this.#options, pingCarriesFilters: gate.profile.pingCarriesFilters };
    const session: StreamSession = new StreamSession(this.id, request, options, this.parts.clock, this.counters, {
      onOpen: () => this.#step({ type: 'opened', fromSlot }),
      onFirstMessage: () => {
        settle.onFirstMessage();
        this.#onFirstMessage(groups, fromSlot);
      },
      onUpdate: (update) => this.intake.take(update, session),
      onProven: () => this.#policy.proven(),
      onStall: (detail) => {
        this.parts.emit({ type: 'grpc.stream.stalled', connection: this.id, endpoint: gate.address.name, detail });
        this.#step({ type: 'stalled', detail });
      },
      onMalformed: () => this.parts.emit({ type: 'grpc.update.unreadable', connection: this.id }),
      onEnd: (end) => {
        this.#carried.closeAll(end.reason);
        settle.onEnd(end);
      },
    });
    this.#session = session;
    if (this.isPaused) session.pause();
    return session;
  }

  async #afterEnd(end: AttemptEnd, signal: AbortSignal): Promise<boolean> {
    const { clock, emit } = this.parts;
    const { reason, code } = end;
    const endpoint = this.gate.address.name;
    const { advice, detail } = explain(reason, end.message);
    const isStop = this.#policy.ended(end, this.gate, this.filters, clock.monotonicMs());
    this.lastError = `${advice} (${detail})`;
    this.reconnects++;
    const groups = this.wanted;
    const isRefused = reason === 'filter-refused' && this.#policy.isRefused(this.filters);
    if (isRefused) this.#drop(this.#rewriter.toBlame, detail);
    const isOver = this.#policy.isOver || (isRefused && this.wanted.length === 0);
    const retryMs = isOver ? null : this.#policy.delayMs(end, this.gate, clock.monotonicMs());
    emit({ type: 'grpc.stream.ended', connection: this.id, endpoint, groups, reason, code, detail, advice, retryMs });
    if (isStop) emit({ type: 'grpc.endpoint.stopped', endpoint, reason, detail: this.lastError });
    this.#step({ type: 'ended', reason, retryAtMs: clock.monotonicMs() + (retryMs ?? 0) });
    if (retryMs === null) return true;
    await clock.sleep(retryMs, signal);
    return false;
  }

  #onFirstMessage(groups: readonly string[], fromSlot: number | null): void {
    const nowMs = this.parts.clock.monotonicMs();
    this.openedAtMs = nowMs;
    this.#startsAtTip = false;
    this.lastError = null;
    this.#rewriter.accepted();
    this.#step({ type: 'message', fromSlot, nowMs });
    this.#openMarks(groups, fromSlot);
    this.refresh();
  }

  #onTip(): void {
    if (this.#state.mode === 'replaying') this.#step({ type: 'caught-up', nowMs: this.parts.clock.monotonicMs() });
  }

  #onRewritten(groups: readonly string[]): void {
    this.parts.emit({ type: 'grpc.subscription.rewritten', connection: this.id, groups });
    this.#openMarks(groups, null);
  }

  /** Lets go of those of these groups that no endpoint takes; the others go on without them. */
  #drop(groups: readonly string[], detail: string): void {
    const refused = groups.filter((group) => this.wanted.includes(group));
    if (refused.length === 0) return;
    const endpoint = this.gate.address.name;
    for (const group of refused) this.parts.refused.add(group);
    this.parts.emit({ type: 'grpc.group.refused', connection: this.id, endpoint, groups: refused, detail });
    const isKept = (group: string) => !refused.includes(group);
    this.carry(this.wanted.filter(isKept), false, 'filter-refused');
  }

  /** What is no longer wanted by now did not open. */
  #openMarks(groups: readonly string[], fromSlot: number | null): void {
    const open = groups.filter((group) => this.wanted.includes(group));
    this.#carried.open(open, fromSlot, this.gate.address.name);
  }

  #step(step: ConnectionStep): void {
    const from = this.#state.mode;
    this.#state = transition(this.#state, step);
    const { mode: to } = this.#state;
    const endpoint = this.gate.address.name;
    if (from !== to) this.parts.emit({ type: 'grpc.connection.changed', connection: this.id, endpoint, from, to });
  }
}
