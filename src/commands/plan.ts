import type { ConnectionPlan } from '../grpc/connection-plan.ts';
import { embeddedConfig, isEmbedded } from './common.ts';
import type { CommandIo } from './io.ts';
import { planStreams } from './planned-streams.ts';
import { readConfig } from './read-config.ts';

/** What the embedded simulator would be: an address that stands for this machine. */
const EMBEDDED_URL = 'http://127.0.0.1:10000';

/** `sluice plan`: what would be opened, before anything is. Exit code 1 when a profile forbids it. */
export async function planCommand(options: { readonly json: boolean }, io: CommandIo): Promise<number> {
  const config = readConfig(io);
  const { plan } = planStreams(isEmbedded(config) ? embeddedConfig(config, EMBEDDED_URL) : config);
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
    ...plan.rates.map(
      ({ endpoint, counts, limit, providerLimit, windowMs }) =>
        `Rate at ${endpoint}: ${limit} of the provider's ${providerLimit} ${counts} in ${windowMs / 1000} s (GRPC_OPENINGS_PERCENT)`,
    ),
    ...plan.notes.map((note) => `Note: ${note}`),
    ...plan.violations.map(({ endpoint, rule, detail }) => `Forbidden at ${endpoint} (${rule}): ${detail}`),
    plan.feasible
      ? 'Feasible: no profile forbids it.'
      : 'Not feasible: narrow the groups or lower GRPC_POOL_MAX_CONNECTIONS.',
  ];
}
