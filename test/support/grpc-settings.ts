import { join } from 'node:path';
import type { Key } from '../../src/config/key.ts';
import { SECTIONS } from '../../src/config/schema.ts';
import { createStreamManager, type StreamManagerOptions } from '../../src/grpc/create-stream-manager.ts';
import { readProviderProfiles } from '../../src/grpc/endpoint/provider-profiles.ts';
import type { GrpcSettings } from '../../src/grpc/grpc-settings.ts';
import type { SmartStreamManager } from '../../src/grpc/smart-stream-manager.ts';
import { readProgramGroups } from '../../src/grpc/subscription/program-groups.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { EngineEvent } from '../../src/telemetry/event.ts';

const root = join(import.meta.dirname, '..', '..');

/** The defaults of the grpc section with a few values of the test's own. */
export function grpcSettings(overrides: Partial<GrpcSettings>): GrpcSettings {
  const defaults = Object.fromEntries(
    Object.entries(SECTIONS.grpc as Record<string, Key<unknown>>).map(([name, key]) => [name, key.default]),
  );
  return { ...(defaults as unknown as GrpcSettings), ...overrides };
}

export const GROUPS = readProgramGroups(join(root, 'config', 'groups.json'));
export const PROFILES = readProviderProfiles(join(root, 'config', 'providers'));
export const ALL_GROUPS = GROUPS.map((group) => group.name);

export interface TestManager {
  readonly manager: SmartStreamManager;
  readonly events: EngineEvent[];
}

/** A manager on the real clock with three monitors that between them want every group. */
export function testManager(settings: Partial<GrpcSettings>, options: Partial<StreamManagerOptions> = {}): TestManager {
  const events: EngineEvent[] = [];
  const manager = createStreamManager({
    settings: grpcSettings({
      staggerMs: 0,
      backoffInitialMs: 20,
      backoffMaxMs: 200,
      attemptsPerMinute: 600,
      ...settings,
    }),
    profiles: PROFILES,
    groups: GROUPS,
    monitors: [
      { monitor: 'token-lifecycle', interest: { groups: ['bonding-curve'] } },
      { monitor: 'trading-activity', interest: { groups: ALL_GROUPS } },
      { monitor: 'liquidity', interest: { groups: ['amm', 'external-amm'] } },
    ],
    resumeFrom: () => null,
    sharedQuota: null,
    clock: systemClock,
    random: seededRandom(1),
    emit: (event) => events.push(event),
    ...options,
  });
  return { manager, events };
}

/** Waits for a condition on the real clock; fails with its name instead of hanging. */
export async function until(name: string, condition: () => boolean, timeoutMs = 15_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${timeoutMs} ms: ${name}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
