import { join, resolve } from 'node:path';
import { compressAddresses } from '../grpc/compressed-addresses.ts';
import { type ConnectionPlan, planConnections } from '../grpc/connection-plan.ts';
import { endpointsOf, planOptions } from '../grpc/grpc-settings.ts';
import { readProgramGroups } from '../grpc/program-groups.ts';
import { readProviderProfiles } from '../grpc/provider-profiles.ts';
import { SubscriptionBuilder } from '../grpc/subscription-builder.ts';
import { createMonitors } from '../monitors/index.ts';
import type { CommandIo } from './io.ts';
import { readConfig } from './read-config.ts';

const PACKAGE_FOLDER = join(import.meta.dirname, '..', '..');
/** What the embedded simulator would be: an address that stands for this machine. */
const EMBEDDED_URL = 'http://127.0.0.1:10000';

/** `sluice plan`: what would be opened, before anything is. Exit code 1 when a profile forbids it. */
export async function planCommand(options: { readonly json: boolean }, io: CommandIo): Promise<number> {
  const config = readConfig(io);
  const grpc = config.grpc;
  const settings = grpc.url === '' && grpc.endpoints.length === 0 ? { ...grpc, url: EMBEDDED_URL } : grpc;
  const profiles = readProviderProfiles(resolve(PACKAGE_FOLDER, grpc.profilesFolder));
  const groups = readProgramGroups(resolve(PACKAGE_FOLDER, grpc.groupsFile));
  const monitors = createMonitors({ groups: groups.map(({ name }) => name), ...config.monitors });
  const interests = monitors.map(({ name, interest }) => ({ monitor: name, interest }));
  const builder = new SubscriptionBuilder(groups, interests, settings, compressAddresses);
  builder.check();
  const plan = planConnections(planOptions(settings, endpointsOf(settings, profiles), builder));
  if (options.json) io.out(JSON.stringify(plan));
  else for (const line of describePlan(plan)) io.out(line);
  return plan.feasible ? 0 : 1;
}

export function describePlan(plan: ConnectionPlan): readonly string[] {
  const connections = plan.connections.map((each, index) => {
    const filters = Object.entries(each.filters)
      .filter(([, count]) => count > 0)
      .map(([type, count]) => `${count} ${type}`)
      .join(', ');
    return (
      `  ${index + 1}. ${each.endpoint} (${each.profile}): ${each.groups.join(', ')} [${each.priority}]\n` +
      `     for ${each.monitors.join(', ')}; filters: ${filters}; ${each.accounts} addresses, ${each.requestBytes} bytes`
    );
  });
  return [
    `Connections (${plan.connections.length}):`,
    ...connections,
    `Openings in the worst minute, before the limiter: ${plan.worstCaseOpeningsPerMinute}`,
    ...plan.notes.map((note) => `Note: ${note}`),
    ...plan.violations.map(({ endpoint, rule, detail }) => `Forbidden at ${endpoint} (${rule}): ${detail}`),
    plan.feasible
      ? 'Feasible: no profile forbids it.'
      : 'Not feasible: narrow the groups or lower GRPC_POOL_MAX_CONNECTIONS.',
  ];
}
