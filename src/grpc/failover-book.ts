import type { Connection } from './connection.ts';
import type { Move } from './group-migration.ts';

export interface Failover {
  readonly groups: readonly string[];
  /** The connection that is down; it keeps trying, because its replay brings what was missed. */
  readonly home: Connection;
  readonly guest: Connection;
}

/**
 * Remembers since when each connection is down and who carries its groups meanwhile. It answers what is due; it moves nothing.
 */
export class FailoverBook {
  readonly #afterMs: number;
  readonly #downSince = new Map<string, number>();
  #open: Failover[] = [];

  constructor(afterMs: number) {
    this.#afterMs = afterMs;
  }

  /** Failovers to make now; they are taken as made. */
  due(connections: readonly Connection[], nowMs: number): readonly Failover[] {
    this.#forget(connections);
    const made: Failover[] = [];
    for (const home of connections) {
      if (home.isHealthy || home.wanted.length === 0) {
        this.#downSince.delete(home.id);
        continue;
      }
      // A connection that never was up has nobody's data: it is starting.
      if (home.reconnects === 0) continue;
      const since = this.#downSince.get(home.id) ?? nowMs;
      this.#downSince.set(home.id, since);
      if (nowMs - since < this.#afterMs) continue;
      const failover = this.#make(home, connections);
      if (failover !== null) made.push(failover);
    }
    this.#open.push(...made);
    return made;
  }

  /** A failover whose home is live again: its groups go back. Null when there is none. */
  takeReturn(connections: readonly Connection[]): Move | null {
    const at = this.#open.findIndex(
      ({ home, groups }) => home.state.mode === 'live' && groups.every((group) => home.carried.includes(group)),
    );
    if (at === -1) return null;
    const [{ groups, home, guest }] = this.#open.splice(at, 1) as [Failover];
    if (!connections.includes(guest)) return null;
    const still = groups.filter((group) => guest.wanted.includes(group));
    return still.length === 0 ? null : { groups: still, from: guest, to: home, reason: `return to ${home.id}` };
  }

  #make(home: Connection, connections: readonly Connection[]): Failover | null {
    const placed = connections.filter((each) => each !== home && each.isHealthy).flatMap((each) => each.wanted);
    const groups = home.wanted.filter((group) => !placed.includes(group));
    const guest = connections
      .filter((each) => each !== home && each.isHealthy)
      .sort((a, b) => a.wanted.length - b.wanted.length)[0];
    return groups.length === 0 || guest === undefined ? null : { groups, home, guest };
  }

  #forget(connections: readonly Connection[]): void {
    const alive = new Set(connections.map(({ id }) => id));
    for (const id of this.#downSince.keys()) if (!alive.has(id)) this.#downSince.delete(id);
    // A home that closed for good leaves its groups where they are; a guest that went takes the failover with it.
    this.#open = this.#open.filter(({ home, guest }) => alive.has(home.id) && alive.has(guest.id));
  }
}
