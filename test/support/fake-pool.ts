import type { Priority, ProgramGroup } from '../../src/domain/interest.ts';
import { createEndpointGates, createStreamManagerOn } from '../../src/grpc/create-stream-manager.ts';
import type { GrpcSettings } from '../../src/grpc/grpc-settings.ts';
import type { SmartStreamManager } from '../../src/grpc/smart-stream-manager.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { EngineEvent } from '../../src/telemetry/event.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeProvider } from './fake-provider.ts';
import { grpcSettings, PROFILES } from './grpc-settings.ts';

const STEP_MS = 50;
const SLOT_MS = 100;

const SETTINGS: Partial<GrpcSettings> = {
  url: 'http://127.0.0.1:1',
  provider: 'generic',
  staggerMs: 0,
  backoffInitialMs: 20,
  backoffMaxMs: 100,
  attemptsPerMinute: 6000,
  healthCheckIntervalMs: 200,
  failoverAfterMs: 400,
  overlapSlots: 2,
  settleSlots: 2,
  migrationTimeoutMs: 5_000,
  slotTimeoutMs: 60_000,
  idleTimeoutMs: 60_000,
  firstMessageTimeoutMs: 60_000,
  laneUpdates: 200,
  batchUpdates: 16,
  shedAfterMs: 1_000,
  restoreAfterMs: 1_000,
};

/** `high-a`, `medium-b` and `low-c` are groups of these priorities, one program each. */
export function groupsNamed(names: readonly string[]): readonly ProgramGroup[] {
  return names.map((name) => ({
    name,
    priority: name.split('-')[0] as Priority,
    programs: [{ name, program: name }],
  }));
}

/** A stream manager on a fake clock and a provider without a wire, with one monitor per group that is wanted. */
export class FakePool {
  readonly clock = new FakeClock();
  readonly provider = new FakeProvider();
  readonly events: EngineEvent[] = [];
  readonly manager: SmartStreamManager;
  /** While true nobody reads what arrived. */
  isHeld = false;
  /** Connections in the order in which their batches were read. */
  readonly batches: string[] = [];
  readonly #stop = new AbortController();
  readonly #reading: Promise<void>;
  #sinceSlotMs = 0;

  constructor(known: readonly string[], wanted: readonly string[], settings: Partial<GrpcSettings> = {}) {
    const options = {
      settings: grpcSettings({ ...SETTINGS, ...settings }),
      profiles: PROFILES,
      sharedQuota: null,
      groups: groupsNamed(known),
      monitors: wanted.map((group) => ({ monitor: group, interest: { groups: [group] } })),
      resumeFrom: () => null,
      clock: this.clock,
      random: seededRandom(1),
      emit: (event: EngineEvent) => this.events.push(event),
    };
    const breaker = {
      allows: () => true,
      run: async (open: () => Promise<void>) => {
        await open().catch(() => {});
        return 'opened' as const;
      },
      state: 'closed' as const,
    };
    const gates = createEndpointGates(options).map((gate) => ({
      ...gate,
      breaker,
      openTransport: () => this.provider.transport,
    }));
    this.manager = createStreamManagerOn(gates, options);
    this.#reading = this.#read();
  }

  /** Connection → its groups. */
  get carried(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(this.manager.stats().connections.map(({ id, groups }) => [id, groups]));
  }

  want(group: string): void {
    this.manager.setMonitor(group, { groups: [group] });
  }

  /** Lets time, slots and the reader go on. */
  async run(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      this.#sinceSlotMs += STEP_MS;
      if (this.#sinceSlotMs >= SLOT_MS) {
        this.#sinceSlotMs = 0;
        this.provider.publishSlot();
      }
      await this.clock.advance(STEP_MS);
      // The reader of the lanes wakes after a turn of the event loop.
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  healthy(): boolean {
    return this.manager.stats().connections.every(({ healthy }) => healthy);
  }

  /** Runs until the condition holds; fails with its name when it does not. */
  async until(name: string, condition: () => boolean, timeoutMs = 60_000): Promise<void> {
    for (let passed = 0; !condition(); passed += 200) {
      if (passed > timeoutMs) throw new Error(`not within ${timeoutMs} ms: ${name}: ${JSON.stringify(this.carried)}`);
      await this.run(200);
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.isHeld = false;
    await this.clock.advance(1_000);
    await this.#reading;
  }

  async #read(): Promise<void> {
    for await (const batch of this.manager.updates(null, this.#stop.signal)) {
      if (batch[0] !== undefined) this.batches.push(batch[0].connection);
      while (this.isHeld && !this.#stop.signal.aborted) await this.clock.sleep(STEP_MS, this.#stop.signal);
    }
  }
}
