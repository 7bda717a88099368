import { createEndpointGates } from '../grpc/create-stream-manager.ts';
import type { EndpointGate } from '../grpc/endpoint-gate.ts';
import { readProviderProfiles } from '../grpc/provider-profiles.ts';
import { openRedisQuota } from '../grpc/redis-quota.ts';
import type { Lifecycle } from '../lib/lifecycle.ts';
import { type EngineParts, inPackage } from './parts.ts';

const QUOTA = { prefix: 'sluice:quota', timeoutMs: 1_000, marginMs: 500 };

/** The ways to the endpoints. With Redis, processes that use one token share its windows; without, each keeps headroom of its own. */
export async function openGates(parts: EngineParts, lifecycle: Lifecycle): Promise<readonly EndpointGate[]> {
  const { config, clock, emit } = parts;
  const url = config.stores.redisUrl;
  const book = url === '' ? null : await openRedisQuota({ ...QUOTA, url });
  if (book !== null) lifecycle.own({ name: 'quota book', close: () => book.close() });
  const profiles = readProviderProfiles(inPackage(parts, config.grpc.profilesFolder));
  return createEndpointGates({ settings: config.grpc, profiles, sharedQuota: book?.quotaFor ?? null, clock, emit });
}
