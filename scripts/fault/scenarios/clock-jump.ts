import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NO_FAULTS } from '../../../src/simulator/faults/fault-script.ts';
import { conclude } from '../outcome.ts';
import type { RunContext, RunOutcome, Scenario } from '../types.ts';
import { sleep } from '../waiting.ts';
import { World } from '../world.ts';

const SHIFT_MODULE = pathToFileURL(join(import.meta.dirname, '..', 'clock-shift.ts')).href;
const HOUR_MS = 3_600_000;

/** The wall clock jumps by hours, forward and back, while everything runs; a stream is cut in between. */
export const clockJump: Scenario = {
  name: 'clock-jump',
  fault: 'the wall clock jumps an hour forward, two back, a day forward; a stream is cut meanwhile',
  response: 'no timer, watchdog, lease or backoff follows the wall clock; it is data only',
  tests: ['test/unit/lib/clock.test.ts'],
  needsOwnBroker: false,
  runs: 3,
  run,
};

async function run(context: RunContext): Promise<RunOutcome> {
  const { random, note, folder } = context;
  const clockFile = join(folder, 'clock-shift');
  const world = await World.open({
    ...context,
    rate: 300 + Math.floor(random() * 400),
    slotMs: 80,
    replaySlots: 1_000,
    script: NO_FAULTS,
    env: { NODE_OPTIONS: `--import=${SHIFT_MODULE}`, FAULT_CLOCK_FILE: clockFile },
  });
  const recoverySeconds: (number | null)[] = [];
  try {
    const engine = await world.begin();
    for (const shiftMs of [HOUR_MS, -HOUR_MS, 24 * HOUR_MS]) {
      await sleep(300 + random() * 700);
      writeFileSync(clockFile, String(shiftMs));
      engine.signal('SIGUSR2');
      await sleep(100);
      if (random() < 0.5) {
        world.simulator.server.disconnectAll();
        note(`cut at ${shiftMs / HOUR_MS} h`);
      }
      recoverySeconds.push(await world.recoveredSince(world.faultEnded(), 30_000));
    }
    // Long enough for the lease and the outbox's idle work to meet the new time.
    await sleep(3_000);
    await world.finish();
    const problems = engine.isRunning ? [] : [`the engine ended: ${engine.text.slice(-300)}`];
    const outcome = await conclude(
      world,
      context,
      { duplicatesMax: 0, recoveryMaxSeconds: 30, openGapsMax: 0 },
      { recoverySeconds, problems, figures: {} },
    );
    await engine.stop('SIGTERM');
    return outcome;
  } finally {
    await world.close();
  }
}
