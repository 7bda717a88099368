import { openWatchers } from '../composition/decoding.ts';
import type { Config } from '../config/schema.ts';
import { type ConnectionPlan, planConnections } from '../grpc/connection-plan.ts';
import type { Endpoint } from '../grpc/endpoint/endpoint.ts';
import { readProviderProfiles } from '../grpc/endpoint/provider-profiles.ts';
import { endpointsOf, planOptions } from '../grpc/grpc-settings.ts';
import { compressAddresses } from '../grpc/subscription/compressed-addresses.ts';
import { readProgramGroups } from '../grpc/subscription/program-groups.ts';
import { SubscriptionBuilder } from '../grpc/subscription/subscription-builder.ts';
import { inPackage } from './common.ts';

export interface PlannedStreams {
  readonly endpoints: readonly Endpoint[];
  readonly plan: ConnectionPlan;
}

/** What `sluice start` would open with this configuration, judged as the engine judges it. */
export function planStreams(config: Pick<Config, 'grpc' | 'monitors'>): PlannedStreams {
  const { grpc } = config;
  const endpoints = endpointsOf(grpc, readProviderProfiles(inPackage(grpc.profilesFolder)));
  const groups = readProgramGroups(inPackage(grpc.groupsFile));
  const { interests } = openWatchers(
    config,
    groups.map(({ name }) => name),
  );
  const builder = new SubscriptionBuilder(groups, interests, grpc, compressAddresses);
  builder.check();
  return { endpoints, plan: planConnections(planOptions(grpc, endpoints, builder)) };
}
