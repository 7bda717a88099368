import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import { startEngine } from '../../src/engine.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { createRedactor } from '../../src/lib/redact.ts';
import type { EngineEvent } from '../../src/telemetry/event.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

/** The engine inside this process: quick to start a thousand times, and with a clock one can own. */
export interface InProcessEngine {
  readonly url: string;
  get<T>(path: string): Promise<T>;
  close(): Promise<void>;
}

export async function startInProcess(given: {
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly clock: Clock;
  readonly seed: number;
  readonly onEvent: (event: EngineEvent) => void;
}): Promise<InProcessEngine> {
  const { config } = loadConfig({
    API_PORT: '0',
    RABBITMQ_ENABLED: 'false',
    SLUICE_POOL_LOG_INTERVAL_MS: '0',
    GRPC_BACKOFF_INITIAL_MS: '20',
    GRPC_POOL_STAGGER_MS: '0',
    GRPC_ATTEMPTS_PER_MINUTE: '600',
    ...given.env,
  });
  const parts = {
    config,
    packageFolder: join(import.meta.dirname, '..', '..'),
    dataFolder: given.folder,
    clock: given.clock,
    random: seededRandom(given.seed),
    emit: given.onEvent,
    metrics: createMetrics(),
    redact: createRedactor([]),
    print: () => {},
    residentBytes: () => process.memoryUsage.rss(),
  };
  const engine = await startEngine(parts, new AbortController().signal);
  if (engine === null) throw new Error('The engine was not asked to stop, and did.');
  // Whoever runs it looks at the outcome, and the end it was given is no failure.
  engine.done.catch(() => {});
  return {
    url: engine.url,
    get: async <T>(path: string) => ((await (await fetch(`${engine.url}${path}`)).json()) as { data: T }).data,
    close: async () => {
      await engine.close(5_000, new AbortController().signal);
    },
  };
}
