import type { Cursor } from '../domain/cursor.ts';
import type { ProgramGroup } from '../domain/interest.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { Emit } from '../telemetry/event.ts';
import { planConnections } from './connection-plan.ts';
import { type Endpoint, quotaOwner } from './endpoint/endpoint.ts';
import { createEndpointBreaker } from './endpoint/endpoint-breaker.ts';
import type { EndpointGate } from './endpoint/endpoint-gate.ts';
import { KeepaliveInterval } from './endpoint/keepalive-interval.ts';
import type { ProviderProfile } from './endpoint/provider-profiles.ts';
import { type SharedQuota, SubscriptionRateLimiter, withHeadroom } from './endpoint/subscription-rate-limiter.ts';
import {
  balancerOptions,
  connectionOptions,
  endpointsOf,
  type GrpcSettings,
  keeperOptions,
  planOptions,
  poolSize,
  pressureOptions,
  transportOptions,
} from './grpc-settings.ts';
import { SmartStreamManager } from './smart-stream-manager.ts';
import { compressAddresses } from './subscription/compressed-addresses.ts';
import { type MonitorInterest, SubscriptionBuilder } from './subscription/subscription-builder.ts';
import { openTransport } from './transport/open-transport.ts';

export interface SourceOptions {
  readonly settings: GrpcSettings;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly groups: readonly ProgramGroup[];
  readonly monitors: readonly MonitorInterest[];
  readonly resumeFrom: () => Cursor | null;
  /** The first slot that an open gap misses and a replay may still bring; null when none does. */
  readonly missingFrom?: () => number | null;
  readonly random: Random;
}

export type StreamManagerOptions = SourceOptions & GateOptions;

export interface GateOptions {
  readonly settings: GrpcSettings;
  readonly profiles: ReadonlyMap<string, ProviderProfile>;
  /** Makes the book of openings that several processes share, per endpoint; null = this process alone. */
  readonly sharedQuota: ((endpoint: Endpoint) => SharedQuota) | null;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** Requests sent just outside a provider's window may arrive just inside it. */
const WINDOW_MARGIN_MS = 500;

/** Builds the source from its settings. Nothing is opened before its `updates` are read. */
export function createStreamManager(options: StreamManagerOptions): SmartStreamManager {
  return createStreamManagerOn(createEndpointGates(options), options);
}

/** The same on gates that outlive it: whoever restarts the source keeps the windows of what was opened before. */
export function createStreamManagerOn(gates: readonly EndpointGate[], options: SourceOptions): SmartStreamManager {
  const { settings, clock, random, emit, resumeFrom } = options;
  const builder = new SubscriptionBuilder(options.groups, options.monitors, settings, compressAddresses);
  return new SmartStreamManager(
    {
      mode: settings.endpointMode,
      pool: { size: poolSize(settings, gates), staggerMs: settings.staggerMs, ttlMs: settings.connectionTtlMs },
      connection: connectionOptions(settings),
      lanes: {
        batchItems: settings.batchUpdates,
        laneBytes: settings.laneBytes,
        laneItems: settings.laneUpdates,
      },
      keeper: keeperOptions(settings),
      balancer: balancerOptions(settings),
      pressure: pressureOptions(settings),
      tickMs: settings.healthCheckIntervalMs,
    },
    {
      clock,
      random,
      emit,
      gates,
      builder,
      resumeFrom,
      missingFrom: options.missingFrom ?? (() => null),
      plan: (standing) => planConnections({ ...planOptions(settings, gates, builder), standing }),
    },
  );
}

/** One gate per endpoint: its limits, its breaker, its way to open a transport. Shared by everything that talks to it. */
export function createEndpointGates(options: GateOptions): readonly EndpointGate[] {
  const limiters = new Map<string, SubscriptionRateLimiter>();
  return endpointsOf(options.settings, options.profiles).map((endpoint) => {
    // Two regions of a provider under one token are one quota.
    const owner = quotaOwner(endpoint);
    const limiter = limiters.get(owner) ?? createLimiter(endpoint, options);
    limiters.set(owner, limiter);
    return createGate(endpoint, limiter, options);
  });
}

function createLimiter(endpoint: Endpoint, { settings, sharedQuota, clock }: GateOptions): SubscriptionRateLimiter {
  const { openings, concurrentStreams } = endpoint.profile;
  const rules = withHeadroom(openings, settings.openingsPercent);
  const shared = sharedQuota === null ? null : sharedQuota(endpoint);
  return new SubscriptionRateLimiter({ rules, concurrentStreams, marginMs: WINDOW_MARGIN_MS }, shared, clock);
}

function createGate(endpoint: Endpoint, limiter: SubscriptionRateLimiter, options: GateOptions): EndpointGate {
  const { settings, clock, emit } = options;
  const { address, profile } = endpoint;
  const wire = transportOptions(settings);
  const gate: EndpointGate = {
    address,
    profile,
    limiter,
    breaker: createEndpointBreaker(
      { failures: settings.breakerFailures, restMs: settings.breakerRestMs },
      clock,
      (state) => emit({ type: 'grpc.breaker.changed', endpoint: address.name, state }),
    ),
    openTransport: () => {
      const keepaliveMs = gate.keepalive.at(clock.monotonicMs());
      return openTransport(settings.transport, address, { ...wire, keepaliveMs }, clock);
    },
    stopped: null,
    refused: new Set(),
    lacksReplay: false,
    keepalive: new KeepaliveInterval(wire.keepaliveMs),
    oldestSlot: null,
  };
  return gate;
}
