import { type Random, seededRandom } from '../../../src/lib/random.ts';
import { Chain } from '../../../src/simulator/chain.ts';
import { scriptedChain } from '../../../src/simulator/chain-plan.ts';
import type { EngineEvent } from '../../../src/telemetry/event.ts';
import { judge, stuck, type Verdict } from './checker.ts';
import { EngineLife } from './engine-life.ts';
import { drawFaultPlan, drawTime, type FaultPlan } from './fault-plan.ts';
import { GroundTruth } from './ground-truth.ts';
import { MarketTape } from './market-tape.ts';
import { BROKEN_WRITE, SimulatedDisk } from './simulated-disk.ts';
import { VirtualBroker } from './virtual-broker.ts';
import { VirtualClock } from './virtual-clock.ts';
import { VirtualProvider } from './virtual-provider.ts';
import { VirtualRpc } from './virtual-rpc.ts';

const FIRST_SLOT = 300_000_000;
const SLOT_MS = 400;
const PARTS = 4;
const WALL_MS = 1_780_000_000_000;
/** Slots without any fault at the end: whatever was under way gets its end, a stall that began just before it included. */
const QUIET_SLOTS = 70;
/** More than a minute, for an engine that is still behind: a connection waits that long when it has used up its calls. */
const PATIENCE_SLOTS = 170;
/** Longest that a process that was asked to end may take. */
const STOP_MS = 5_000;
/** What waits for the broker after the end gets this many more rounds of five seconds. */
const DELIVERY_ROUNDS = 12;

const PROBLEMS_MAX = 3;

export interface SimulationResult extends Verdict {
  readonly seed: number;
  readonly slots: number;
  readonly lives: number;
  /** Pipelines that were started again within their process. */
  readonly restarts: number;
  /** Events that a replay brought again and the output recognised. */
  readonly recovered: number;
  /** Blocks that an RPC node handed over. */
  readonly blocks: number;
  /** Messages that the broker got more than once. */
  readonly redelivered: number;
  /** 1 when some group waits for its commitment. */
  readonly gated: number;
}

export interface SimulationOptions {
  /** Hears what happens in the world, in the order in which it happens. */
  readonly trace?: (atMs: number, life: number, what: object) => void;
}

/** One world from one seed: a chain, a bad network, a disk, a node, a broker, and an engine that is killed and started again. The same seed, the same run. */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationResult> {
  const world = new World(seed, options);
  const { now } = Date;
  const { random } = Math;
  // A library that reads the machine's clock or chance by itself reads the world's, jumps of the wall clock included.
  Date.now = () => world.wallMs;
  Math.random = seededRandom(seed ^ 0x2545f491);
  try {
    return await world.run();
  } finally {
    Date.now = now;
    Math.random = random;
    world.close();
  }
}

class World {
  readonly #seed: number;
  readonly #trace: NonNullable<SimulationOptions['trace']>;
  readonly #random: Random;
  readonly #plan: FaultPlan;
  readonly #clock = new VirtualClock();
  readonly #provider: VirtualProvider;
  readonly #rpc: VirtualRpc | null;
  readonly #broker: VirtualBroker;
  readonly #disk: SimulatedDisk;
  readonly #truth = new GroundTruth();
  readonly #chain: Chain;
  #life: EngineLife | null = null;
  readonly #everyLife: EngineLife[] = [];
  #lives = 0;
  #restarts = 0;
  #recovered = 0;
  #wallOffsetMs = WALL_MS;
  #isQuiet = false;
  readonly #problems: string[] = [];

  constructor(seed: number, { trace = () => {} }: SimulationOptions) {
    this.#seed = seed;
    this.#trace = trace;
    this.#random = seededRandom(seed);
    this.#plan = drawFaultPlan(this.#random);
    const { rpc, broker } = this.#plan;
    this.#provider = new VirtualProvider(this.#clock, seededRandom(seed ^ 0x5bd1e995), this.#plan);
    this.#rpc = rpc === null ? null : new VirtualRpc(rpc, seededRandom(seed ^ 0x1b873593));
    this.#broker = new VirtualBroker(broker, seededRandom(seed ^ 0x68e31da4));
    this.#disk = new SimulatedDisk(this.#plan, seededRandom(seed ^ 0x7feb352d));
    this.#chain = new Chain(new MarketTape(seed), {
      firstSlot: FIRST_SLOT,
      startTime: WALL_MS / 1_000,
      slotMs: SLOT_MS,
      confirmAfter: 1,
      finalizeAfter: 31,
      parts: PARTS,
      plan: scriptedChain({ ...this.#plan, fates: new Map() }, seed, FIRST_SLOT),
    });
  }

  get wallMs(): number {
    return Math.floor(this.#clock.nowMs + this.#wallOffsetMs);
  }

  async run(): Promise<SimulationResult> {
    this.#trace(0, 0, this.#plan);
    this.#disk.onDeath = () => this.#died();
    this.#startLife();
    this.#scheduleDiskFull();
    this.#scheduleClockJump();
    for (let slot = 0; slot < this.#plan.slots; slot++) await this.#slot();
    this.#calm();
    for (let slot = 0; slot < QUIET_SLOTS; slot++) await this.#slot();
    for (let slot = 0; slot < PATIENCE_SLOTS && this.#isStuck; slot++) await this.#slot();
    await this.#clock.run(this.#clock.nowMs + 5_000);
    for (let round = 0; round < DELIVERY_ROUNDS && this.#isBehind; round++)
      await this.#clock.run(this.#clock.nowMs + 5_000);
    return this.#result();
  }

  get #isStuck(): boolean {
    const evidence = { plan: this.#plan, truth: this.#truth, tip: this.#chain.tip };
    return stuck(evidence, this.#disk.progress('cursor') ?? -1).length > 0;
  }

  close(): void {
    this.#life = null;
    for (const life of this.#everyLife) life.bury();
    this.#disk.close();
  }

  #result(): SimulationResult {
    const { tip } = this.#chain;
    const verdict = judge({ plan: this.#plan, disk: this.#disk, broker: this.#broker, truth: this.#truth, tip });
    if (this.#life === null) this.#problem('no process was running at the end');
    return {
      ...verdict,
      problems: [...this.#problems, ...verdict.problems],
      seed: this.#seed,
      slots: tip - FIRST_SLOT,
      lives: this.#lives,
      restarts: this.#restarts,
      recovered: this.#recovered,
      blocks: this.#rpc?.served ?? 0,
      redelivered: this.#broker.redelivered,
      gated: this.#plan.levels.size > 0 ? 1 : 0,
    };
  }

  get #isBehind(): boolean {
    return this.#broker.held.size < this.#disk.lastSequence();
  }

  /** No fault begins any more. */
  #calm(): void {
    this.#isQuiet = true;
    this.#provider.isFaulty = false;
    this.#broker.isFaulty = false;
    this.#disk.isFaulty = false;
    this.#disk.isFull = false;
    if (this.#rpc !== null) this.#rpc.isFaulty = false;
  }

  async #slot(): Promise<void> {
    const share = SLOT_MS / (PARTS + 3);
    const end = this.#clock.nowMs + SLOT_MS;
    for (const part of this.#chain.next()) {
      for (const update of part) {
        await this.#truth.hear(update);
        this.#rpc?.hear(update);
        this.#provider.publish(update);
      }
      await this.#clock.run(this.#clock.nowMs + share);
    }
    await this.#clock.run(end);
  }

  #startLife(): void {
    this.#lives++;
    const life: EngineLife = new EngineLife({
      plan: this.#plan,
      clock: this.#clock,
      provider: this.#provider,
      rpc: this.#rpc,
      broker: this.#broker,
      disk: this.#disk,
      seed: this.#seed + this.#lives * 7919,
      wallOffsetMs: () => this.#wallOffsetMs,
      kill: () => {
        if (this.#life === life && !this.#isQuiet) this.#died();
      },
      hear: (event) => this.#hear(event),
    });
    this.#life = life;
    this.#everyLife.push(life);
    life.done.catch((error: unknown) => {
      if (this.#life === life) this.#problem(`the engine gave up: ${textOf(error)}`);
    });
    const lifeMs = drawTime(this.#plan.meanProcessMs, this.#random);
    if (lifeMs === Number.POSITIVE_INFINITY) return;
    this.#clock.after(lifeMs, () => this.#end(life));
  }

  #end(life: EngineLife): void {
    if (this.#life !== life || this.#isQuiet) return;
    if (this.#random() >= this.#plan.politeShare) {
      this.#died();
      return;
    }
    const gone = () => {
      if (this.#life === life) this.#died();
    };
    void life.stop(STOP_MS).then(gone);
    this.#clock.after(2 * STOP_MS, gone);
  }

  #died(): void {
    this.#trace(this.#clock.nowMs, this.#lives, { type: 'died' });
    this.#life?.kill();
    this.#life = null;
    this.#clock.after(100 + this.#random() * 2_000, () => this.#startLife());
  }

  /** A pipeline that ends by itself is a mistake of the engine, unless the world broke a write under it. */
  #hear(event: EngineEvent): void {
    this.#trace(this.#clock.nowMs, this.#lives, event);
    if (event.type === 'output.batch.committed') this.#recovered += event.duplicates;
    if (event.type === 'output.quarantine.failed') this.#problem(`an update was not readable: ${event.reason}`);
    if (event.type !== 'recovery.worker.restarted') return;
    this.#restarts++;
    if (!event.reason.includes(BROKEN_WRITE)) this.#problem(`the pipeline ended: ${event.reason}`);
  }

  #problem(text: string): void {
    if (this.#problems.length < PROBLEMS_MAX) this.#problems.push(text);
  }

  #scheduleDiskFull(): void {
    const waitMs = drawTime(this.#plan.meanDiskFullMs, this.#random);
    if (waitMs === Number.POSITIVE_INFINITY) return;
    this.#clock.after(waitMs, () => {
      this.#disk.isFull = !this.#isQuiet;
      this.#clock.after(this.#random() * 4_000, () => {
        this.#disk.isFull = false;
        this.#scheduleDiskFull();
      });
    });
  }

  /** The wall clock is only data: jumping an hour either way may change no outcome. */
  #scheduleClockJump(): void {
    if (!this.#plan.clockJumps) return;
    this.#clock.after(this.#random() * 20_000, () => {
      this.#wallOffsetMs += (this.#random() - 0.5) * 7_200_000;
    });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' ') : String(error);
}
