import { rankOf } from '../../domain/interest.ts';
import type { Emit } from '../../telemetry/event.ts';
import type { Connection } from '../connection/connection.ts';
import type { ConnectionPool } from '../connection/connection-pool.ts';
import type { SubscriptionBuilder } from '../subscription/subscription-builder.ts';
import type { LoadBalancer } from './load-balancer.ts';
import { bestPlace } from './placement.ts';
import type { CarryingPlace } from './placement-repair.ts';

export interface PlacerParts {
  readonly builder: SubscriptionBuilder;
  readonly pool: ConnectionPool;
  readonly balancer: Pick<LoadBalancer, 'predicted'>;
  readonly emit: Emit;
  /** Groups whose filters no endpoint takes: they get no place. */
  readonly refused: ReadonlySet<string>;
}

/**
 * Brings the connections to what is wanted: what nobody carries gets a place, what nobody wants is dropped, what is shed is left out. It
 * compares what stands with what should, so that nothing is forgotten whatever happened before. It moves nothing make before break.
 */
export class GroupPlacer {
  readonly #parts: PlacerParts;
  readonly #shed = new Set<string>();
  /** Connections that are being replaced: they get nothing any more. */
  readonly leaving = new Set<Connection>();

  constructor(parts: PlacerParts) {
    this.#parts = parts;
  }

  /** Groups that are not subscribed now because of pressure. */
  get shedGroups(): readonly string[] {
    return [...this.#shed];
  }

  /** What groups can be put on. The one whose groups changed least recently comes first. */
  get staying(): readonly Connection[] {
    return this.#parts.pool.connections
      .filter((connection) => !this.leaving.has(connection))
      .sort((a, b) => a.assignedAtMs - b.assignedAtMs);
  }

  get places(): readonly CarryingPlace[] {
    return this.staying.map((connection) => this.#placeOf(connection));
  }

  /** Room for one more connection here and for one more stream at the endpoint. */
  get canOpen(): boolean {
    const { pool } = this.#parts;
    const { staying } = this;
    if (pool.isGivenUp || staying.length >= pool.size) return false;
    return staying.every(({ gate }) => gate.limiter.hasStreamRoom);
  }

  settle(): void {
    const { builder, pool } = this.#parts;
    const wanted = builder.wanted().map(({ name }) => name);
    for (const group of this.#shed) if (!wanted.includes(group)) this.#shed.delete(group);
    for (const connection of pool.connections) {
      const kept = connection.wanted.filter((group) => wanted.includes(group));
      if (kept.length < connection.wanted.length) connection.carry(kept, true, 'no monitor wants it');
    }
    const placed = new Set(pool.connections.flatMap((connection) => connection.wanted));
    const isLeftOut = (group: string) => this.#shed.has(group) || this.#parts.refused.has(group);
    for (const group of wanted) if (!placed.has(group) && !isLeftOut(group)) this.#place(group, 'assigned');
    // A lane counts as much as the most important group that its connection carries now.
    for (const { wanted: groups, parts } of pool.connections) {
      if (groups.length > 0) parts.lane.rank = this.#rankOf(groups);
    }
  }

  /** Closes what carries nothing: an open connection that waits for groups is no better than one that is opened for them. */
  closeEmpty(): void {
    for (const connection of this.staying) {
      if (connection.wanted.length === 0) void this.dissolve(connection, 'nothing to carry');
    }
  }

  /** Lets others carry the groups of a connection that is down, as far as nobody does yet. */
  cover(home: Connection): void {
    const guests = this.staying.filter((each) => each !== home && each.isHealthy);
    const covered = new Set(guests.flatMap(({ wanted }) => wanted));
    const taken = new Map<Connection, string[]>();
    for (const group of home.wanted.filter((name) => !covered.has(name))) {
      const guest = this.#best(group, guests);
      if (guest === undefined) return;
      guest.carry([...guest.wanted, group], false, `failover of ${home.id}`);
      taken.set(guest, [...(taken.get(guest) ?? []), group]);
    }
    for (const [{ id }, groups] of taken) {
      this.#parts.emit({ type: 'grpc.group.failed-over', groups, from: home.id, to: id });
    }
  }

  /** Leaves out groups from this rank on, and brings back those below it that were left out. */
  shedFrom(rank: number): void {
    for (const connection of this.#parts.pool.connections) {
      const groups = connection.wanted.filter((group) => this.#rankOf([group]) >= rank);
      if (groups.length === 0) continue;
      for (const group of groups) this.#shed.add(group);
      const kept = connection.wanted.filter((group) => !groups.includes(group));
      connection.carry(kept, false, 'shed under pressure');
      this.#parts.emit({ type: 'grpc.group.shed', groups, connection: connection.id });
    }
    for (const group of this.#shed) if (this.#rankOf([group]) < rank) this.#restore(group);
  }

  /** Closes a connection; what only this one carries goes to others. */
  async dissolve(connection: Connection, reason: string): Promise<void> {
    this.leaving.add(connection);
    const elsewhere = new Set(this.staying.flatMap(({ wanted }) => wanted));
    for (const group of connection.wanted.filter((name) => !elsewhere.has(name))) this.#place(group, reason);
    await this.#parts.pool.retire(connection, reason);
    this.leaving.delete(connection);
  }

  #restore(group: string): void {
    this.#shed.delete(group);
    if (!this.#parts.builder.wanted().some(({ name }) => name === group)) return;
    const connection = this.#place(group, 'restored');
    if (connection === undefined) return;
    // Reopened and not rewritten: only a new call brings what was shed, as far as the provider's replay reaches.
    if (connection.isHealthy || connection.state.mode === 'subscribing') connection.reopen();
    this.#parts.emit({ type: 'grpc.group.restored', groups: [group], connection: connection.id });
  }

  #place(group: string, reason: string): Connection | undefined {
    const rank = this.#rankOf([group]);
    const place = this.canOpen ? this.#parts.pool.open({ atTip: false, rank }) : this.#best(group, this.staying);
    place?.carry([...place.wanted, group], false, reason);
    return place;
  }

  #best(group: string, among: readonly Connection[]): Connection | undefined {
    const best = bestPlace(
      this.#parts.builder.priorityOf([group]),
      among.map((connection) => this.#placeOf(connection)),
    );
    return among.find(({ id }) => id === best?.id);
  }

  #placeOf(connection: Connection): CarryingPlace {
    const { id, isHealthy, isPaused, wanted, carried, state } = connection;
    const { builder, balancer } = this.#parts;
    return {
      id,
      isHealthy,
      isPaused,
      load: balancer.predicted(id),
      groups: wanted.map((name) => ({ name, priority: builder.priorityOf([name]) })),
      arriving: state.mode === 'live' ? carried : [],
    };
  }

  #rankOf(groups: readonly string[]): number {
    return rankOf(this.#parts.builder.priorityOf(groups));
  }
}
