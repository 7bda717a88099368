import { type ProgramGroup, rankOf } from '../domain/interest.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { Emit } from '../telemetry/event.ts';
import { LoadBalancer, type LoadBalancerOptions } from './balance/load-balancer.ts';
import { type KeeperOptions, PoolKeeper } from './balance/pool-keeper.ts';
import { type PressureOptions, PressurePolicy } from './balance/pressure-policy.ts';
import { RateMeters } from './balance/rate-meters.ts';
import type { ConnectionOptions } from './connection/connection-parts.ts';
import { ConnectionPool, type PoolOptions } from './connection/connection-pool.ts';
import type { EndpointGate } from './endpoint/endpoint-gate.ts';
import type { TapPoint } from './stream/tap-point.ts';
import type { UpdateLanes } from './stream/update-lanes.ts';
import { assignGroups } from './subscription/group-assignment.ts';
import type { SubscriptionBuilder } from './subscription/subscription-builder.ts';
import type { Reason } from './transport/error-table.ts';

export interface StreamPoolOptions {
  readonly pool: PoolOptions;
  readonly connection: ConnectionOptions;
  readonly keeper: KeeperOptions;
  readonly balancer: LoadBalancerOptions;
  readonly pressure: PressureOptions;
  readonly tickMs: number;
}

export interface StreamPoolParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly builder: SubscriptionBuilder;
  readonly gates: readonly EndpointGate[];
  readonly lanes: UpdateLanes;
  readonly tip: { slot: number };
  resumeFrom(): number | null;
  missingFrom(): number | null;
  /** Who compares providers; null = nobody. */
  readonly observer: TapPoint | null;
  onEmpty(reason: Reason, detail: string): void;
}

/**
 * One pool at work: all wanted groups spread over its connections, and its keeper. With one endpoint, or several of which one is used at a
 * time, there is one; providers that are read side by side have one each.
 */
export class StreamPool {
  /** Groups whose filters no endpoint takes. */
  readonly #refused = new Set<string>();
  readonly pool: ConnectionPool;
  readonly balancer: LoadBalancer;
  readonly meters = new RateMeters();
  readonly keeper: PoolKeeper;
  readonly #parts: StreamPoolParts;
  readonly #stop = new AbortController();
  readonly #tickMs: number;
  #stopTick: () => void = () => {};

  constructor(prefix: string, options: StreamPoolOptions, parts: StreamPoolParts) {
    const { clock, random, emit, builder, gates, lanes, tip, observer } = parts;
    this.#parts = parts;
    this.#tickMs = options.tickMs;
    this.balancer = new LoadBalancer(options.balancer);
    const shared = {
      clock,
      random,
      emit,
      tip,
      refused: this.#refused,
      observer,
      commitment: builder.commitment,
      build: (groups: readonly string[], fromSlot: number | null) => builder.build(groups, fromSlot),
      priorityOf: (groups: readonly string[]) => builder.priorityOf(groups),
      resumeFrom: () => parts.resumeFrom(),
      missingFrom: () => parts.missingFrom(),
    };
    this.pool = new ConnectionPool(prefix, options.pool, options.connection, shared, lanes, gates);
    this.keeper = new PoolKeeper(
      options.keeper,
      {
        clock,
        emit,
        builder,
        balancer: this.balancer,
        pressure: new PressurePolicy(options.pressure),
        meters: this.meters,
        refused: this.#refused,
      },
      this.pool,
      this.#stop.signal,
    );
  }

  start(): void {
    this.pool.onClosed((reason, { lastError }) => {
      if (this.pool.connections.length === 0) this.#parts.onEmpty(reason, lastError ?? reason);
    });
    this.#spread(this.#parts.builder.wanted());
    this.#stopTick = this.#parts.clock.every(this.#tickMs, () => this.keeper.tick());
  }

  async close(): Promise<void> {
    this.#stopTick();
    this.#stop.abort();
    await this.pool.close();
  }

  /** Wanted groups that no connection carries, shed ones aside. */
  get unserved(): readonly string[] {
    const placed = [...this.pool.connections.flatMap(({ wanted }) => wanted), ...this.keeper.shedGroups];
    return this.#parts.builder
      .wanted()
      .map(({ name }) => name)
      .filter((name) => !placed.includes(name));
  }

  /** Brings the connections to what the monitors want now: new groups are placed, unwanted ones dropped, filters rewritten. */
  respread(): void {
    this.#refused.clear();
    this.keeper.settle();
    for (const connection of this.pool.connections) connection.refresh();
  }

  #spread(groups: readonly ProgramGroup[]): void {
    for (const names of assignGroups(groups, this.pool.size)) {
      const rank = rankOf(this.#parts.builder.priorityOf(names));
      this.pool.open({ atTip: false, rank }).carry(names, false, 'assigned');
    }
  }
}
