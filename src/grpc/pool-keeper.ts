import type { Clock } from '../lib/clock.ts';
import type { Emit } from '../telemetry/event.ts';
import type { Connection } from './connection.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { MigrationProof } from './connection-stats.ts';
import { takes } from './endpoint-gate.ts';
import { FailoverBook } from './failover-book.ts';
import { type MigrationOptions, type Move, migrateGroups } from './group-migration.ts';
import type { LoadBalancer, LoadSample } from './load-balancer.ts';
import { type PressurePolicy, RANKS } from './pressure-policy.ts';
import type { RateMeters } from './rate-meters.ts';
import type { SubscriptionBuilder } from './subscription-builder.ts';
import { RANK } from './subscription-rate-limiter.ts';

export interface KeeperOptions {
  readonly migration: MigrationOptions;
  /** How long a connection may be down before its groups are carried elsewhere as well. */
  readonly failoverAfterMs: number;
  /** How long a connection stays at an endpoint that is not the preferred one before that is tried again. */
  readonly failbackAfterMs: number;
  readonly migrationsKept: number;
}

export interface KeeperParts {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly builder: SubscriptionBuilder;
  readonly balancer: LoadBalancer;
  readonly pressure: PressurePolicy;
  readonly meters: RateMeters;
}

/**
 * Looks after a pool that is running: carries the groups of a dead connection elsewhere and brings them back, renews old connections, moves
 * groups off overloaded ones, delays and sheds the less important under pressure. One move at a time. It reads no update.
 */
export class PoolKeeper {
  readonly #options: KeeperOptions;
  readonly #parts: KeeperParts;
  readonly #pool: ConnectionPool;
  readonly #signal: AbortSignal;
  readonly #failovers: FailoverBook;
  readonly #shed = new Map<string, readonly string[]>();
  #isMoving = false;
  #lastFailbackMs = Number.NEGATIVE_INFINITY;
  /** Moves under way: groups are not shed meanwhile. */
  #moves = 0;
  #last: Promise<unknown> = Promise.resolve();
  migrations: readonly MigrationProof[] = [];

  constructor(options: KeeperOptions, parts: KeeperParts, pool: ConnectionPool, signal: AbortSignal) {
    this.#options = options;
    this.#parts = parts;
    this.#pool = pool;
    this.#signal = signal;
    this.#failovers = new FailoverBook(options.failoverAfterMs);
  }

  /** Groups that are not subscribed now because of pressure. */
  get shedGroups(): readonly string[] {
    return [...this.#shed.values()].flat();
  }

  tick(): void {
    const now = this.#parts.clock.monotonicMs();
    const { connections } = this.#pool;
    this.#parts.meters.sample(connections, now);
    this.#relieve(connections, now);
    this.#failOver(connections, now);
    if (this.#isMoving || this.#signal.aborted) return;
    const job = this.#handBack(connections) ?? this.#renew(connections, now) ?? this.#balance(connections, now);
    if (job === null) return;
    this.#isMoving = true;
    void job().finally(() => {
      this.#isMoving = false;
    });
  }

  /** Moves groups make before break, one move after the other; resolves with the proof. */
  move(move: Move): Promise<MigrationProof> {
    const moved = this.#last.then(() => this.#move(move));
    this.#last = moved;
    return moved;
  }

  async #move(move: Move): Promise<MigrationProof> {
    this.#moves++;
    const proof = await migrateGroups(move, this.#options.migration, this.#parts.clock, this.#signal);
    this.#moves--;
    this.migrations = [...this.migrations, proof].slice(-this.#options.migrationsKept);
    for (const connection of [move.from, move.to]) this.#rank(connection);
    if (!this.#signal.aborted) this.#parts.emit({ type: 'grpc.group.migrated', ...proof });
    return proof;
  }

  #rank(connection: Connection): void {
    connection.parts.lane.rank = RANK[this.#parts.builder.priorityOf(connection.wanted)];
  }

  #failOver(connections: readonly Connection[], now: number): void {
    for (const { groups, home, guest } of this.#failovers.due(connections, now)) {
      guest.carry([...new Set([...guest.wanted, ...groups])], false, `failover of ${home.id}`);
      this.#rank(guest);
      this.#parts.emit({ type: 'grpc.group.failed-over', groups, from: home.id, to: guest.id });
    }
  }

  #handBack(connections: readonly Connection[]): (() => Promise<unknown>) | null {
    const move = this.#failovers.takeReturn(connections);
    return move === null ? null : () => this.move(move);
  }

  /** Replaces a connection that is too old, or one that had to go to an endpoint that is not the preferred one. */
  #renew(connections: readonly Connection[], now: number): (() => Promise<unknown>) | null {
    const expired = this.#pool.expired().find((connection) => connection.isHealthy);
    const old = expired ?? this.#strayed(connections, now);
    if (old === undefined) return null;
    const target = expired === undefined ? (old.parts.gates[0] ?? old.gate) : old.gate;
    // Without room for one more stream the old one is cut first: its replay brings what is missed.
    if (!target.limiter.hasStreamRoom) {
      if (expired !== undefined) old.reopen();
      return null;
    }
    const reason = expired === undefined ? `back to ${target.address.name}` : 'renewal';
    return async () => {
      const { attempts } = old;
      const next = this.#pool.open({ atTip: true, gates: [], rank: old.parts.lane.rank, attempts });
      const proof = await this.move({ groups: old.wanted, from: old, to: next, reason });
      await this.#pool.retire(proof.completed ? old : next, true, reason);
    };
  }

  #strayed(connections: readonly Connection[], now: number): Connection | undefined {
    if (now - this.#lastFailbackMs < this.#options.failbackAfterMs) return undefined;
    const strayed = connections.find(({ isHealthy, gate, parts, openedAtMs, filters }) => {
      const preferred = parts.gates[0];
      const isLongEnough = openedAtMs !== null && now - openedAtMs >= this.#options.failbackAfterMs;
      if (!isHealthy || !isLongEnough || preferred === undefined || preferred === gate) return false;
      return takes(preferred, filters) && preferred.breaker.allows();
    });
    if (strayed !== undefined) this.#lastFailbackMs = now;
    return strayed;
  }

  #balance(connections: readonly Connection[], now: number): (() => Promise<unknown>) | null {
    const samples = connections.map((connection) => this.#sample(connection));
    const canOpen = connections.length < this.#pool.size;
    const choice = this.#parts.balancer.choose(samples, canOpen, now);
    const from = connections.find(({ id }) => id === choice?.from);
    if (choice === null || from === undefined) return null;
    return async () => {
      const rank = RANK[this.#parts.builder.priorityOf([choice.group])];
      const to = connections.find(({ id }) => id === choice.to) ?? this.#pool.open({ atTip: true, gates: [], rank });
      const proof = await this.move({ groups: [choice.group], from, to, reason: choice.reason });
      if (!proof.completed && choice.to === null) await this.#pool.retire(to, true, 'move given up');
    };
  }

  #sample(connection: Connection): LoadSample {
    const rates = this.#parts.meters.of(connection.id);
    const samples = connection.counters.groupSamples;
    const all = connection.wanted.reduce((sum, name) => sum + (samples.get(name) ?? 0), 0);
    return {
      connection: connection.id,
      isHealthy: connection.isHealthy,
      updatesPerS: rates.updatesPerS,
      bytesPerS: rates.bytesPerS,
      lagMs: connection.state.mode === 'live' ? connection.counters.lagMs : null,
      queueFill: connection.parts.lane.fill,
      groups: connection.wanted.map((name) => ({
        name,
        priority: this.#parts.builder.priorityOf([name]),
        updatesPerS: all === 0 ? 0 : (rates.updatesPerS * (samples.get(name) ?? 0)) / all,
      })),
    };
  }

  /** Delays less important lanes, sheds and restores their groups. */
  #relieve(connections: readonly Connection[], now: number): void {
    // A lane that waits for another one during a move is full of that, not of more than is read.
    const reading = connections.filter(({ parts }) => !parts.lane.isFollowing);
    const fillOf = (each: Connection) => (each.isPausedBy('lane') ? 1 : each.parts.lane.fill);
    const byRank = (among: readonly Connection[]) =>
      Array.from({ length: RANKS }, (_, rank) =>
        Math.max(0, ...among.filter(({ parts }) => parts.lane.rank === rank).map(fillOf)),
      );
    const atTip = reading.filter(({ state }) => state.mode !== 'replaying');
    const verdict = this.#parts.pressure.judge(byRank(reading), byRank(atTip), now);
    for (const connection of connections) {
      const isDelayed = connection.parts.lane.rank >= verdict.delayFrom;
      const hasChanged = isDelayed ? connection.pause('pressure') : connection.resume('pressure');
      if (hasChanged) {
        const type = isDelayed ? 'grpc.group.delayed' : 'grpc.group.resumed';
        this.#parts.emit({ type, groups: connection.wanted, connection: connection.id });
      }
      if (this.#moves === 0) this.#shedOne(connection, verdict.shedFrom);
    }
  }

  #shedOne(connection: Connection, shedFrom: number): void {
    const rankOf = (group: string) => RANK[this.#parts.builder.priorityOf([group])];
    const shed = connection.wanted.filter((group) => rankOf(group) >= shedFrom);
    const held = this.#shed.get(connection.id) ?? [];
    const back = held.filter((group) => rankOf(group) < shedFrom);
    if (shed.length > 0) {
      this.#shed.set(connection.id, [...held, ...shed]);
      const kept = connection.wanted.filter((group) => !shed.includes(group));
      connection.carry(kept, false, 'shed under pressure');
      this.#parts.emit({ type: 'grpc.group.shed', groups: shed, connection: connection.id });
    } else if (back.length > 0) {
      this.#shed.set(
        connection.id,
        held.filter((group) => !back.includes(group)),
      );
      connection.carry([...connection.wanted, ...back], false, 'restored');
      // Reopened and not rewritten: only a new call brings what was shed, as far as the provider's replay reaches.
      connection.reopen();
      this.#parts.emit({ type: 'grpc.group.restored', groups: back, connection: connection.id });
    }
  }
}
