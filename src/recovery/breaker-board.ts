import type { BreakerState } from '../lib/breaker.ts';
import type { BreakerKind } from '../telemetry/events/recovery.ts';

export interface Breaker {
  /** What stands behind it: an endpoint, "broker", "database", an RPC host. Never a token. */
  readonly part: string;
  readonly kind: BreakerKind;
  readonly state: BreakerState;
  /** Wall-clock milliseconds of its last change. */
  readonly sinceMs: number;
  /** How often it opened. */
  readonly trips: number;
}

const BREAKERS_MAX = 256;

/** The states of all circuit breakers, collected in one place. It breaks nothing itself: each station owns its own. */
export class BreakerBoard {
  readonly #breakers = new Map<string, Breaker>();

  /** Null when nothing changed. */
  set(kind: BreakerKind, part: string, state: BreakerState, nowMs: number): Breaker | null {
    const key = `${kind}/${part}`;
    const known = this.#breakers.get(key);
    if (known?.state === state || (known === undefined && this.#breakers.size >= BREAKERS_MAX)) return null;
    const trips = (known?.trips ?? 0) + (state === 'open' ? 1 : 0);
    const breaker = { part, kind, state, sinceMs: nowMs, trips };
    this.#breakers.set(key, breaker);
    return breaker;
  }

  list(): readonly Breaker[] {
    return [...this.#breakers.values()];
  }
}
