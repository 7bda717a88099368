import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { findBinary, freePort, type Started, start, stopGroup, unprivileged, untilAnswering } from './processes.ts';
import { type Provider, type Service, WAIT_MS } from './types.ts';

async function probe(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => {});
  }
}

/** A cluster of its own without passwords, on loopback only; durability is off because it lives for one test run. */
async function startOwn(folder: string): Promise<Service | null> {
  const initdb = findBinary('/usr/lib/postgresql/*/bin/initdb', 'initdb', '/usr/local/pgsql/bin/initdb');
  const postgres = findBinary('/usr/lib/postgresql/*/bin/postgres', 'postgres', '/usr/local/pgsql/bin/postgres');
  if (initdb === null || postgres === null) return null;
  // PostgreSQL refuses to run as root.
  const identity = unprivileged('postgres');
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  chmodSync(data, 0o700);
  if (identity.uid !== undefined) {
    chownSync(folder, identity.uid, identity.gid as number);
    chownSync(data, identity.uid, identity.gid as number);
  }
  const env = { ...process.env, HOME: folder, LC_ALL: 'C' };
  await finished(
    start(initdb, ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
      env,
      folder,
      ...identity,
    }),
  );
  const port = await freePort();
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'listen_addresses=127.0.0.1'];
  const args = ['-D', data, '-p', String(port), '-k', folder, ...settings.flatMap((setting) => ['-c', setting])];
  const started = start(postgres, args, { env, folder, ...identity });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await untilAnswering('postgres', started, () => probe(url), WAIT_MS);
  return { url, origin: `own postgres, port ${port}`, stop: () => stopGroup(started.child, 10_000) };
}

async function finished(started: Started): Promise<void> {
  const code = await new Promise<number | null>((resolve) => started.child.once('close', resolve));
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${started.tail()}`);
}

export const postgres: Provider = {
  name: 'postgres',
  standardUrls: [
    'postgres://postgres@127.0.0.1:5432/postgres',
    'postgres://postgres:postgres@127.0.0.1:5432/postgres',
    `postgres://${encodeURIComponent(process.env['USER'] ?? 'postgres')}@127.0.0.1:5432/postgres`,
  ],
  probe,
  startOwn,
  container: {
    image: 'postgres:16-alpine',
    port: 5432,
    env: ['POSTGRES_HOST_AUTH_METHOD=trust'],
    url: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
  },
  packages: ['postgresql'],
};
