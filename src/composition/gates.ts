import { createEndpointGates } from '../grpc/create-stream-manager.ts';
import type { EndpointGate } from '../grpc/endpoint/endpoint-gate.ts';
import { readProviderProfiles } from '../grpc/endpoint/provider-profiles.ts';
import { openRedisQuota } from '../grpc/endpoint/redis-quota.ts';
import type { Lifecycle } from '../lib/lifecycle.ts';
import { type EngineParts, inPackage } from './parts.ts';

const QUOTA = { prefix: 'sluice:quota', timeoutMs: 1_000, marginMs: 500, leaseMs: 30_000 };

/**
 * The ways to the endpoints. A process leaves headroom in the provider's windows for others (GRPC_OPENINGS_PERCENT). With Redis, processes
 * that use one token also share its windows and the streams that may stand.
 */
export async function openGates(parts: EngineParts, lifecycle: Lifecycle): Promise<readonly EndpointGate[]> {
  const { config, clock, emit } = parts;
  const url = config.stores.redisUrl;
  const book = url === '' ? null : await openRedisQuota({ ...QUOTA, url }, clock);
  if (book !== null) lifecycle.own({ name: 'quota book', close: () => book.close() });
  const profiles = readProviderProfiles(inPackage(parts, config.grpc.profilesFolder));
  return createEndpointGates({ settings: config.grpc, profiles, sharedQuota: book?.quotaFor ?? null, clock, emit });
}
