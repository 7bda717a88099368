import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startContainer } from './containers.ts';
import { installPackages } from './packages.ts';
import { postgres } from './postgres.ts';
import { rabbitmq } from './rabbitmq.ts';
import { redis } from './redis.ts';
import { type Provider, SERVICE_ENV, type Service } from './types.ts';

export interface TestServices {
  /** RABBITMQ_URL, REDIS_URL and DATABASE_URL as the tests read them. */
  readonly env: Readonly<Record<string, string>>;
  /** Stops what was started here, and nothing else. */
  stop(): Promise<void>;
}

const PROVIDERS: readonly Provider[] = [rabbitmq, redis, postgres];

/**
 * Finds or starts every server the tests need: what the environment names, what stands on the standard port, a copy of an installed
 * server, a container, an installed package; the first that answers. Never goes on without one.
 */
export async function provideServices(env: NodeJS.ProcessEnv, log: (line: string) => void): Promise<TestServices> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-services-'));
  // A server that may not run as root works in a folder below as another user, and has to get there.
  chmodSync(folder, 0o755);
  const services: Service[] = [];
  const stop = async () => {
    await Promise.all(services.splice(0).map((service) => service.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const entries: [string, string][] = [];
    for (const provider of PROVIDERS) {
      const service = await provide(provider, join(folder, provider.name), env, log);
      services.push(service);
      log(`${provider.name}: ${service.origin}`);
      entries.push([SERVICE_ENV[provider.name], service.url]);
    }
    return { env: Object.fromEntries(entries), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function provide(
  provider: Provider,
  folder: string,
  env: NodeJS.ProcessEnv,
  log: (line: string) => void,
): Promise<Service> {
  const mustBeOwn = env['SLUICE_TEST_OWN_SERVICES'] === '1';
  const found = mustBeOwn ? null : await findRunning(provider, env, log);
  if (found !== null) return found;
  mkdirSync(folder, { recursive: true });
  const own = await attempt(provider, log, () => provider.startOwn(folder));
  if (own.service !== null) return own.service;
  const contained = await attempt(provider, log, () => startContainer(provider));
  if (contained.service !== null) return contained.service;
  // What is installed and does not start is not mended by installing it again.
  const installed = !own.hasFailed && installPackages(provider) ? await provider.startOwn(folder) : null;
  if (installed !== null) return installed;
  throw new Error(
    `The tests need ${provider.name} and found none. Set ${SERVICE_ENV[provider.name]}, start one on its standard port, install ${provider.packages.join(', ')}, or start Docker.`,
  );
}

async function findRunning(
  provider: Provider,
  env: NodeJS.ProcessEnv,
  log: (line: string) => void,
): Promise<Service | null> {
  const variable = SERVICE_ENV[provider.name];
  const named = env[variable];
  if (named !== undefined && named !== '') {
    if (await answers(provider, named))
      return { url: named, origin: `${variable} of the environment`, stop: async () => {} };
    log(`${provider.name}: nothing answers at ${variable}; looking further`);
  }
  for (const url of provider.standardUrls) {
    if (await answers(provider, url))
      return { url, origin: `already there, ${new URL(url).host}`, stop: async () => {} };
  }
  return null;
}

async function answers(provider: Provider, url: string): Promise<boolean> {
  return provider.probe(url).then(
    () => true,
    () => false,
  );
}

/** A way that fails is told and the next one is tried. */
async function attempt(
  provider: Provider,
  log: (line: string) => void,
  way: () => Promise<Service | null>,
): Promise<{ readonly service: Service | null; readonly hasFailed: boolean }> {
  try {
    return { service: await way(), hasFailed: false };
  } catch (error) {
    log(`${provider.name}: ${(error as Error).message}`);
    return { service: null, hasFailed: true };
  }
}
