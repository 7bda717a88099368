import { NO_FAULTS } from '../../../src/simulator/faults/fault-script.ts';
import { conclude } from '../outcome.ts';
import type { RunContext, RunOutcome, Scenario } from '../types.ts';
import { sleep } from '../waiting.ts';
import { World } from '../world.ts';

const EXIT_MAX_S = 10;

/** An operator stops the engine in the middle of the stream and starts it again. */
export const engineSigterm: Scenario = {
  name: 'engine-sigterm',
  fault: 'SIGTERM at a random moment while the stream flows, then a new start',
  response:
    'reads no more, finishes what was read, waits for the last confirm, exits 0 in time; nothing is delivered twice',
  tests: ['test/unit/lib/lifecycle.test.ts'],
  needsOwnBroker: false,
  runs: 10,
  run,
};

async function run(context: RunContext): Promise<RunOutcome> {
  const { random, note } = context;
  const world = await World.open({
    ...context,
    rate: 200 + Math.floor(random() * 400),
    slotMs: 50 + Math.floor(random() * 50),
    replaySlots: 1_000,
    script: NO_FAULTS,
    env: {},
  });
  try {
    const first = await world.begin();
    const afterMs = random() * 1_500;
    await sleep(afterMs);
    const stoppedMs = performance.now();
    const exitCode = await first.stop('SIGTERM');
    const exitSeconds = (performance.now() - stoppedMs) / 1000;
    note(`SIGTERM after ${Math.round(afterMs)} ms: exit ${exitCode} after ${exitSeconds.toFixed(2)} s`);
    const problems: string[] = [];
    if (exitCode !== 0) problems.push(`exit code ${exitCode}: ${first.text.slice(-300)}`);
    if (exitSeconds > EXIT_MAX_S) problems.push(`the stop took ${exitSeconds.toFixed(1)} s`);
    const endedMs = world.faultEnded();
    await world.startEngine();
    const recoverySeconds = [await world.recoveredSince(endedMs, 30_000)];
    await world.finish();
    const outcome = await conclude(
      world,
      context,
      { duplicatesMax: 0, recoveryMaxSeconds: 30, openGapsMax: 0 },
      { recoverySeconds, problems, figures: { exitSeconds } },
    );
    await world.engine?.stop('SIGTERM');
    return outcome;
  } finally {
    await world.close();
  }
}
