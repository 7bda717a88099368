import { geyser, type SubscribeRequest } from '../../domain/geyser-messages.ts';
import type { Commitment } from '../../domain/slot.ts';
import type { RawKind, RawUpdate } from '../../domain/update.ts';
import { createdAtMs, transactionSlot } from '../../domain/update-reader.ts';
import type { Clock } from '../../lib/clock.ts';
import { EngineError, messageOf } from '../../lib/errors.ts';
import { RateWindow } from '../../lib/rate-window.ts';
import { classify, type Reason } from '../transport/error-table.ts';
import type { CallOutcome, GeyserTransport, SubscribeCall } from '../transport/transport.ts';
import type { CallProgress } from './call-progress.ts';
import { tellsDataSlot } from './data-slot.ts';
import { attempt, kindOf, noticeOf, pongId } from './lenient-read.ts';
import { RewriteBarriers } from './rewrite-barriers.ts';
import type { StreamPosition } from './stream-position.ts';
import type { TrafficCounters } from './traffic-counters.ts';

export interface SessionOptions {
  /** Of the data that was asked for. */
  readonly commitment: Commitment;
  /** Longest wait for the first data of a call, connecting included. */
  readonly firstMessageTimeoutMs: number;
  /** Longest silence of any kind (the server's pings count as sound). */
  readonly idleTimeoutMs: number;
  /** Longest wait for a slot newer than the newest seen: pings alone do not keep a stream alive. */
  readonly slotTimeoutMs: number;
  readonly pingIntervalMs: number;
  /** How long data must flow at or past the resume slot before a session counts as proven. */
  readonly provenAfterMs: number;
  /** Unreadable updates within a minute that condemn the call. */
  readonly malformedPerMinute: number;
  /** False for providers that take a ping without filters. */
  readonly pingCarriesFilters: boolean;
}

export interface SessionEnd {
  readonly reason: Reason;
  readonly code: number;
  readonly message: string;
}

export interface SessionHandlers {
  onOpen(): void;
  /** The first message that is no ping. */
  onFirstMessage(): void;
  onUpdate(update: RawUpdate): void;
  onProven(): void;
  /** A watchdog fired; `onEnd` follows at once. */
  onStall(detail: string): void;
  onMalformed(): void;
  /** Called once. Never called after `release`. */
  onEnd(end: SessionEnd): void;
}

const TICK_MS = 500;
/** What an exception instead of a call means: ours says what an operator must change, any other may pass. */
export function endOfThrow(error: unknown): SessionEnd {
  return {
    reason: error instanceof EngineError ? 'unusable' : 'local',
    code: 0,
    message: messageOf(error).replace(/\.$/, ''),
  };
}

/**
 * One live call from its first request to its end: reads what arrives, answers and sends pings, watches for silence. It never
 * opens a second call and decides nothing about what follows its end.
 */
export class StreamSession implements StreamPosition {
  readonly #connection: string;
  readonly #options: SessionOptions;
  readonly #clock: Clock;
  readonly #counters: TrafficCounters;
  readonly #handlers: SessionHandlers;
  readonly #resumeSlot: number;
  #request: SubscribeRequest;
  #call: SubscribeCall | null = null;
  #isOver = false;
  #stopTick: () => void = () => {};
  #lastTickMs = 0;
  #lastMessageMs = 0;
  #lastSlotMs = 0;
  #lastPingMs = 0;
  #gotData = false;
  #openedMs = 0;
  #reachedMs = 0;
  #isPaused = false;
  #confirmedSlot = 0;
  #finalizedSlot = 0;
  readonly #unreadable: RateWindow;
  #pingId = 0;
  readonly #barriers = new RewriteBarriers();
  #gone: () => void = () => {};
  progress: CallProgress = 'none';
  highestSlot = 0;
  dataSlot = 0;

  constructor(
    connection: string,
    request: SubscribeRequest,
    options: SessionOptions,
    clock: Clock,
    counters: TrafficCounters,
    handlers: SessionHandlers,
  ) {
    this.#connection = connection;
    this.#request = request;
    this.#options = options;
    this.#clock = clock;
    this.#counters = counters;
    this.#handlers = handlers;
    this.#unreadable = new RateWindow({ limit: options.malformedPerMinute, windowMs: 60_000 });
    this.#resumeSlot = request.fromSlot === undefined ? 0 : Number(request.fromSlot);
  }

  open(transport: GeyserTransport): void {
    this.#restartWatchdogs();
    this.#openedMs = this.#clock.monotonicMs();
    this.#lastPingMs = this.#openedMs;
    this.#stopTick = this.#clock.every(TICK_MS, () => this.#tick());
    try {
      const call = transport.subscribe(this.#request, {
        onOpen: () => {
          this.#accepted();
          this.#handlers.onOpen();
        },
        onMessage: (bytes) => this.#onMessage(bytes),
        onEnd: (outcome) => this.#onOutcome(outcome),
      });
      // A call may end while it is being made.
      if (this.#isOver) call.cancel();
      else this.#call = call;
    } catch (error) {
      this.#end(endOfThrow(error));
    }
    if (this.#isPaused) this.#call?.pause();
  }

  /** Replaces the filters of the open call; `passed` is called when the server provably works with the new ones. */
  rewrite(request: SubscribeRequest, passed: () => void): void {
    // A rewrite never asks for a replay: what is missing is asked for by a call of its own.
    this.#request = { ...request, fromSlot: undefined };
    this.#call?.write(this.#request);
    this.#barriers.add(this.#ping(), this.highestSlot, this.#clock.monotonicMs(), passed);
  }

  get settledSlot(): number {
    return this.#options.commitment === 'finalized' ? this.#finalizedSlot : this.#confirmedSlot;
  }

  /** Called back when the call is over, however it ended; one callback at a time. */
  onGone(callback: () => void): void {
    this.#gone = callback;
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#call?.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#restartWatchdogs();
    this.#call?.resume();
  }

  /** Cancels the call; nothing is told afterwards. */
  release(): void {
    this.#isOver = true;
    this.#stopTick();
    this.#stopTick = () => {};
    this.#barriers.clear();
    const call = this.#call;
    this.#call = null;
    call?.cancel();
    this.#gone();
  }

  #onMessage(bytes: Uint8Array): void {
    const now = this.#clock.monotonicMs();
    this.#lastMessageMs = now;
    this.#accepted();
    const kind = kindOf(bytes);
    if (kind === 'ping') {
      this.#ping();
      return;
    }
    if (kind === 'pong') {
      this.#barriers.answered(attempt(pongId, bytes) ?? 0);
      return;
    }
    if (!this.#gotData) this.#onFirstData();
    if (kind === 'transaction' && this.progress !== 'proven') this.#prove(attempt(transactionSlot, bytes) ?? 0, now);
    this.#handOn(kind === 'slot' ? this.#readSlot(bytes, now) : kind, bytes, now);
  }

  #handOn(kind: RawKind, bytes: Uint8Array, now: number): void {
    this.#counters.count(bytes.length);
    this.#handlers.onUpdate({ type: 'update', kind, bytes, connection: this.#connection, receivedAtMs: now });
    if (kind === 'unreadable') this.#onUnreadable(now);
  }

  /** Headers say so, or whatever message came before them. */
  #accepted(): void {
    if (this.progress === 'none') this.progress = 'accepted';
  }

  /** Pings do not count: some servers ping first and refuse the request then. */
  #onFirstData(): void {
    this.#gotData = true;
    this.#lastSlotMs = this.#clock.monotonicMs();
    this.#handlers.onFirstMessage();
  }

  #readSlot(bytes: Uint8Array, now: number): RawKind {
    const notice = noticeOf(bytes);
    if (typeof notice === 'string') return notice;
    const { slot, status } = notice;
    if (slot > this.dataSlot && tellsDataSlot(status, this.#options.commitment)) this.dataSlot = slot;
    if (status === 'confirmed' && slot > this.#confirmedSlot) this.#confirmedSlot = slot;
    if (status === 'finalized' && slot > this.#finalizedSlot) this.#finalizedSlot = slot;
    const createdAt = attempt(createdAtMs, bytes);
    if (createdAt !== null) this.#counters.sampleLag(this.#clock.wallMs() - createdAt);
    if (slot > this.highestSlot) {
      this.highestSlot = slot;
      this.#lastSlotMs = now;
      this.#barriers.reached(slot, now);
    }
    this.#prove(slot, now);
    return 'slot';
  }

  #prove(slot: number, now: number): void {
    if (this.progress === 'proven' || slot < this.#resumeSlot) return;
    if (this.progress !== 'reached') this.#reachedMs = now;
    this.progress = 'reached';
    if (now - this.#reachedMs < this.#options.provenAfterMs) return;
    this.progress = 'proven';
    this.#handlers.onProven();
  }

  #onUnreadable(now: number): void {
    this.#counters.malformed++;
    this.#handlers.onMalformed();
    if (this.#unreadable.take(now)) return;
    this.#end({ reason: 'framing', code: 0, message: 'too many unreadable updates within a minute' });
  }

  /** The filters travel with every ping: a server that takes the ping for a new request keeps the same subscription. */
  #ping(): number {
    this.#lastPingMs = this.#clock.monotonicMs();
    const id = ++this.#pingId;
    const carrier = this.#options.pingCarriesFilters ? this.#request : geyser.SubscribeRequest.fromPartial({});
    this.#call?.write({ ...carrier, fromSlot: undefined, ping: { id } });
    return id;
  }

  #tick(): void {
    const now = this.#clock.monotonicMs();
    const sinceTick = now - this.#lastTickMs;
    this.#lastTickMs = now;
    // A process that was itself frozen (suspended, a long collection) must first read what waits before it calls a stream dead.
    if (sinceTick > TICK_MS * 6) this.#restartWatchdogs();
    if (now - this.#lastPingMs >= this.#options.pingIntervalMs) this.#ping();
    if (this.#isPaused) return;
    const silent = now - this.#lastMessageMs;
    if (!this.#gotData && now - this.#openedMs > this.#options.firstMessageTimeoutMs) {
      this.#stall(`no data for ${Math.round((now - this.#openedMs) / 1000)} s after it was asked for`);
    } else if (silent > this.#options.idleTimeoutMs) this.#stall(`no message for ${Math.round(silent / 1000)} s`);
    else if (this.#gotData && now - this.#lastSlotMs > this.#options.slotTimeoutMs) {
      this.#stall(`no new slot for ${Math.round((now - this.#lastSlotMs) / 1000)} s`);
    }
  }

  #restartWatchdogs(): void {
    const now = this.#clock.monotonicMs();
    this.#lastTickMs = now;
    this.#lastMessageMs = now;
    this.#lastSlotMs = now;
    if (!this.#gotData) this.#openedMs = now;
  }

  #stall(detail: string): void {
    this.#handlers.onStall(detail);
    this.#end({ reason: 'stalled', code: 0, message: detail });
  }

  #onOutcome(outcome: CallOutcome): void {
    this.#end({ reason: classify(outcome), code: outcome.code, message: outcome.message });
  }

  #end(end: SessionEnd): void {
    if (this.#isOver) return;
    this.release();
    this.#handlers.onEnd(end);
  }
}
