import { audited } from '../../../src/decode/audit/audit.ts';
import { PROGRAMS } from '../../../src/decode/programs.ts';
import { createDecoder } from '../../../src/decode/registry.ts';
import { eventId } from '../../../src/domain/domain-event.ts';
import { gapClosedEvent } from '../../../src/domain/stream-events.ts';
import { readTransaction } from '../../../src/domain/wire-transaction.ts';
import { StreamEnricher } from '../../../src/enrich/stream-enricher.ts';
import { createEndpointGates, createStreamManagerOn } from '../../../src/grpc/create-stream-manager.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import { createMonitors } from '../../../src/monitors/index.ts';
import { Pipeline } from '../../../src/pipeline/pipeline.ts';
import { RecordedLedger } from '../../../src/recovery/recorded-ledger.ts';
import { ALL_GROUPS, GROUPS, grpcSettings, PROFILES } from '../grpc-settings.ts';
import { PIPELINE_OPTIONS } from '../pipeline-parts.ts';
import { ProcessDied, type SimulatedDisk } from './simulated-disk.ts';
import { SimulatedOutbox } from './simulated-outbox.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { VirtualProvider } from './virtual-provider.ts';

export const MONITOR_OPTIONS = { groups: ALL_GROUPS, trackedTokensMax: 1_000, priceIntervalSlots: 5 };
const PIPELINE = {
  ...PIPELINE_OPTIONS,
  batchSizeMin: 16,
  batchSizeMax: 64,
  dedupEntriesMax: 16_384,
  cursorIntervalMs: 200,
};

export interface LifeParts {
  readonly clock: VirtualClock;
  readonly provider: VirtualProvider;
  readonly disk: SimulatedDisk;
  readonly seed: number;
  readonly wallOffsetMs: () => number;
}

/** One process of the engine, from its start to its death: every part is the product's but for the wire and the disk. */
export class EngineLife {
  readonly #stop = new AbortController();
  readonly ledger: RecordedLedger;
  readonly done: Promise<void>;
  /** What ended it by itself; null while it runs or when it was killed. */
  failure: unknown = null;
  isOver = false;

  constructor(parts: LifeParts) {
    const { disk, provider, seed } = parts;
    const clock = parts.clock.life(() => this.isOver, parts.wallOffsetMs);
    const holder = disk.take();
    const emit = () => {};
    const random = seededRandom(seed);
    const settings = grpcSettings({
      url: 'http://virtual:1',
      token: '',
      provider: '',
      maxConnections: 2,
      staggerMs: 50,
      // Minutes of waiting would be minutes of nothing: a world lasts half a minute.
      backoffMaxMs: 3_000,
      attemptsPerMinute: 600,
    });
    const gates = createEndpointGates({ settings, profiles: PROFILES, sharedQuota: null, clock, emit }).map((gate) => ({
      ...gate,
      // The product's breaker measures its rest in real time.
      breaker: { state: 'closed' as const, allows: () => true, run: opened },
      openTransport: () => provider.transport(() => this.isOver),
    }));
    const monitors = createMonitors(MONITOR_OPTIONS);
    const sink = new SimulatedOutbox(disk, holder, clock);
    this.ledger = new RecordedLedger(
      {
        groups: ALL_GROUPS.map((name) => ({ name, commitment: settings.commitment })),
        checkpoint: disk.cursor,
        windowSlots: 512,
        settleSlots: 2,
        patienceSlots: 8,
        isToldFilled: (gap) => disk.isTold(gap.from, eventId(gapClosedEvent(gap, 0))),
      },
      disk.gapStore(holder),
      clock,
      emit,
    );
    const source = createStreamManagerOn(gates, {
      settings,
      groups: GROUPS,
      monitors: monitors.map(({ name, interest }) => ({ monitor: name, interest })),
      resumeFrom: () => sink.resumeFrom(),
      clock,
      random,
      emit,
    });
    const pipeline = new Pipeline(PIPELINE, {
      source,
      tracker: this.ledger,
      readTransaction,
      decode: audited(createDecoder(PROGRAMS, null).decode),
      enricher: new StreamEnricher({ tokensMax: 1_000, poolsMax: 1_000, priceSamples: 15, priceTradeMinUsd: 20 }),
      monitors,
      sink,
      observers: [],
      accountObservers: [],
      programs: new Map(PROGRAMS.map(({ program, name }) => [program, name])),
      quarantine: () => {},
      clock,
      random,
      emit,
    });
    this.done = pipeline.run(this.#stop.signal).catch((error: unknown) => {
      if (!(error instanceof ProcessDied)) this.failure = error;
    });
  }

  /** kill -9: nothing of this process happens any more. */
  kill(): void {
    this.isOver = true;
  }

  /** Asks it to end; it finishes what it has read. */
  stop(): void {
    this.#stop.abort();
  }
}

async function opened(open: () => Promise<void>): Promise<'opened'> {
  await open().catch(() => undefined);
  return 'opened';
}
