import { rankOf } from '../../domain/interest.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Emit } from '../../telemetry/event.ts';
import type { MigrationProof } from '../../telemetry/events/grpc.ts';
import type { Connection } from '../connection/connection.ts';
import type { ConnectionPool } from '../connection/connection-pool.ts';
import { takes } from '../endpoint/endpoint-gate.ts';
import type { SubscriptionBuilder } from '../subscription/subscription-builder.ts';
import { FailoverBook } from './failover-book.ts';
import type { Migration, MigrationOptions } from './group-migration.ts';
import { GroupPlacer } from './group-placer.ts';
import type { LoadBalancer } from './load-balancer.ts';
import { loadSample } from './load-sample.ts';
import { MigrationQueue } from './migration-queue.ts';
import type { PlannedMigration } from './placement.ts';
import { resolveDoubles, separateHigh } from './placement-repair.ts';
import type { PressurePolicy } from './pressure-policy.ts';
import { PressureRelief } from './pressure-relief.ts';
import type { RateMeters } from './rate-meters.ts';

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
  readonly pressure: Pick<PressurePolicy, 'judge'>;
  readonly meters: RateMeters;
  /** Groups whose filters no endpoint takes. */
  readonly refused: ReadonlySet<string>;
}

type Job = () => Promise<unknown>;

/**
 * Looks after a pool that is running: says when groups are carried elsewhere and go back, when old connections are renewed, what leaves an
 * overloaded one and what gives way under pressure. Where a group goes is placement's to say. One migration at a time. It reads no update.
 */
export class PoolKeeper {
  readonly #options: KeeperOptions;
  readonly #parts: KeeperParts;
  readonly #pool: ConnectionPool;
  readonly #signal: AbortSignal;
  readonly #failovers: FailoverBook;
  readonly #placer: GroupPlacer;
  readonly #relief: PressureRelief;
  readonly #migrations: MigrationQueue;
  /** Groups that somebody placed by hand: they are not tidied away. */
  readonly #pinned = new Set<string>();
  #isMoving = false;
  #lastFailbackMs = Number.NEGATIVE_INFINITY;
  #repairsFromMs = Number.NEGATIVE_INFINITY;

  constructor(options: KeeperOptions, parts: KeeperParts, pool: ConnectionPool, signal: AbortSignal) {
    this.#options = options;
    this.#parts = parts;
    this.#pool = pool;
    this.#signal = signal;
    this.#failovers = new FailoverBook(options.failoverAfterMs);
    this.#placer = new GroupPlacer({ ...parts, pool });
    this.#relief = new PressureRelief(parts.pressure, parts.emit);
    this.#migrations = new MigrationQueue(options.migration, options.migrationsKept, parts.clock, parts.emit, signal);
  }

  /** Groups that are not subscribed now because of pressure. */
  get shedGroups(): readonly string[] {
    return this.#placer.shedGroups;
  }

  get migrations(): readonly MigrationProof[] {
    return this.#migrations.migrations;
  }

  tick(): void {
    const now = this.#parts.clock.monotonicMs();
    const { connections } = this.#pool;
    this.#parts.meters.sample(connections, now);
    const shedFrom = this.#relief.relieve(connections, now);
    if (this.#migrations.isEmpty) this.#placer.shedFrom(shedFrom);
    for (const home of this.#failovers.due(connections, now)) this.#placer.cover(home);
    this.settle();
    if (this.#isMoving || this.#signal.aborted) return;
    const job = this.#repair(now) ?? this.#renew(now) ?? this.#balance(now);
    if (job === null) return;
    this.#isMoving = true;
    void job().finally(() => {
      this.#isMoving = false;
    });
  }

  /** Places what is wanted and not carried, drops what is not wanted, closes what carries nothing. */
  settle(): void {
    this.#placer.settle();
    // The target of a migration is empty at first.
    if (this.#migrations.isEmpty) this.#placer.closeEmpty();
  }

  /** Moves one group to this connection; null when there is no such group elsewhere, or no such connection. */
  migrateGroup(group: string, to: string): Promise<MigrationProof | null> {
    return this.#migrations.add(() => {
      const from = this.#placer.staying.find(({ id, wanted }) => id !== to && wanted.includes(group));
      if (from === undefined) return null;
      this.#pinned.add(group);
      return this.#resolved({ groups: [group], from: from.id, to, reason: 'asked for' });
    });
  }

  /** The migration as it is possible now. */
  #resolved({ groups, from, to, reason }: PlannedMigration): Migration | null {
    const { staying, canOpen } = this.#placer;
    const source = staying.find(({ id }) => id === from);
    const still = groups.filter((group) => source?.wanted.includes(group));
    if (source === undefined || still.length === 0) return null;
    const rank = rankOf(this.#parts.builder.priorityOf(still));
    const opened = to === null && canOpen ? this.#pool.open({ atTip: true, rank }) : undefined;
    const target = opened ?? staying.find(({ id }) => id === to);
    return target === undefined ? null : { groups: still, from: source, to: target, reason };
  }

  /** Ends what failovers left doubled and what makes high share; after a try that failed, only after a while. */
  #repair(now: number): Job | null {
    if (!this.#migrations.isEmpty || now < this.#repairsFromMs) return null;
    const { places, canOpen } = this.#placer;
    const plan = resolveDoubles(places) ?? separateHigh(places, canOpen, (group) => this.#pinned.has(group));
    if (plan === null) return null;
    return async () => {
      const proof = await this.#migrations.add(() => this.#resolved(plan));
      const { clock } = this.#parts;
      if (proof?.completed === false) this.#repairsFromMs = clock.monotonicMs() + this.#options.migration.timeoutMs;
    };
  }

  /** Replaces a connection that is too old, or one that had to go to an endpoint that is not the preferred one. */
  #renew(now: number): Job | null {
    const expired = this.#pool.expired().find((connection) => connection.isHealthy);
    const old = expired ?? this.#strayed(now);
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
      this.#placer.leaving.add(old);
      const next = this.#pool.open({ atTip: true, rank: old.parts.lane.rank, attempts });
      const proof = await this.#migrations.add(() => ({ groups: old.wanted, from: old, to: next, reason }));
      this.#placer.leaving.delete(old);
      await this.#placer.dissolve(proof?.completed === true ? old : next, reason);
    };
  }

  #strayed(now: number): Connection | undefined {
    if (now - this.#lastFailbackMs < this.#options.failbackAfterMs) return undefined;
    const strayed = this.#pool.connections.find(({ isHealthy, gate, parts, openedAtMs, filters }) => {
      const preferred = parts.gates[0];
      const isLongEnough = openedAtMs !== null && now - openedAtMs >= this.#options.failbackAfterMs;
      if (!isHealthy || !isLongEnough || preferred === undefined || preferred === gate) return false;
      return takes(preferred, filters) && preferred.breaker.allows();
    });
    if (strayed !== undefined) this.#lastFailbackMs = now;
    return strayed;
  }

  #balance(now: number): Job | null {
    const { builder, meters, balancer } = this.#parts;
    const samples = this.#placer.staying.map((connection) => loadSample(connection, builder, meters));
    const choice = balancer.choose(samples, this.#placer.canOpen, now);
    return choice === null ? null : () => this.#migrations.add(() => this.#resolved(choice));
  }
}
