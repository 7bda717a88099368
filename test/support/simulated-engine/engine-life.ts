import { join } from 'node:path';
import type { Output } from '../../../src/composition/output.ts';
import type { EngineParts } from '../../../src/composition/parts.ts';
import { buildRun, type Run } from '../../../src/composition/run.ts';
import { openWatch } from '../../../src/composition/watch.ts';
import { createEndpointGates } from '../../../src/grpc/create-stream-manager.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { Lifecycle } from '../../../src/lib/lifecycle.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import type { Outbox } from '../../../src/output/outbox/outbox.ts';
import { Relay } from '../../../src/output/relay.ts';
import { createRelayBreaker } from '../../../src/output/relay-breaker.ts';
import type { FaultTolerantManager } from '../../../src/recovery/fault-tolerant-manager.ts';
import { supervise } from '../../../src/recovery/supervisor.ts';
import type { EngineEvent } from '../../../src/telemetry/event.ts';
import { GROUPS, PROFILES } from '../grpc-settings.ts';
import { openMemoryOutbox } from '../memory-outbox.ts';
import { settingsFor } from './engine-settings.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { SimulatedDisk } from './simulated-disk.ts';
import type { VirtualBroker } from './virtual-broker.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { VirtualProvider } from './virtual-provider.ts';
import type { VirtualRpc } from './virtual-rpc.ts';

const PACKAGE = join(import.meta.dirname, '..', '..', '..');
const RELAY = { windowEvents: 200, batchEvents: 50, stallMs: 5_000, retryMs: 250 };

export interface LifeParts {
  readonly plan: FaultPlan;
  readonly clock: VirtualClock;
  readonly provider: VirtualProvider;
  readonly rpc: VirtualRpc | null;
  readonly broker: VirtualBroker;
  readonly disk: SimulatedDisk;
  readonly seed: number;
  readonly wallOffsetMs: () => number;
  /** Kills this process from outside. */
  readonly kill: () => void;
  /** Hears everything the engine tells of itself. */
  readonly hear: (event: EngineEvent) => void;
}

/** One process of the engine, from its start to its death: every part is the product's but for the wire, the disk, the node and the broker. */
export class EngineLife {
  readonly #stop = new AbortController();
  readonly #burial = new AbortController();
  readonly #lifecycle: Lifecycle;
  readonly done: Promise<void>;
  isOver = false;
  #run: Run;

  constructor(parts: LifeParts) {
    const { disk, provider, hear } = parts;
    const isOver = () => this.isOver;
    const clock = parts.clock.life(isOver, parts.wallOffsetMs);
    this.#lifecycle = new Lifecycle(clock);
    let watch: FaultTolerantManager | null = null;
    const engine = partsOf(parts, clock, (event) => {
      if (isOver()) return;
      hear(event);
      watch?.observe(event);
    });
    const { config, emit } = engine;
    const holder = disk.take();
    const beforeCommit = () => disk.beforeCommit(holder);
    const outbox = openMemoryOutbox(disk.database, { holder, clock, emit, beforeCommit });
    outbox.start();
    this.#lifecycle.own({ name: 'outbox', close: (signal) => outbox.close(signal) });
    openRelay(outbox, parts.broker, engine, isOver, this.#lifecycle);
    const output = outputOf(outbox, hear);
    watch = openWatch(engine, output, () => this.#run, this.#lifecycle);
    const gates = createEndpointGates({ settings: config.grpc, profiles: PROFILES, sharedQuota: null, clock, emit });
    const plugs = {
      output,
      journal: disk.gapStore(holder),
      groups: GROUPS,
      blocks: parts.rpc?.fetcher(clock, parts.kill) ?? null,
      gates: gates.map((gate) => ({ ...gate, openTransport: () => provider.transport(isOver) })),
      recorder: null,
      observers: [],
    };
    this.#run = buildRun(engine, plugs);
    watch.start();
    this.done = this.#supervised(engine, () => buildRun(engine, plugs));
    this.#lifecycle.own({ name: 'pipeline', close: (signal) => this.#drain(signal) });
  }

  get run(): Run {
    return this.#run;
  }

  /** kill -9: nothing of this process happens any more. */
  kill(): void {
    this.isOver = true;
  }

  /** Lets go of what a killed process waits for ever for: a signal that never aborts keeps all that waits for it. */
  bury(): void {
    this.kill();
    this.#burial.abort();
  }

  /** Asks it to end; it finishes what it has read, up to the deadline. */
  async stop(deadlineMs: number): Promise<void> {
    await this.#lifecycle.close(deadlineMs, new AbortController().signal);
  }

  async #drain(signal: AbortSignal): Promise<void> {
    this.#stop.abort();
    await this.#run.pipeline.close(signal);
    await this.done.catch(() => undefined);
  }

  #supervised(engine: EngineParts, build: () => Run): Promise<void> {
    const { restartInitialMs, restartMaxMs, restartAttempts } = engine.config.recovery;
    const options = {
      backoff: { initialMs: restartInitialMs, maxMs: restartMaxMs },
      settledMs: 60_000,
      attemptsMax: restartAttempts,
    };
    let isFirst = true;
    const worker = {
      name: 'pipeline',
      run: () => {
        if (!isFirst) this.#run = build();
        isFirst = false;
        return this.#run.pipeline.run(this.#burial.signal);
      },
    };
    return supervise(worker, options, engine, this.#stop.signal);
  }
}

function partsOf({ plan, seed }: LifeParts, clock: Clock, emit: (event: EngineEvent) => void): EngineParts {
  return {
    config: settingsFor(plan),
    packageFolder: PACKAGE,
    dataFolder: '',
    clock,
    random: seededRandom(seed),
    emit,
    // Nobody asks for the metrics page, and nothing of the engine reads it.
    metrics: undefined as never,
    redact: (text) => text,
    print: () => {},
    residentBytes: () => 0,
  };
}

function openRelay(
  outbox: Outbox,
  broker: VirtualBroker,
  { clock, emit }: EngineParts,
  isOver: () => boolean,
  lifecycle: Lifecycle,
): void {
  const publisher = broker.publisher(clock, isOver);
  lifecycle.own({ name: 'broker', close: (signal) => publisher.close(signal) });
  void publisher.open();
  const breaker = createRelayBreaker(clock, (state) => emit({ type: 'output.breaker.changed', state }));
  const relay = lifecycle.own(new Relay(outbox, publisher, breaker, RELAY, { clock, emit }));
  relay.start();
}

/** Nothing a chain holds may end in the quarantine as unreadable; what it would keep besides is not asked for here. */
function outputOf(outbox: Outbox, hear: (event: EngineEvent) => void): Output {
  const quarantine = {
    observe: () => {},
    addUpdate: (reason: string) => hear({ type: 'output.quarantine.failed', entries: 1, reason }),
    forgetSlot: () => {},
  };
  return { outbox, quarantine: quarantine as unknown as Output['quarantine'], rabbitmq: null, stats: () => ({}) };
}
