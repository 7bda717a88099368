import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import { createStreamManager } from '../../src/grpc/create-stream-manager.ts';
import { readProviderProfiles } from '../../src/grpc/endpoint/provider-profiles.ts';
import type { SmartStreamManager } from '../../src/grpc/smart-stream-manager.ts';
import { readProgramGroups } from '../../src/grpc/subscription/program-groups.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { ServerOrder } from './pool-server.ts';

/** What the benchmarks of the connection layer share: a server in a process of its own, and the engine's own manager reading from it. */
const ROOT = join(import.meta.dirname, '..', '..');
export const groups = readProgramGroups(join(ROOT, 'config', 'groups.json'));
const profiles = readProviderProfiles(join(ROOT, 'config', 'providers'));
const { config } = loadConfig({});

/** 5,000 updates a second. */
export const STEADY: ServerOrder = { groups, perGroupAndSlot: 67, slotMs: 40 };

export async function startServer(
  order: ServerOrder,
): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  const child = fork(join(import.meta.dirname, 'pool-server.ts'));
  child.send(order as object as Parameters<typeof child.send>[0]);
  const url = await new Promise<string>((resolve) =>
    child.once('message', (message) => resolve((message as { url: string }).url)),
  );
  return { process: child, url };
}

export function createManager(url: string, isPool: boolean, transport: string): SmartStreamManager {
  return createStreamManager({
    settings: {
      ...config.grpc,
      url,
      useSmartStreaming: isPool,
      transport: transport as typeof config.grpc.transport,
      migrationPollMs: 5,
      staggerMs: 0,
    },
    profiles,
    groups,
    monitors: [{ monitor: 'bench', interest: { groups: groups.map(({ name }) => name) } }],
    resumeFrom: () => null,
    sharedQuota: null,
    clock: systemClock,
    random: seededRandom(1),
    emit: (event) => {
      if (event.type === 'grpc.stream.ended') console.error(event.connection, event.reason, event.detail);
    },
  });
}
