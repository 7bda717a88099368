import { NO_FAULTS } from '../../../src/simulator/faults/fault-script.ts';
import { MAINNET } from '../../../src/simulator/simulator.ts';
import type { EngineProcess } from '../../harness/engine-process.ts';
import { conclude, WINDOW_AND_OVERLAP } from '../outcome.ts';
import type { RunContext, RunOutcome, Scenario } from '../types.ts';
import { sleep, until } from '../waiting.ts';
import { World } from '../world.ts';

/** Events that pile up while the broker is away, unless --pile-up says otherwise. */
const BACKLOG_EVENTS = 100_000;
const RATE = 2_000;
/** Caches so small that the warm-up fills them: what grows after it grows because of the outage. */
const SMALL_CACHES = {
  PIPELINE_DEDUP_ENTRIES: '65536',
  MONITOR_TRACKED_TOKENS_MAX: '500',
  ENRICH_TOKENS_MAX: '500',
  ENRICH_POOLS_MAX: '500',
};
/** Long enough for the garbage collector to have gone its whole round once: memory rises and falls by 100 MB between its rounds. */
const WARM_MS = 150_000;
const GROWTH_MAX_MB = 50;
/** Promised of a machine that has its cores for the run: an engine that shares them with others drains as slowly as they let it. */
const DRAIN_MIN_PER_SECOND = 10_000;

interface Output {
  readonly pending: number;
  readonly confirmed: number;
  readonly broker: string;
}

/** The broker is away for long while the stream flows at full rate: memory must not notice, and nothing may be missing afterwards. */
export const brokerBacklog: Scenario = {
  name: 'broker-backlog',
  fault: 'the broker is down while events pile up at full rate (--pile-up says how many)',
  response:
    'the outbox on disk takes them, memory stays flat; afterwards they drain in order at the broker’s own pace, across a kill of the engine in the middle',
  tests: ['test/unit/output/relay.test.ts'],
  needsOwnBroker: true,
  runs: 1,
  run,
};

async function run(context: RunContext): Promise<RunOutcome> {
  const { note, broker } = context;
  if (broker === null) throw new Error('This scenario needs a broker of its own.');
  const world = await World.open({
    ...context,
    rate: RATE,
    slotMs: MAINNET.slotMs,
    replaySlots: 64,
    script: NO_FAULTS,
    env: SMALL_CACHES,
  });
  const problems: string[] = [];
  const backlog = context.pileUp ?? BACKLOG_EVENTS;
  try {
    const engine = await world.begin();
    const stats = () => engine.get<Output>('/api/output/stats');
    const warm = await peakMemory(engine, WARM_MS, async () => false);
    await world.tally.pause();
    await broker.kill9();
    const downMs = performance.now();
    const down = await peakMemory(engine, limitMs(backlog), async () => (await stats()).pending >= backlog);
    if (!down.isReached) problems.push(`${backlog} events did not pile up in time: the backlog was a smaller one`);
    const growthMb = down.peakMb - warm.peakMb;
    const seconds = (performance.now() - downMs) / 1000;
    world.tapped.finish();
    await sleep(1_000);
    await broker.start();
    const endedMs = world.faultEnded();
    if ((await until(async () => (await stats()).broker === 'ready', 30_000, 50)) === null)
      problems.push('the engine did not find the broker again');
    const recoverySeconds = [(performance.now() - endedMs) / 1000];
    const drain = await drained(backlog, stats);
    if (drain === null) problems.push('half of the backlog was not drained in time');
    if (context.isTimed && drain !== null && drain < DRAIN_MIN_PER_SECOND)
      problems.push(`drained at ${Math.round(drain)} events/s, at least ${DRAIN_MIN_PER_SECOND} were promised`);
    await engine.stop('SIGKILL');
    await world.startEngine();
    if (growthMb > GROWTH_MAX_MB) problems.push(`memory grew by ${growthMb} MB, from ${warm.peakMb} MB`);
    note(
      `${seconds.toFixed(0)} s down, drained at ${Math.round(drain ?? 0)} events/s, memory at most ${warm.peakMb} MB before, ${down.peakMb} MB meanwhile`,
    );
    await world.tally.open();
    await world.finish();
    const outcome = await conclude(
      world,
      context,
      { duplicatesMax: WINDOW_AND_OVERLAP, recoveryMaxSeconds: 30, openGapsMax: 0 },
      {
        recoverySeconds,
        problems,
        figures: {
          pending: backlog,
          rssBeforeMb: warm.peakMb,
          rssGrowthMb: growthMb,
          drainedPerSecond: drain ?? 0,
          downSeconds: seconds,
        },
      },
    );
    await world.engine?.stop('SIGTERM');
    return outcome;
  } finally {
    await world.close();
  }
}

/** The most memory the engine takes until something is so, and whether it became so in time. */
async function peakMemory(engine: EngineProcess, timeMs: number, isSo: () => Promise<boolean>) {
  let peakMb = 0;
  const took = await until(
    async () => {
      peakMb = Math.max(peakMb, engine.residentMb() ?? 0);
      return isSo();
    },
    timeMs,
    250,
  );
  return { peakMb, isReached: took !== null };
}

/** Events per second from the first confirm until half of the backlog is gone; null when that takes too long. */
async function drained(events: number, stats: () => Promise<Output>): Promise<number | null> {
  const { confirmed: from } = await stats();
  await until(async () => (await stats()).confirmed > from, 30_000, 20);
  const { confirmed } = await stats();
  const startMs = performance.now();
  const took = await until(async () => (await stats()).pending < events / 2, limitMs(events), 250);
  if (took === null) return null;
  return ((await stats()).confirmed - confirmed) / ((performance.now() - startMs) / 1000);
}

/** Well over what a healthy engine takes, at any size. */
function limitMs(events: number): number {
  return 120_000 + events;
}
