import { readFileSync } from 'node:fs';
import type { Config } from '../config/schema.ts';
import { messageOf } from '../lib/errors.ts';
import { createRedactor, secretsOfUrl } from '../lib/redact.ts';
import { parseTopology, planTopology } from '../output/topology.ts';
import { inspectTopology } from '../output/topology-check.ts';
import { type DoctorCheck, failed, passed } from './doctor-check.ts';

/** The broker, and whether what stands on it is what the configuration asks for. It declares nothing. */
export async function brokerChecks(
  settings: Config['rabbitmq'],
  topologyPath: string,
  signal: AbortSignal,
): Promise<readonly DoctorCheck[]> {
  if (!settings.enabled || settings.url === '') {
    return [passed('broker', 'none configured (RABBITMQ_URL): the outbox is the output')];
  }
  if (!URL.canParse(settings.url) || !/^amqps?:$/.test(new URL(settings.url).protocol)) {
    return [failed('broker', 'RABBITMQ_URL is not a broker address: use amqp://user:password@host:5672/vhost')];
  }
  const { host } = new URL(settings.url);
  try {
    const plan = planTopology(parseTopology(readFileSync(topologyPath, 'utf8'), settings.topologyFile), settings);
    const redact = createRedactor(secretsOfUrl(settings.url));
    const { missing, differences } = await inspectTopology(settings.url, plan, redact, signal);
    const reached = passed('broker', `${host} answers and lets us in`);
    if (differences.length > 0) {
      return [reached, failed('topology', `${differences.join('; ')}: delete what differs or set other names`)];
    }
    const stands = plan.exchanges.length + plan.queues.length - missing.length;
    const text =
      missing.length === 0
        ? 'everything stands as configured'
        : `${stands} stand as configured, ${missing.length} are declared at the next start`;
    return [reached, passed('topology', text)];
  } catch (error) {
    return [
      failed('broker', `${host}: ${messageOf(error)} Check RABBITMQ_URL; until it answers, events wait in the outbox.`),
    ];
  }
}
