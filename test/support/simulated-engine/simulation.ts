import { type Random, seededRandom } from '../../../src/lib/random.ts';
import { Chain } from '../../../src/simulator/chain.ts';
import { scriptedChain } from '../../../src/simulator/chain-plan.ts';
import { MarketModel } from '../../../src/simulator/market/market-model.ts';
import { MARKET_DEFAULTS } from '../../../src/simulator/market/market-options.ts';
import { judge, type Verdict } from './checker.ts';
import { EngineLife } from './engine-life.ts';
import { drawFaultPlan, drawTime, type FaultPlan } from './fault-plan.ts';
import { GroundTruth } from './ground-truth.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import { VirtualClock } from './virtual-clock.ts';
import { VirtualProvider } from './virtual-provider.ts';

const FIRST_SLOT = 300_000_000;
const SLOT_MS = 400;
const PARTS = 4;
const WALL_MS = 1_780_000_000_000;
/** Slots without any fault at the end: whatever was under way gets its end, a stall that began just before it included. */
const QUIET_SLOTS = 70;

const PROBLEMS_MAX = 3;

export interface SimulationResult extends Verdict {
  readonly seed: number;
  readonly lives: number;
  readonly slots: number;
}

/** One world from one seed: a chain, a bad network, a disk, and an engine that is killed and started again. The same seed, the same run. */
export async function simulate(seed: number): Promise<SimulationResult> {
  return new World(seed).run();
}

class World {
  readonly #seed: number;
  readonly #random: Random;
  readonly #plan: FaultPlan;
  readonly #clock = new VirtualClock();
  readonly #provider: VirtualProvider;
  readonly #disk: SimulatedDisk;
  readonly #truth = new GroundTruth();
  readonly #chain: Chain;
  #life: EngineLife | null = null;
  #lives = 0;
  #wallMs = WALL_MS;
  #isQuiet = false;
  readonly #problems: string[] = [];

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = seededRandom(seed);
    this.#plan = drawFaultPlan(this.#random);
    this.#provider = new VirtualProvider(this.#clock, seededRandom(seed ^ 0x5bd1e995), this.#plan);
    this.#disk = new SimulatedDisk(this.#random);
    const market = { ...MARKET_DEFAULTS, seed, transactionsPerSlot: 3, wallets: 40, activeCoins: 8, activePools: 6 };
    this.#chain = new Chain(new MarketModel(market), {
      firstSlot: FIRST_SLOT,
      startTime: WALL_MS / 1_000,
      slotMs: SLOT_MS,
      confirmAfter: 1,
      finalizeAfter: 31,
      parts: PARTS,
      plan: scriptedChain({ ...this.#plan, fates: new Map() }, seed, FIRST_SLOT),
    });
  }

  async run(): Promise<SimulationResult> {
    this.#disk.mayDie = () => !this.#isQuiet && this.#random() < this.#plan.crashAtWriteShare;
    this.#disk.onDeath = () => this.#died();
    this.#startLife();
    this.#scheduleDiskFull();
    this.#scheduleClockJump();
    for (let slot = 0; slot < this.#plan.slots; slot++) await this.#slot();
    this.#isQuiet = true;
    this.#provider.isFaulty = false;
    this.#disk.isFull = false;
    for (let slot = 0; slot < QUIET_SLOTS; slot++) await this.#slot();
    await this.#clock.run(this.#clock.nowMs + 5_000);
    const tip = this.#chain.tip;
    const verdict = judge({ disk: this.#disk, truth: this.#truth, tip, ledger: this.#life?.ledger ?? null });
    this.#life?.kill();
    return {
      ...verdict,
      problems: [...this.#problems, ...verdict.problems],
      seed: this.#seed,
      lives: this.#lives,
      slots: tip - FIRST_SLOT,
    };
  }

  async #slot(): Promise<void> {
    const share = SLOT_MS / (PARTS + 3);
    const end = this.#clock.nowMs + SLOT_MS;
    for (const part of this.#chain.next()) {
      for (const update of part) {
        await this.#truth.hear(update);
        this.#provider.publish(update);
      }
      await this.#clock.run(this.#clock.nowMs + share);
    }
    await this.#clock.run(end);
  }

  #startLife(): void {
    this.#lives++;
    const life = new EngineLife({
      clock: this.#clock,
      provider: this.#provider,
      disk: this.#disk,
      seed: this.#seed + this.#lives * 7919,
      wallOffsetMs: () => this.#wallMs,
    });
    this.#life = life;
    void life.done.then(() => this.#ended(life));
    const lifeMs = drawTime(this.#plan.meanProcessMs, this.#random);
    if (lifeMs === Number.POSITIVE_INFINITY) return;
    this.#clock.after(lifeMs, () => {
      if (this.#life === life && !this.#isQuiet) this.#died();
    });
  }

  /** A process that ends by itself is a mistake of the engine, not a fault of the world. */
  #ended(life: EngineLife): void {
    if (life.isOver || this.#life !== life) return;
    if (this.#problems.length < PROBLEMS_MAX) this.#problems.push(`the pipeline ended: ${textOf(life.failure)}`);
    this.#died();
  }

  #died(): void {
    this.#life?.kill();
    this.#life = null;
    this.#clock.after(100 + this.#random() * 2_000, () => this.#startLife());
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
      this.#wallMs += (this.#random() - 0.5) * 7_200_000;
    });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' ') : String(error);
}
