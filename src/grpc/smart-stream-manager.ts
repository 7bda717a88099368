import type { Source } from '../domain/contracts.ts';
import type { Cursor } from '../domain/cursor.ts';
import type { Interest } from '../domain/interest.ts';
import type { SourceItem } from '../domain/update.ts';
import type { Clock } from '../lib/clock.ts';
import { EngineError, type ErrorCode } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';
import type { Emit } from '../telemetry/event.ts';
import type { MigrationProof } from '../telemetry/events/grpc.ts';
import { connectionStats, type PoolStats } from './connection/connection-stats.ts';
import { ProviderRace } from './connection/provider-race.ts';
import { RaceObserver } from './connection/race-observer.ts';
import type { ConnectionPlan } from './connection-plan.ts';
import type { EndpointGate } from './endpoint/endpoint-gate.ts';
import type { LaneOptions } from './stream/lane.ts';
import { UpdateLanes } from './stream/update-lanes.ts';
import { StreamPool, type StreamPoolOptions } from './stream-pool.ts';
import type { SubscriptionBuilder } from './subscription/subscription-builder.ts';
import type { Reason } from './transport/error-table.ts';

export interface StreamManagerParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  /** The preferred endpoint first. */
  readonly gates: readonly EndpointGate[];
  readonly builder: SubscriptionBuilder;
  /** What is about to be opened and what stands (its groups, stream by stream), judged by the profiles. */
  plan(standing: readonly (readonly string[])[]): ConnectionPlan;
  /** Where the output stands: asked at every reopening, because only the sink knows. */
  readonly resumeFrom: () => Cursor | null;
  readonly missingFrom: () => number | null;
}

export interface StreamManagerSettings extends StreamPoolOptions {
  /** failover: one endpoint at a time. fastest: all at once, what comes first counts. shadow: the others are only compared. */
  readonly mode: 'failover' | 'fastest' | 'shadow';
  readonly lanes: LaneOptions;
}

/**
 * The source: interests in, ordered resumable batches out. It builds the pools, reads their lanes and tells what everything is doing; with
 * a pool of one it is a single shared stream. It never reads a transaction.
 */
export class SmartStreamManager implements Source {
  readonly #settings: StreamManagerSettings;
  readonly #parts: StreamManagerParts;
  #pools: readonly StreamPool[] = [];
  #shadows: readonly StreamPool[] = [];
  #race: ProviderRace | null = null;

  constructor(settings: StreamManagerSettings, parts: StreamManagerParts) {
    this.#settings = settings;
    this.#parts = parts;
  }

  /** One reader at a time: a second call while the first runs is a programmer's mistake. */
  async *updates(from: Cursor | null, signal: AbortSignal): AsyncGenerator<readonly SourceItem[]> {
    if (this.#pools.length > 0) throw new EngineError('INTERNAL', 'The stream is already being read.');
    this.#parts.builder.check();
    refuseWhatIsForbidden(this.#parts.plan([]));
    const lanes = new UpdateLanes(this.#settings.lanes);
    const shadowLanes = new UpdateLanes(this.#settings.lanes);
    this.#open(from, lanes, shadowLanes);
    const stop = new AbortController();
    const dropping = drop(shadowLanes, stop.signal);
    try {
      for (;;) {
        const batch = await lanes.take(signal);
        if (batch === null) return;
        yield batch;
      }
    } finally {
      stop.abort();
      await Promise.all([...this.#pools, ...this.#shadows].map((each) => each.close()));
      await dropping;
      this.#pools = [];
      this.#shadows = [];
    }
  }

  /**
   * Adds a monitor or changes what it wants; open streams are rewritten, not reopened. Throws, and changes nothing, when a profile forbids
   * it on the streams that are planned or on those that stand.
   */
  setMonitor(monitor: string, interest: Interest): void {
    const { builder } = this.#parts;
    const before = builder.interestOf(monitor);
    builder.set(monitor, interest);
    try {
      refuseWhatIsForbidden(this.#parts.plan(this.#standing()));
    } catch (error) {
      // Written, it would cost groups that are served now.
      if (before === undefined) builder.remove(monitor);
      else builder.set(monitor, before);
      throw error;
    }
    for (const each of [...this.#pools, ...this.#shadows]) each.respread();
  }

  removeMonitor(monitor: string): void {
    this.#parts.builder.remove(monitor);
    for (const each of [...this.#pools, ...this.#shadows]) each.respread();
  }

  /** Moves one group to another connection, make before break; null when there is no such group elsewhere, or no such connection. */
  async migrateGroup(group: string, to: string): Promise<MigrationProof | null> {
    const owner = this.#pools.find(({ pool }) => pool.connections.some(({ id }) => id === to));
    return owner?.keeper.migrateGroup(group, to) ?? null;
  }

  /** What the parsing behind the stream manages per second when it is busy: it bounds what a connection can be given. */
  noteParseRate(updatesPerS: number): void {
    for (const { balancer } of this.#pools) balancer.noteParseRate(updatesPerS);
  }

  stats(): PoolStats {
    const { builder, clock, gates } = this.#parts;
    const all = this.#pools.flatMap(({ pool, meters }) => pool.connections.map((each) => ({ each, meters })));
    const wallOffsetMs = clock.wallMs() - clock.monotonicMs();
    const healthy = all.filter(({ each }) => each.isHealthy).length;
    const limiter = (all[0]?.each.gate ?? gates[0])?.limiter;
    const remaining = limiter?.remaining() ?? Number.POSITIVE_INFINITY;
    return {
      total: all.length,
      healthy,
      unhealthy: all.length - healthy,
      rateLimitRemaining: Number.isFinite(remaining) ? remaining : null,
      rateLimit: limiter?.budget ?? null,
      monitorConnections: Object.fromEntries(
        builder.monitors.map((monitor) => [
          monitor,
          all.filter(({ each }) => builder.monitorsOf(each.wanted).includes(monitor)).length,
        ]),
      ),
      connections: all.map(({ each, meters }) => connectionStats(each, meters.of(each.id), wallOffsetMs)),
      shedGroups: this.#pools.flatMap(({ keeper }) => keeper.shedGroups),
      unservedGroups: [...new Set(this.#pools.flatMap((each) => each.unserved))],
      migrations: this.#pools.flatMap(({ keeper }) => keeper.migrations),
      providers: this.#race?.scores() ?? [],
    };
  }

  #standing(): readonly (readonly string[])[] {
    return this.#pools.flatMap(({ pool }) => pool.connections.map(({ wanted }) => wanted));
  }

  #open(from: Cursor | null, lanes: UpdateLanes, shadowLanes: UpdateLanes): void {
    const { gates, builder } = this.#parts;
    const { mode } = this.#settings;
    const wanted = () => builder.wanted().map(({ name }) => name);
    const tip = { slot: 0 };
    if (mode === 'failover' || gates.length === 1) {
      this.#pools = [this.#makePool('c', gates, lanes, tip, from, null)];
    } else {
      const race = new ProviderRace(gates.map((gate) => gate.address.name));
      this.#race = race;
      const pools = gates.map((gate, index) => {
        const isShadow = mode === 'shadow' && index > 0;
        const into = isShadow ? shadowLanes : lanes;
        const prefix = isShadow ? `s${index}-` : index === 0 ? 'c' : `p${index}-`;
        return this.#makePool(
          prefix,
          [gate],
          into,
          tip,
          from,
          new RaceObserver(race, index, builder.commitment, wanted),
        );
      });
      this.#pools = mode === 'shadow' ? pools.slice(0, 1) : pools;
      this.#shadows = mode === 'shadow' ? pools.slice(1) : [];
    }
    for (const each of [...this.#pools, ...this.#shadows]) each.start();
  }

  #makePool(
    prefix: string,
    gates: readonly EndpointGate[],
    lanes: UpdateLanes,
    tip: { slot: number },
    from: Cursor | null,
    observer: RaceObserver | null,
  ): StreamPool {
    const { clock, random, emit, builder, resumeFrom, missingFrom } = this.#parts;
    return new StreamPool(prefix, this.#settings, {
      clock,
      random,
      emit,
      builder,
      gates,
      lanes,
      tip,
      observer,
      resumeFrom: () => (resumeFrom() ?? from)?.slot ?? null,
      missingFrom,
      onEmpty: (reason, detail) => this.#onEmpty(reason, detail, lanes),
    });
  }

  /** Only when no pool has a connection left is there nothing to read any more. */
  #onEmpty(reason: Reason, detail: string, lanes: UpdateLanes): void {
    if (this.#pools.some(({ pool }) => pool.connections.length > 0)) return;
    lanes.fail(gaveUp(reason, detail, this.#parts.gates));
  }
}

/** Reads what nobody wants, so that a provider that is only compared is not held back. */
async function drop(lanes: UpdateLanes, signal: AbortSignal): Promise<void> {
  while ((await lanes.take(signal)) !== null);
}

function refuseWhatIsForbidden({ violations }: ConnectionPlan): void {
  if (violations.length === 0) return;
  const details = violations.map(({ endpoint, detail }) => `${endpoint}: ${detail}`).join('; ');
  throw new EngineError(
    'GRPC_PLAN',
    `The provider forbids what is about to be opened (see \`sluice plan\`): ${details}.`,
  );
}

const CODES: Partial<Record<Reason, ErrorCode>> = {
  auth: 'GRPC_AUTH',
  'http-refused': 'GRPC_AUTH',
  'filter-refused': 'GRPC_PLAN',
  unusable: 'CONFIG_INVALID',
};

function gaveUp(reason: Reason, detail: string, gates: readonly EndpointGate[]): EngineError {
  const names = gates.map((gate) => gate.address.name).join(', ');
  return new EngineError(CODES[reason] ?? 'GRPC_CLOSED', `${names}: ${detail}.`);
}
