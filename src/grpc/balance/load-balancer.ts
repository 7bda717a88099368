import { rankOf } from '../../domain/interest.ts';
import { bestPlace, mayShare, type PlacedGroup, type PlannedMigration } from './placement.ts';

export interface GroupLoad extends PlacedGroup {
  readonly updatesPerS: number;
}

/** One look at one connection. */
export interface LoadSample {
  readonly connection: string;
  readonly isHealthy: boolean;
  readonly isPaused: boolean;
  readonly groups: readonly GroupLoad[];
  readonly updatesPerS: number;
  readonly bytesPerS: number;
  /** Created-at to arrival; null while unknown. */
  readonly lagMs: number | null;
  /** Share of its lane in use, 0 to 1. */
  readonly queueFill: number;
}

export interface LoadLimits {
  /** What one connection, and what parses behind it, can take. */
  readonly updatesPerS: number;
  readonly bytesPerS: number;
  readonly lagMs: number;
}

export interface LoadBalancerOptions {
  readonly limits: LoadLimits;
  /** Load above which a connection counts as overloaded; 1 = at its limit. */
  readonly highLoad: number;
  /** How long it must be overloaded. */
  readonly holdMs: number;
  /** How much lighter the target must be after the move than the source is now. */
  readonly gain: number;
  readonly minIntervalMs: number;
  /** How far ahead the trend is followed. */
  readonly horizonMs: number;
}

interface Trend {
  load: number;
  perMs: number;
  atMs: number;
  overSinceMs: number | null;
}

/** Weights of a new sample in level and trend: about five and ten samples of memory. */
const LEVEL = 0.2;
const SLOPE = 0.1;

/**
 * Chooses which group should move where, from smoothed and predicted load. It opens nothing and moves nothing: it answers. Low groups move
 * before important ones, nothing moves to where high would have to share, nor where it would only change who is overloaded.
 */
export class LoadBalancer {
  readonly #options: LoadBalancerOptions;
  readonly #trends = new Map<string, Trend>();
  #lastMoveMs = Number.NEGATIVE_INFINITY;
  /** What parses behind the connections, as told; null = as the limits say. */
  #parsedPerS: number | null = null;

  constructor(options: LoadBalancerOptions) {
    this.#options = options;
  }

  /** What the parsing behind all connections manages when it is busy. That nothing was parsed is no capacity. */
  noteParseRate(updatesPerS: number): void {
    if (Number.isFinite(updatesPerS) && updatesPerS > 0) this.#parsedPerS = updatesPerS;
  }

  /** 1 = at its limit, by whatever is nearest to it. */
  loadOf(sample: LoadSample): number {
    const { limits } = this.#options;
    const updates = Math.min(limits.updatesPerS, this.#parsedPerS ?? limits.updatesPerS);
    return Math.max(
      sample.updatesPerS / updates,
      sample.bytesPerS / limits.bytesPerS,
      (sample.lagMs ?? 0) / limits.lagMs,
      sample.queueFill,
    );
  }

  /** `canOpen`: one more connection may be opened. */
  choose(samples: readonly LoadSample[], canOpen: boolean, nowMs: number): PlannedMigration | null {
    this.#follow(samples, nowMs);
    if (nowMs - this.#lastMoveMs < this.#options.minIntervalMs) return null;
    const loaded = samples
      .filter((sample) => sample.isHealthy && sample.groups.length > 1 && this.#isHeldHigh(sample.connection, nowMs))
      .sort((a, b) => this.predicted(b.connection) - this.predicted(a.connection));
    for (const source of loaded) {
      const move = this.#moveFrom(source, samples, canOpen);
      if (move === null) continue;
      this.#lastMoveMs = nowMs;
      return move;
    }
    return null;
  }

  /** Where the load will be if its trend goes on; 0 for a connection never seen. */
  predicted(connection: string): number {
    const trend = this.#trends.get(connection);
    if (trend === undefined) return 0;
    return Math.max(0, trend.load + trend.perMs * this.#options.horizonMs);
  }

  #moveFrom(source: LoadSample, samples: readonly LoadSample[], canOpen: boolean): PlannedMigration | null {
    const load = this.predicted(source.connection);
    const group = [...source.groups].sort(
      (a, b) => rankOf(b.priority) - rankOf(a.priority) || b.updatesPerS - a.updatesPerS,
    )[0];
    if (group === undefined) return null;
    const move = {
      groups: [group.name],
      from: source.connection,
      reason: `load ${load.toFixed(2)} of ${source.connection}`,
    };
    if (canOpen) return { ...move, to: null };
    const share = source.updatesPerS > 0 ? (group.updatesPerS / source.updatesPerS) * load : load;
    const targets = samples
      .filter((sample) => sample !== source && sample.isHealthy && !sample.isPaused)
      .filter(({ groups }) => mayShare(group.priority, groups))
      .map((sample) => ({ ...sample, id: sample.connection, load: this.predicted(sample.connection) }))
      // Hysteresis: a move that leaves the target nearly as loaded as the source was would be moved back.
      .filter((target) => target.load + share <= load - this.#options.gain);
    const target = bestPlace(group.priority, targets);
    return target === undefined ? null : { ...move, to: target.id };
  }

  #follow(samples: readonly LoadSample[], nowMs: number): void {
    const alive = new Set(samples.map((sample) => sample.connection));
    for (const id of this.#trends.keys()) if (!alive.has(id)) this.#trends.delete(id);
    for (const sample of samples) this.#followOne(sample, nowMs);
  }

  #followOne(sample: LoadSample, nowMs: number): void {
    const load = this.loadOf(sample);
    // A trend never forgets: what is no number would stay in it for the connection's life.
    if (!Number.isFinite(load)) return;
    const before = this.#trends.get(sample.connection);
    if (before === undefined || nowMs <= before.atMs) {
      this.#trends.set(sample.connection, { load, perMs: 0, atMs: nowMs, overSinceMs: null });
      return;
    }
    const elapsed = nowMs - before.atMs;
    const expected = before.load + before.perMs * elapsed;
    const level = expected + LEVEL * (load - expected);
    const perMs = before.perMs + SLOPE * ((level - before.load) / elapsed - before.perMs);
    const trend: Trend = { load: level, perMs, atMs: nowMs, overSinceMs: before.overSinceMs };
    this.#trends.set(sample.connection, trend);
    const isHigh = this.predicted(sample.connection) > this.#options.highLoad;
    trend.overSinceMs = isHigh ? (before.overSinceMs ?? nowMs) : null;
  }

  #isHeldHigh(connection: string, nowMs: number): boolean {
    const since = this.#trends.get(connection)?.overSinceMs ?? null;
    return since !== null && nowMs - since >= this.#options.holdMs;
  }
}
