import { ApiServer } from '../api/server.ts';
import type { ApiViews } from '../api/views.ts';
import { EngineError } from '../lib/errors.ts';
import { Lifecycle } from '../lib/lifecycle.ts';
import type { FaultTolerantManager } from '../recovery/fault-tolerant-manager.ts';
import type { EngineEvent } from '../telemetry/event.ts';
import { type EngineParts, pageFolderOf } from './parts.ts';
import { createManager, openWebhook } from './watch.ts';

const LOOK_MS = 1_000;

/**
 * Where an engine waits that cannot open its files because the disk is full: it reads nothing, answers on its port what it waits for,
 * raises the alert, and goes on by itself when there is room. Without it an engine that died of a full disk would stay down.
 */
export class WaitingRoom {
  readonly #parts: EngineParts;
  readonly #stop: AbortSignal;
  #lifecycle: Lifecycle | null = null;
  #emit: (event: EngineEvent) => void = () => {};
  #sinceMs = 0;

  constructor(parts: EngineParts, stop: AbortSignal) {
    this.#parts = parts;
    this.#stop = stop;
  }

  /** Opens one thing, however long it takes until the disk has room for it; any other reason is thrown. */
  readonly whenRoom = async <T>(open: () => T): Promise<T> => {
    for (;;) {
      try {
        return open();
      } catch (error) {
        if (!(error instanceof EngineError) || error.code !== 'OUTPUT_DISK_FULL' || this.#stop.aborted) throw error;
        await this.#enter(error.message);
        await this.#parts.clock.sleep(LOOK_MS, this.#stop);
      }
    }
  };

  /** Everything is open: the port is free again for the engine's own answers. */
  async leave(): Promise<void> {
    if (this.#lifecycle === null) return;
    this.#emit({ type: 'output.append.resumed', afterMs: this.#parts.clock.monotonicMs() - this.#sinceMs });
    await this.close();
  }

  async close(): Promise<void> {
    await this.#lifecycle?.close(2_000, new AbortController().signal);
    this.#lifecycle = null;
  }

  async #enter(reason: string): Promise<void> {
    if (this.#lifecycle !== null) return;
    const { config, clock, emit, redact } = this.#parts;
    const lifecycle = new Lifecycle(clock);
    this.#lifecycle = lifecycle;
    this.#sinceMs = clock.monotonicMs();
    const webhook = openWebhook(this.#parts, lifecycle);
    const watch = createManager(this.#parts, {
      measure: () => ({ parseRate: null, latencyMs: null, lagSlots: null, queueShare: null, memoryMb: null }),
      openGaps: () => [],
      slot: () => 0,
      announce: () => {},
      post: (news) => webhook?.post(news),
    });
    this.#emit = (event) => {
      emit(event);
      watch.observe(event);
    };
    this.#emit({ type: 'output.append.held', reason, waiting: 0 });
    const options = { ...config.api, redact, pageFolder: pageFolderOf(this.#parts) };
    const api = lifecycle.own(new ApiServer(options, waitingViews(this.#parts, watch, reason), clock, emit));
    await api.listen();
  }
}

/** Nothing flows, and that is what every question is answered with. */
function waitingViews(parts: EngineParts, watch: FaultTolerantManager, reason: string): ApiViews {
  return {
    pool: () => ({
      total: 0,
      healthy: 0,
      unhealthy: 0,
      rateLimitRemaining: null,
      rateLimit: null,
      monitorConnections: {},
      connections: [],
    }),
    pipeline: () => ({ running: false }),
    output: () => ({ waitingFor: reason }),
    recovery: () => watch.stats(),
    alerts: () => watch.alerts(),
    completeness: (from, to) => ({ ranges: [{ from, to, state: 'unknown' }], gaps: [] }),
    readiness: () => ({ ready: false, waitingFor: [reason] }),
    metricsText: async () => parts.redact(await parts.metrics.text()),
    metricsContentType: parts.metrics.contentType,
    feed: { lastSequence: () => 0, firstSequence: () => 0, readAfter: () => [], onAppend: () => () => {} },
  };
}
