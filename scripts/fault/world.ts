import { join } from 'node:path';
import { EVENT_TYPE_BY_KIND } from '../../src/domain/event-mapping.ts';
import { readProgramGroups } from '../../src/grpc/subscription/program-groups.ts';
import { encodeBase58 } from '../../src/lib/base58.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { messageOf } from '../../src/lib/errors.ts';
import type { FaultScript } from '../../src/simulator/faults/fault-script.ts';
import { MarketModel } from '../../src/simulator/market/market-model.ts';
import { MARKET_DEFAULTS } from '../../src/simulator/market/market-options.ts';
import { firstSlotNow, MAINNET, openSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { EngineProcess } from '../harness/engine-process.ts';
import { type Delivery, plannedTopology, QueueTally, runNames } from '../harness/queue-tally.ts';
import { TappedSource } from '../harness/tapped-source.ts';
import { CANARY_ENV, CANARY_TOKEN, CanaryWatch } from './canary.ts';
import { judgeQueue, type QueueVerdict } from './checker.ts';
import { until } from './waiting.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly brokerUrl: string;
  readonly folder: string;
  /** Transactions per second. */
  readonly rate: number;
  readonly slotMs: number;
  /** Slots the provider keeps for a replay. */
  readonly replaySlots: number;
  readonly script: FaultScript;
  readonly env: Readonly<Record<string, string>>;
}

export interface RecoveryStats {
  readonly checkpoint: number | null;
  readonly head: number | null;
  readonly openGaps: readonly { readonly from: number; readonly to: number; readonly reason: string }[];
}

/** Types that follow from the transactions themselves; everything else is derived and cannot be foretold. */
export const FORETOLD: ReadonlySet<string> = new Set(Object.values(EVENT_TYPE_BY_KIND).filter((type) => type !== null));
const QUIET_MS = 10_000;
const ARRIVAL_MAX_MS = 120_000;
/** Events for which looking through all of them again and again would cost the machine that has to deliver them. */
const MANY_EVENTS = 20_000;

/**
 * A whole small world: a provider, a broker with queues of the run's own, an engine as a process, and a consumer that shares nothing with
 * it. Scenarios break things in it; it knows what had to arrive and tells what did.
 */
export class World {
  readonly simulator: Simulator;
  readonly tapped: TappedSource;
  readonly tally: QueueTally;
  readonly canary: CanaryWatch;
  readonly types = new Map<string, string>();
  readonly firstAtMs = new Map<string, Map<string, number>>();
  readonly sentAtMs = new Map<string, number>();
  /** Ends of the faults of this run: what was under way at one of them and still came counts as recovered. */
  readonly faultEndsMs: number[] = [];
  onDelivery: (queue: string, delivery: Delivery) => void = () => {};
  engine: EngineProcess | null = null;
  /** When the newest transaction an event of which arrived had been sent. */
  freshestMs = 0;
  #lastNewsMs = 0;
  #news = 0;
  #isExcused: (slot: number) => boolean = () => false;
  readonly #options: WorldOptions;
  readonly #names: ReturnType<typeof runNames>;
  readonly #stop = new AbortController();
  #producing: Promise<void> = Promise.resolve();

  private constructor(
    options: WorldOptions,
    names: ReturnType<typeof runNames>,
    simulator: Simulator,
    tapped: TappedSource,
  ) {
    this.#options = options;
    this.#names = names;
    this.simulator = simulator;
    this.tapped = tapped;
    this.canary = new CanaryWatch(options.brokerUrl, options.folder);
    this.tally = new QueueTally(
      options.brokerUrl,
      plannedTopology(names),
      (queue, delivery) => this.#delivered(queue, delivery),
      (queue, message) => this.canary.delivered(queue, message),
    );
  }

  /** Opens the provider; the chain runs, without any transaction so far. */
  static async open(options: WorldOptions): Promise<World> {
    const groups = readProgramGroups(join(import.meta.dirname, '..', '..', 'config', 'groups.json'));
    const market = new MarketModel({
      ...MARKET_DEFAULTS,
      seed: options.seed,
      transactionsPerSlot: (options.rate * options.slotMs) / 1000,
    });
    const tapped = new TappedSource(market, Number.POSITIVE_INFINITY, groups);
    const { script, slotMs, replaySlots } = options;
    const simulator = await openSimulator({
      ...MAINNET,
      clock: systemClock,
      source: tapped,
      script,
      host: '127.0.0.1',
      port: 0,
      token: CANARY_TOKEN,
      slotMs,
      replaySlots,
      firstSlot: firstSlotNow(Date.now()),
    });
    const world = new World(options, runNames('fault'), simulator, tapped);
    world.#stampSending();
    world.#producing = simulator.producer.run(world.#stop.signal);
    return world;
  }

  /** An engine on this world's data folder, provider and queues, started but not waited for. */
  spawn(env: Readonly<Record<string, string>>): EngineProcess {
    return EngineProcess.spawn(
      {
        GRPC_URL: this.simulator.url,
        X_TOKEN: CANARY_TOKEN,
        RABBITMQ_URL: this.#options.brokerUrl,
        RABBITMQ_EXCHANGE: this.#names.exchange,
        RABBITMQ_QUEUE_PREFIX: this.#names.queuePrefix,
        SLUICE_DATA_DIR: this.#options.folder,
        ...CANARY_ENV,
        ...this.#options.env,
        ...env,
      },
      (text) => this.canary.printed(text),
    );
  }

  /** The world's engine, started and live. */
  async startEngine(): Promise<EngineProcess> {
    const engine = this.spawn({});
    this.engine = engine;
    await engine.listening();
    await engine.ready();
    return engine;
  }

  /** The first start: waits until history has begun, so that everything sent from here on has to arrive. */
  async begin(): Promise<EngineProcess> {
    const engine = await this.startEngine();
    const began = await until(async () => (await this.recovery()).checkpoint !== null, 15_000);
    if (began === null) throw new Error('The engine found no beginning within 15 s.');
    await this.tally.open();
    this.tapped.open();
    return engine;
  }

  async recovery(): Promise<RecoveryStats> {
    return (await this.running()).get<RecoveryStats>('/api/recovery/stats');
  }

  async running(): Promise<EngineProcess> {
    if (this.engine === null) throw new Error('No engine was started.');
    return this.engine;
  }

  /** Seconds from the moment until an event that was sent after it arrived; null when none did within the limit. */
  async recoveredSince(sinceMs: number, limitMs: number): Promise<number | null> {
    const took = await until(() => this.freshestMs > sinceMs, limitMs, 5);
    return took === null ? null : (performance.now() - sinceMs) / 1000;
  }

  /** The fault is over: from here recovery counts. */
  faultEnded(): number {
    const nowMs = performance.now();
    this.faultEndsMs.push(nowMs);
    return nowMs;
  }

  /** Ends the market and waits until everything arrived, or nothing new did for a while. */
  async finish(): Promise<void> {
    this.tapped.finish();
    this.#lastNewsMs = performance.now();
    const events = this.tapped.expected.size;
    let news = -1;
    const isOver = () => {
      // While events still come nothing is counted: looking through all of them would hold up those that come.
      if (news !== this.#news) {
        news = this.#news;
        return false;
      }
      return performance.now() - this.#lastNewsMs > QUIET_MS || this.missing() === 0;
    };
    await until(isOver, ARRIVAL_MAX_MS + events, events > MANY_EVENTS ? 1_000 : 100);
    // What should not come at all would come late.
    await new Promise((resolve) => setTimeout(resolve, 400));
    if (this.engine?.isRunning) await this.canary.ask(this.engine.url);
  }

  /** What lies in the gaps that are open now is announced as missing, and so may be; only what is missing elsewhere is lost. */
  async excuseOpenGaps(): Promise<RecoveryStats['openGaps']> {
    const { openGaps } = await this.recovery();
    this.#isExcused = (slot) => openGaps.some(({ from, to }) => from <= slot && slot <= to);
    return openGaps;
  }

  missing(): number {
    let missing = 0;
    for (const queue of this.tally.queues) {
      const counts = this.tally.counts.get(queue);
      for (const [id, { type, slot }] of this.tapped.expected)
        if (this.tally.expects(queue, type) && !counts?.has(id) && !this.#isExcused(slot)) missing++;
    }
    return missing;
  }

  judge(): readonly QueueVerdict[] {
    const expected = new Map(
      [...this.tapped.expected].map(([id, { type, signature, slot }]) => [
        id,
        { type, sentAtMs: this.sentAtMs.get(signature) ?? 0, isExcused: this.#isExcused(slot) },
      ]),
    );
    return this.tally.queues.map((queue) =>
      judgeQueue(
        {
          queue,
          expects: (type) => this.tally.expects(queue, type),
          counts: this.tally.counts.get(queue) ?? new Map(),
          firstAtMs: this.firstAtMs.get(queue) ?? new Map(),
        },
        expected,
        this.types,
        (type) => FORETOLD.has(type),
        this.faultEndsMs,
      ),
    );
  }

  /** Ends everything and removes the run's queues. The data folder is whoever's made it. */
  async close(): Promise<void> {
    if (this.engine?.isRunning) await this.engine.stop('SIGKILL');
    this.#stop.abort();
    await this.#producing;
    await this.simulator.close();
    // Told, not thrown: a run that failed because its broker was away would say only that its queues could not be removed.
    await this.tally.close().catch((error: unknown) => console.error(messageOf(error)));
  }

  #delivered(queue: string, delivery: Delivery): void {
    const { id, type, signature, atMs } = delivery;
    // What the engine says of its slots goes on for ever.
    if (FORETOLD.has(type)) {
      this.#lastNewsMs = atMs;
      this.#news++;
    }
    this.types.set(id, type);
    let first = this.firstAtMs.get(queue);
    if (first === undefined) {
      first = new Map();
      this.firstAtMs.set(queue, first);
    }
    if (!first.has(id)) {
      first.set(id, atMs);
      const sent = signature === null ? undefined : this.sentAtMs.get(signature);
      if (sent !== undefined && sent > this.freshestMs) this.freshestMs = sent;
    }
    this.onDelivery(queue, delivery);
  }

  #stampSending(): void {
    const { server } = this.simulator;
    const publish = server.publish.bind(server);
    server.publish = (update) => {
      if (update.kind === 'transaction') {
        const signature = encodeBase58(update.transaction.signature);
        if (!this.sentAtMs.has(signature)) this.sentAtMs.set(signature, performance.now());
      }
      publish(update);
    };
  }
}
