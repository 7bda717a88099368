import type { StoredEvent } from '../domain/contracts.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Emit } from '../telemetry/event.ts';
import type { RelayOutbox } from './ports.ts';

const RETRY_INITIAL_MS = 250;
const RETRY_MAX_MS = 5_000;

/**
 * Reads the outbox for the relay and outlives a disk that does not answer: the failure is told, and reading pauses, longer each time.
 * What could not be read is neither passed over nor lost. It never throws.
 */
export class RelayReader {
  readonly #outbox: RelayOutbox;
  readonly #clock: Clock;
  readonly #emit: Emit;
  #failingSinceMs: number | null = null;
  #retryMs = RETRY_INITIAL_MS;
  #retryAtMs = 0;

  constructor(outbox: RelayOutbox, parts: { readonly clock: Clock; readonly emit: Emit }) {
    this.#outbox = outbox;
    this.#clock = parts.clock;
    this.#emit = parts.emit;
  }

  get isFailing(): boolean {
    return this.#failingSinceMs !== null;
  }

  /** When to read again after a failure. */
  get retryAtMs(): number {
    return this.#retryAtMs;
  }

  /** Null when the outbox could not be read. */
  read(after: number, limit: number): { readonly events: readonly StoredEvent[]; readonly through: number } | null {
    try {
      const found = this.#outbox.pendingAfter(after, limit);
      this.#succeeded();
      return found;
    } catch (error) {
      this.#failed(error);
      return null;
    }
  }

  #succeeded(): void {
    if (this.#failingSinceMs === null) return;
    const afterMs = this.#clock.monotonicMs() - this.#failingSinceMs;
    this.#failingSinceMs = null;
    this.#retryMs = RETRY_INITIAL_MS;
    this.#emit({ type: 'output.read.resumed', afterMs });
  }

  #failed(error: unknown): void {
    const nowMs = this.#clock.monotonicMs();
    const retryMs = this.#retryMs;
    this.#failingSinceMs ??= nowMs;
    this.#retryAtMs = nowMs + retryMs;
    this.#retryMs = Math.min(RETRY_MAX_MS, retryMs * 2);
    this.#emit({ type: 'output.read.failed', reason: messageOf(error), retryMs });
  }
}
