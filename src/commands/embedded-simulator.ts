import type { Config } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { NO_FAULTS } from '../simulator/faults/fault-script.ts';
import { MarketModel } from '../simulator/market/market-model.ts';
import { MARKET_DEFAULTS } from '../simulator/market/market-options.ts';
import { firstSlotNow, MAINNET, openSimulator } from '../simulator/simulator.ts';

export interface EmbeddedSimulator {
  readonly url: string;
  /** Begins to publish: once somebody is there to read. */
  start(): void;
  close(): Promise<void>;
}

/**
 * The newcomer's provider: a made-up market on a real Geyser gRPC server, on a free port of this machine alone. Its chain goes on where
 * the reader's last one ended (`cursor`): nothing happened in between, so nothing is missing.
 */
export async function openEmbeddedSimulator(
  { rate, slotMs }: Config['simulator'],
  cursor: number | null,
  clock: Clock,
): Promise<EmbeddedSimulator> {
  const simulator = await openSimulator({
    ...MAINNET,
    clock,
    // Another market at every start: an outbox that remembers the last one must not take this one's transactions for its own.
    source: new MarketModel({
      ...MARKET_DEFAULTS,
      seed: clock.wallMs() >>> 0,
      transactionsPerSlot: (rate * slotMs) / 1000,
    }),
    script: NO_FAULTS,
    host: '127.0.0.1',
    port: 0,
    token: null,
    slotMs,
    firstSlot: cursor ?? firstSlotNow(clock.wallMs()),
  });
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  return {
    url: simulator.url,
    start: () => {
      running = simulator.producer.run(stop.signal);
    },
    close: async () => {
      stop.abort();
      await running;
      await simulator.close();
    },
  };
}
