import type { Connection } from '../connection/connection.ts';

/**
 * Remembers since when each connection is down, and answers whose groups have to be carried elsewhere as well. It moves nothing.
 */
export class FailoverBook {
  readonly #afterMs: number;
  readonly #downSince = new Map<string, number>();

  constructor(afterMs: number) {
    this.#afterMs = afterMs;
  }

  /** Connections that are down for too long; each time anew, because whoever took their groups may die too. */
  due(connections: readonly Connection[], nowMs: number): readonly Connection[] {
    const down = connections.filter(isDown);
    const ids = new Set(down.map(({ id }) => id));
    for (const id of this.#downSince.keys()) if (!ids.has(id)) this.#downSince.delete(id);
    for (const id of ids) if (!this.#downSince.has(id)) this.#downSince.set(id, nowMs);
    return down.filter(({ id }) => nowMs - (this.#downSince.get(id) ?? nowMs) >= this.#afterMs);
  }
}

function isDown({ isHealthy, isPaused, wanted, reconnects }: Connection): boolean {
  if (isHealthy || wanted.length === 0) return false;
  // Paused it reads nothing, not even that it is up again; what it waits for would only have to wait elsewhere.
  if (isPaused) return false;
  // A connection that never was up has nobody's data: it is starting.
  return reconnects > 0;
}
