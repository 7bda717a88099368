import { setTimeout as sleep } from 'node:timers/promises';
import { findBinary, run } from './processes.ts';
import { type Provider, type Service, WAIT_MS } from './types.ts';

/** A server in a container, when a container daemon answers; null otherwise. Pulling its image may take minutes. */
export async function startContainer(provider: Provider): Promise<Service | null> {
  const docker = findBinary('docker', 'podman');
  if (docker === null || !run(docker, ['info', '--format', '{{.ServerVersion}}'], 10_000).ok) return null;
  const { image, port, env, url } = provider.container;
  const args = [
    'run',
    '--detach',
    '--rm',
    '--publish',
    `127.0.0.1::${port}`,
    ...env.flatMap((entry) => ['--env', entry]),
    image,
  ];
  const started = run(docker, args, 600_000);
  if (!started.ok) {
    console.error(`${provider.name}: no container (${started.text.split('\n').at(-1)})`);
    return null;
  }
  const id = started.text.split('\n').at(-1) as string;
  const stop = async () => void run(docker, ['rm', '--force', id], 60_000);
  const published = run(docker, ['port', id, String(port)], 10_000)
    .text.split('\n')[0]
    ?.split(':')
    .at(-1);
  const address = url(Number(published));
  for (const endMs = performance.now() + WAIT_MS; ; await sleep(500)) {
    try {
      await provider.probe(address);
      return { url: address, origin: `container ${image}`, stop };
    } catch (error) {
      if (performance.now() < endMs) continue;
      await stop();
      throw new Error(`${image} does not answer: ${(error as Error).message}`);
    }
  }
}
