import { NO_FAULTS } from '../../../src/simulator/faults/fault-script.ts';
import { conclude, WINDOW_AND_OVERLAP } from '../outcome.ts';
import type { RunContext, RunOutcome, Scenario } from '../types.ts';
import { sleep } from '../waiting.ts';
import { World } from '../world.ts';

const RECOVERY_MAX_S = 5;

/** The engine's process ends with no warning, once or twice, at any moment: also right after the first event and while it starts. */
export const engineKill9: Scenario = {
  name: 'engine-kill9',
  fault: 'the engine process is killed (SIGKILL) at a random moment, a third of the time again while it restarts',
  response:
    'resumes from the cursor in the outbox, asks for a replay from there, publishes again what was not confirmed',
  tests: ['test/fault/engine-faults.test.ts', 'test/fault/output-outbox.test.ts'],
  needsOwnBroker: false,
  runs: 20,
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
    await world.begin();
    const recoverySeconds: (number | null)[] = [];
    const kills = random() < 0.3 ? 2 : 1;
    let deaths = 0;
    for (let kill = 0; kill < kills; kill++) {
      const afterMs = random() < 0.2 ? random() * 60 : random() * 1_500;
      await sleep(afterMs);
      await world.engine?.stop('SIGKILL');
      deaths++;
      note(`killed after ${Math.round(afterMs)} ms`);
      if (random() < 0.33) {
        const againMs = random() * 1_200;
        world.engine = world.spawn({});
        await sleep(againMs);
        await world.engine.stop('SIGKILL');
        deaths++;
        note(`killed again ${Math.round(againMs)} ms into the restart`);
      }
      const endedMs = world.faultEnded();
      await world.startEngine();
      recoverySeconds.push(await world.recoveredSince(endedMs, 30_000));
    }
    await world.finish();
    const outcome = await conclude(
      world,
      context,
      { duplicatesMax: deaths * WINDOW_AND_OVERLAP, recoveryMaxSeconds: RECOVERY_MAX_S, openGapsMax: 0 },
      { recoverySeconds, problems: [], figures: { kills: deaths } },
    );
    await world.engine?.stop('SIGTERM');
    return outcome;
  } finally {
    await world.close();
  }
}
