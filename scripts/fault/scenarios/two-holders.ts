import { NO_FAULTS } from '../../../src/simulator/faults/fault-script.ts';
import type { EngineProcess } from '../../harness/engine-process.ts';
import { conclude, WINDOW_AND_OVERLAP } from '../outcome.ts';
import type { RunContext, RunOutcome, Scenario } from '../types.ts';
import { sleep, until } from '../waiting.ts';
import { World } from '../world.ts';

/** After this long without a sign of life a holder counts as gone, with something to spare. */
const STALE_MS = 13_000;

/** Two engines on one data folder: the second is refused, a dead holder is followed, a frozen one finds itself replaced. */
export const twoHolders: Scenario = {
  name: 'two-holders',
  fault: 'a second engine starts on the same data folder, then the holder is killed or frozen and later thawed',
  response:
    'the second is refused with a sentence; a dead or stale holder’s lease is taken over; a holder that was replaced writes nothing more and ends',
  tests: ['test/fault/engine-faults.test.ts', 'test/unit/output/outbox/lease.test.ts'],
  needsOwnBroker: false,
  runs: 4,
  run,
};

async function run(context: RunContext): Promise<RunOutcome> {
  const { random, note } = context;
  const world = await World.open({
    ...context,
    rate: 400,
    slotMs: 100,
    replaySlots: 1_000,
    script: NO_FAULTS,
    env: {},
  });
  const problems: string[] = [];
  let holder: EngineProcess | null = null;
  try {
    const first = await world.begin();
    holder = first;
    await sleep(random() * 800);
    const second = world.spawn({});
    const refused = await second.ended();
    if (refused === 0 || refused === null) problems.push(`the second engine was not refused (exit code ${refused})`);
    if (!/Another engine holds the outbox \(process \d+/.test(second.text))
      problems.push(`the second engine did not say why: ${second.text.slice(-300)}`);
    const isFrozen = context.seed % 2 === 0;
    if (isFrozen) {
      first.signal('SIGSTOP');
      await sleep(STALE_MS);
    } else await first.stop('SIGKILL');
    const endedMs = world.faultEnded();
    const wasReplaced = await follow(world, first, isFrozen);
    note(
      isFrozen ? (wasReplaced ? 'frozen and replaced' : 'frozen within a commit, then killed') : 'killed and followed',
    );
    if (isFrozen && wasReplaced) {
      first.signal('SIGCONT');
      if ((await until(() => !first.isRunning, 20_000)) === null)
        problems.push('the engine that was replaced did not end');
      else note(`thawed, it ends: ${lastLine(first.text)}`);
    }
    const recoverySeconds = [await world.recoveredSince(endedMs, 30_000)];
    await world.finish();
    const outcome = await conclude(
      world,
      context,
      { duplicatesMax: 2 * WINDOW_AND_OVERLAP, recoveryMaxSeconds: 30, openGapsMax: 0 },
      { recoverySeconds, problems, figures: {} },
    );
    await world.engine?.stop('SIGTERM');
    return outcome;
  } finally {
    await holder?.stop('SIGKILL');
    await world.close();
  }
}

/**
 * Starts the next holder. False: the frozen one stopped in the middle of a commit and holds the file itself; then the system, not the
 * lease, keeps everybody out until it is gone.
 */
async function follow(world: World, first: EngineProcess, isFrozen: boolean): Promise<boolean> {
  try {
    await world.startEngine();
    return true;
  } catch (error) {
    if (!isFrozen || !String(error).includes('is held by another program')) throw error;
    await first.stop('SIGKILL');
    await world.startEngine();
    return false;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
