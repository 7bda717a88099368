import { loadConfig } from '../../../src/config/load.ts';
import type { Config } from '../../../src/config/schema.ts';
import type { FaultPlan } from './fault-plan.ts';

export const MONITORS = { trackedTokensMax: 200, priceIntervalSlots: 5 };
export const ENRICH = { tokensMax: 200, poolsMax: 200, priceSamples: 15, priceTradeMinUsd: 20 };

const { config: defaults } = loadConfig({});

/** The product's configuration for a world that lasts a minute: minutes of waiting would be minutes of nothing. */
export function settingsFor({ levels }: FaultPlan): Config {
  return {
    ...defaults,
    grpc: {
      ...defaults.grpc,
      url: 'http://virtual:1',
      maxConnections: 2,
      staggerMs: 50,
      backoffMaxMs: 3_000,
      attemptsPerMinute: 600,
      breakerRestMs: 3_000,
    },
    pipeline: {
      ...defaults.pipeline,
      queueBatchesMax: 2,
      batchSizeMin: 16,
      batchSizeMax: 64,
      concurrencyMax: 1,
      dedupEntriesMax: 4_096,
      cursorIntervalMs: 200,
      appendRetryInitialMs: 10,
      appendRetryMaxMs: 100,
      commitments: [...levels].map(([group, level]) => `${group}=${level}`),
    },
    recovery: {
      ...defaults.recovery,
      windowSlots: 512,
      settleSlots: 2,
      patienceSlots: 8,
      restartMaxMs: 2_000,
      fillIntervalMs: 3_000,
      fillBackoffMaxMs: 6_000,
    },
    monitors: MONITORS,
    enrich: { ...defaults.enrich, ...ENRICH },
  };
}
