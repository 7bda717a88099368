import { probeBroker, startOwnBroker } from './own-rabbitmq.ts';
import type { Provider, Service } from './types.ts';

async function startOwn(folder: string): Promise<Service | null> {
  const broker = await startOwnBroker(folder);
  if (broker === null) return null;
  return { url: broker.url, origin: `own rabbitmq-server, port ${broker.port}`, stop: () => broker.remove() };
}

export const rabbitmq: Provider = {
  name: 'rabbitmq',
  standardUrls: ['amqp://guest:guest@127.0.0.1:5672'],
  probe: probeBroker,
  startOwn,
  container: { image: 'rabbitmq:4-alpine', port: 5672, env: [], url: (port) => `amqp://guest:guest@127.0.0.1:${port}` },
  packages: ['rabbitmq-server'],
};
