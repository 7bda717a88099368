import type { DomainEvent, EventType } from '../domain/domain-event.ts';
import { engineEvent } from '../domain/events/build.ts';
import type { EventData } from '../domain/events/catalogue.ts';
import type { Gap } from '../domain/slot.ts';
import type { BreakerState } from '../lib/breaker.ts';
import type { Clock } from '../lib/clock.ts';
import type { Emit, EngineEvent } from '../telemetry/event.ts';
import type { BreakerKind } from '../telemetry/events/recovery.ts';
import { type Alert, AlertBook, type AlertNews } from './alerts/alert-book.ts';
import type { AlertKey } from './alerts/alert-rules.ts';
import { type DegradationLimits, degradations, type PerformanceSample } from './alerts/degradation.ts';
import { type Fact, factsOf } from './alerts/event-facts.ts';
import { gapSummary } from './alerts/gap-summary.ts';
import { type Breaker, BreakerBoard } from './breaker-board.ts';

export interface FaultTolerantManagerOptions {
  readonly limits: DegradationLimits;
  readonly sampleIntervalMs: number;
}

export interface FaultTolerantManagerParts {
  readonly clock: Clock;
  readonly emit: Emit;
  /** Measures the engine; asked once per interval. */
  readonly measure: () => PerformanceSample;
  /** The gaps that are open now. */
  readonly openGaps: () => readonly Gap[];
  /** The newest slot heard of: where on the chain an event of the engine itself stands. */
  readonly slot: () => number;
  /** Takes the engine's own domain events; must not wait. */
  readonly announce: (events: readonly DomainEvent[]) => void;
  /** Hands an alert to the outside (webhook); must not wait. */
  readonly post: (news: AlertNews) => void;
}

/** Key of the alert that stands while a gap is open. */
const GAPS: AlertKey = 'gaps';

/** A connection that failed and is not back. */
interface Standing {
  readonly failedMs: number;
  readonly endpoint: string;
  readonly groups: readonly string[];
}

/**
 * Watches over the engine. It hears every engine event, keeps the states of all circuit breakers, raises and clears alerts, and
 * turns failures, recoveries and degradations into `stream.*` and `worker.*` events. It repairs nothing itself: connections, relay
 * and consumers own their retries, `supervise` restarts what ended.
 */
export class FaultTolerantManager {
  readonly name = 'fault-tolerant manager';
  readonly #options: FaultTolerantManagerOptions;
  readonly #parts: FaultTolerantManagerParts;
  readonly #alerts = new AlertBook();
  readonly #breakers = new BreakerBoard();
  readonly #failed = new Map<string, Standing>();
  readonly #workers = new Map<string, string>();
  readonly #degraded = new Set<string>();
  #stopSampling: () => void = () => {};
  #recoveries = 0;
  #droppedAlerts = 0;
  #gapsMessage: string | null = null;

  constructor(options: FaultTolerantManagerOptions, parts: FaultTolerantManagerParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** Begins to measure; gaps that were open when the last process ended are an alert from the start. */
  start(): void {
    this.#noteGaps(true);
    this.#stopSampling = this.#parts.clock.every(this.#options.sampleIntervalMs, () => this.sample());
  }

  /** Hears one engine event. */
  observe(event: EngineEvent): void {
    for (const fact of factsOf(event)) this.#take(fact);
  }

  /** For breakers that tell of themselves by no engine event (RPC, the consumers' database). */
  breaker(kind: BreakerKind, part: string, state: BreakerState): void {
    const breaker = this.#breakers.set(kind, part, state, this.#parts.clock.wallMs());
    if (breaker === null) return;
    this.#parts.emit({ type: 'recovery.breaker.changed', part, kind, state });
    const key: AlertKey = `breaker/${kind}/${part}`;
    if (state === 'open')
      this.#raise({ kind: 'alert', key, severity: 'warning', message: `the breaker of ${part} is open` });
    if (state === 'closed') this.#clear(key);
  }

  /** Measures once and compares with the limits. */
  sample(): void {
    this.#noteGaps(true);
    const broken = degradations(this.#parts.measure(), this.#options.limits, this.#degraded);
    for (const { part, severity, reason, value, limit } of broken) {
      const isNew = !this.#degraded.has(part);
      this.#degraded.add(part);
      this.#raise({ kind: 'alert', key: `performance/${part}`, severity, message: reason });
      if (isNew) this.#announce('stream.performance.degraded', part, { part, reason, value, limit, cleared: false });
    }
    for (const part of [...this.#degraded]) {
      if (broken.some((one) => one.part === part)) continue;
      this.#degraded.delete(part);
      const over = this.#clear(`performance/${part}`);
      this.#announce('stream.performance.degraded', part, {
        part,
        reason: over === null ? 'it is over' : `over: ${over.message}`,
        value: 0,
        limit: 0,
        cleared: true,
      });
    }
  }

  alerts(): readonly Alert[] {
    return this.#alerts.list();
  }

  stats() {
    return {
      activeAlerts: this.#alerts.activeCount(),
      droppedAlerts: this.#droppedAlerts,
      breakers: this.#breakers.list() as readonly Breaker[],
      failedConnections: [...this.#failed.keys()],
      workers: Object.fromEntries(this.#workers),
      recoveries: this.#recoveries,
    };
  }

  close(): Promise<void> {
    this.#stopSampling();
    return Promise.resolve();
  }

  #take(fact: Fact): void {
    switch (fact.kind) {
      case 'alert':
        this.#raise(fact);
        break;
      case 'over':
        this.#clear(fact.key);
        break;
      case 'gaps':
        this.#noteGaps(false);
        break;
      case 'breaker':
        this.breaker(fact.of, fact.part, fact.state);
        break;
      case 'connection-failed':
        this.#connectionFailed(fact);
        break;
      case 'connection-opened':
        this.#connectionOpened(fact);
        break;
      case 'worker':
        this.#workerChanged(fact);
        break;
    }
  }

  #connectionFailed(fact: Extract<Fact, { kind: 'connection-failed' }>): void {
    const { connection, endpoint, groups, code, reason, severity } = fact;
    const isNew = !this.#failed.has(connection);
    if (isNew) this.#failed.set(connection, { failedMs: this.#parts.clock.monotonicMs(), endpoint, groups });
    this.#raise({
      kind: 'alert',
      key: `connection/${connection}`,
      severity,
      message: `${connection} (${endpoint}): ${reason}`,
    });
    // A connection that keeps failing is one failure, however many attempts it takes.
    if (isNew) this.#announce('stream.connection.failed', connection, { connection, endpoint, groups, code, reason });
  }

  #connectionOpened(fact: Extract<Fact, { kind: 'connection-opened' }>): void {
    const { connection, groups, fromSlot } = fact;
    for (const [name, standing] of [...this.#failed]) {
      // Groups that another connection took over are back too.
      if (name !== connection && !standing.groups.every((group) => groups.includes(group))) continue;
      this.#failed.delete(name);
      this.#recoveries++;
      this.#clear(`connection/${name}`);
      const downMs = Math.round(this.#parts.clock.monotonicMs() - standing.failedMs);
      const data = {
        connection: name,
        endpoint: standing.endpoint,
        groups: standing.groups,
        downMs,
        resumedFrom: fromSlot,
      };
      this.#announce('stream.connection.recovered', name, data);
    }
  }

  /**
   * All gaps are one alert: an outage that opens hundreds is one thing that is wrong. While it stands its sentence is written anew with
   * each measurement only, or those hundreds would each look through all the others.
   */
  #noteGaps(isMeasurement: boolean): void {
    const stands = this.#alerts.has(GAPS);
    const gaps = this.#parts.openGaps();
    if (gaps.length > 0 && stands && !isMeasurement) return;
    const message = gapSummary(gaps);
    if (message === null) this.#clear(GAPS);
    else if (!stands || message !== this.#gapsMessage)
      this.#raise({ kind: 'alert', key: GAPS, severity: 'warning', message });
    this.#gapsMessage = message;
  }

  #workerChanged(fact: Extract<Fact, { kind: 'worker' }>): void {
    const { worker, state, reason } = fact;
    const previous = this.#workers.get(worker) ?? null;
    if (previous === state) return;
    this.#workers.set(worker, state);
    const heartbeatMs = this.#parts.clock.wallMs();
    this.#announce('worker.status.changed', worker, { worker, state, previous, reason, heartbeatMs });
  }

  #raise(fact: Extract<Fact, { kind: 'alert' }>): void {
    for (const news of this.#alerts.raise(fact.key, fact.severity, fact.message, this.#parts.clock.wallMs())) {
      const { key, severity, message } = news.alert;
      const isRaised = news.what === 'raised';
      if (!isRaised) this.#droppedAlerts++;
      this.#parts.emit({ type: isRaised ? 'recovery.alert.raised' : 'recovery.alert.dropped', key, severity, message });
      // What was never told to stand need not be told to stand no longer.
      if (news.what !== 'refused') this.#parts.post(news);
    }
  }

  #clear(key: AlertKey): Alert | null {
    const news = this.#alerts.clear(key, this.#parts.clock.wallMs());
    if (news === null) return null;
    const { message, sinceMs, clearedMs } = news.alert;
    this.#parts.emit({ type: 'recovery.alert.cleared', key, message, afterMs: (clearedMs ?? sinceMs) - sinceMs });
    this.#parts.post(news);
    return news.alert;
  }

  #announce<T extends EventType>(type: T, subject: string, data: EventData<T>): void {
    const nowMs = this.#parts.clock.wallMs();
    const event = engineEvent(type, subject, this.#parts.slot(), nowMs, data);
    // The engine's own events have no place on the chain: the time they happened tells two of one slot apart.
    this.#parts.announce([{ ...event, ordinal: Math.floor(nowMs) }]);
  }
}
