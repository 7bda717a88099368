import type { Commitment } from '../domain/slot.ts';
import { EngineError } from '../lib/errors.ts';
import type { LoadBalancerOptions } from './balance/load-balancer.ts';
import type { KeeperOptions } from './balance/pool-keeper.ts';
import type { PressureOptions } from './balance/pressure-policy.ts';
import type { ConnectionOptions } from './connection/connection-parts.ts';
import type { PlanOptions } from './connection-plan.ts';
import { type Endpoint, parseEndpoint, streamRoom } from './endpoint/endpoint.ts';
import { chooseProfile, type ProviderProfile } from './endpoint/provider-profiles.ts';
import type { SubscriptionBuilder } from './subscription/subscription-builder.ts';
import type { TransportName } from './transport/open-transport.ts';
import type { TransportOptions } from './transport/transport.ts';

/** The station's configuration as it comes from the environment. */
export interface GrpcSettings {
  readonly url: string;
  readonly token: string;
  /** `url|token|profile`, the preferred one first. */
  readonly endpoints: readonly string[];
  readonly endpointMode: 'failover' | 'fastest' | 'shadow';
  readonly provider: string;
  readonly transport: TransportName;
  readonly compression: 'none' | 'gzip' | 'zstd';
  readonly useSmartStreaming: boolean;
  readonly maxConnections: number;
  readonly connectionTtlMs: number;
  readonly healthCheckIntervalMs: number;
  readonly staggerMs: number;
  readonly commitment: Commitment;
  readonly includeFailed: boolean;
  readonly compressAbove: number;
  readonly maxReceiveBytes: number;
  readonly flowWindowBytes: number;
  readonly keepaliveMs: number;
  readonly keepaliveTimeoutMs: number;
  readonly unaryTimeoutMs: number;
  readonly firstMessageTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly slotTimeoutMs: number;
  readonly pingIntervalMs: number;
  readonly backoffInitialMs: number;
  readonly backoffMaxMs: number;
  readonly attemptsPerMinute: number;
  readonly openingsPercent: number;
  readonly lapseMs: number;
  readonly breakerFailures: number;
  readonly breakerRestMs: number;
  readonly batchUpdates: number;
  readonly laneUpdates: number;
  readonly laneBytes: number;
  readonly failoverAfterMs: number;
  readonly failbackAfterMs: number;
  readonly overlapSlots: number;
  readonly settleSlots: number;
  readonly migrationTimeoutMs: number;
  readonly migrationPollMs: number;
  readonly loadUpdatesPerS: number;
  readonly loadBytesPerS: number;
  readonly loadLagMs: number;
  readonly balanceHighPercent: number;
  readonly balanceHoldMs: number;
  readonly balanceGainPercent: number;
  readonly balanceMinIntervalMs: number;
  readonly balanceHorizonMs: number;
  readonly delayPercent: number;
  readonly shedPercent: number;
  readonly shedAfterMs: number;
  readonly restorePercent: number;
  readonly restoreAfterMs: number;
}

/** The endpoints the settings name, each with its profile. Throws a readable error when there is none or one is no address. */
export function endpointsOf(
  settings: Pick<GrpcSettings, 'url' | 'token' | 'endpoints' | 'provider'>,
  profiles: ReadonlyMap<string, ProviderProfile>,
): readonly Endpoint[] {
  const texts = settings.endpoints.length > 0 ? settings.endpoints : [`${settings.url}|${settings.token}`];
  if (texts[0] === '|' || texts[0]?.startsWith('|')) {
    throw new EngineError(
      'CONFIG_INVALID',
      'No gRPC endpoint is configured: set GRPC_URL (and X_TOKEN) or GRPC_ENDPOINTS.',
    );
  }
  const endpoints = texts.map((text) => {
    const [url = '', token = '', profile = settings.provider] = text.split('|').map((part) => part.trim());
    const address = parseEndpoint(url, token);
    return { address, profile: chooseProfile(profiles, profile, address.name) };
  });
  return endpoints;
}

export function connectionOptions(settings: GrpcSettings): ConnectionOptions {
  return {
    commitment: settings.commitment,
    backoff: { initialMs: settings.backoffInitialMs, maxMs: settings.backoffMaxMs },
    attemptsPerMinute: settings.attemptsPerMinute,
    lapseMs: settings.lapseMs,
    firstMessageTimeoutMs: settings.firstMessageTimeoutMs,
    idleTimeoutMs: settings.idleTimeoutMs,
    slotTimeoutMs: settings.slotTimeoutMs,
    pingIntervalMs: settings.pingIntervalMs,
    provenAfterMs: 1000,
    malformedPerMinute: 100,
    pingCarriesFilters: true,
  };
}

export function transportOptions(settings: GrpcSettings): TransportOptions {
  return {
    maxReceiveBytes: settings.maxReceiveBytes,
    keepaliveMs: settings.keepaliveMs,
    keepaliveTimeoutMs: settings.keepaliveTimeoutMs,
    flowWindowBytes: settings.flowWindowBytes,
    unaryTimeoutMs: settings.unaryTimeoutMs,
    compression: settings.compression,
  };
}

export function keeperOptions(settings: GrpcSettings): KeeperOptions {
  const { overlapSlots, settleSlots, migrationTimeoutMs: timeoutMs, migrationPollMs: pollMs } = settings;
  return {
    migration: { overlapSlots, settleSlots, timeoutMs, pollMs },
    failoverAfterMs: settings.failoverAfterMs,
    failbackAfterMs: settings.failbackAfterMs,
    migrationsKept: 50,
  };
}

export function balancerOptions(settings: GrpcSettings): LoadBalancerOptions {
  return {
    limits: {
      updatesPerS: settings.loadUpdatesPerS,
      bytesPerS: settings.loadBytesPerS,
      lagMs: settings.loadLagMs,
    },
    highLoad: settings.balanceHighPercent / 100,
    holdMs: settings.balanceHoldMs,
    gain: settings.balanceGainPercent / 100,
    minIntervalMs: settings.balanceMinIntervalMs,
    horizonMs: settings.balanceHorizonMs,
  };
}

export function pressureOptions(settings: GrpcSettings): PressureOptions {
  return {
    delayAt: settings.delayPercent / 100,
    shedAt: settings.shedPercent / 100,
    shedAfterMs: settings.shedAfterMs,
    restoreAt: settings.restorePercent / 100,
    restoreAfterMs: settings.restoreAfterMs,
  };
}

/** Streams that may stand at one endpoint: a stream the provider never lets in would leave its groups without data. */
export function poolSize(settings: GrpcSettings, endpoints: readonly Endpoint[]): number {
  const atOnce = settings.endpointMode === 'failover' ? [] : endpoints;
  const rooms = endpoints.map((endpoint) => streamRoom(endpoint, atOnce));
  return Math.max(1, Math.min(configuredSize(settings), ...rooms));
}

function configuredSize(settings: GrpcSettings): number {
  return settings.useSmartStreaming ? settings.maxConnections : 1;
}

export function planOptions(
  settings: GrpcSettings,
  endpoints: readonly Endpoint[],
  builder: SubscriptionBuilder,
): PlanOptions {
  return {
    endpoints,
    builder,
    configuredSize: configuredSize(settings),
    poolSize: poolSize(settings, endpoints),
    standing: [],
    isParallel: settings.endpointMode !== 'failover',
    attemptsPerMinute: settings.attemptsPerMinute,
    openingsPercent: settings.openingsPercent,
    balanceMinIntervalMs: settings.balanceMinIntervalMs,
    shedAfterMs: settings.shedAfterMs,
    restoreAfterMs: settings.restoreAfterMs,
    connectionTtlMs: settings.connectionTtlMs,
  };
}
