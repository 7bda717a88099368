import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NO_FAULTS } from '../../../src/simulator/faults/fault-script.ts';
import { CODE } from '../../../src/simulator/grpc-framing.ts';
import { conclude } from '../outcome.ts';
import type { RunContext, RunOutcome, Scenario } from '../types.ts';
import { sleep, until } from '../waiting.ts';
import { World } from '../world.ts';

const SHIFT_MODULE = pathToFileURL(join(import.meta.dirname, '..', 'clock-shift.ts')).href;
const HOUR_MS = 3_600_000;

/** The wall clock jumps by hours, forward and back, while everything runs; a stream is cut in between, and one jump meets an open breaker. */
export const clockJump: Scenario = {
  name: 'clock-jump',
  fault:
    'the wall clock jumps an hour forward, two back while the breaker of the endpoint is open, a day forward; a stream is cut meanwhile',
  response: 'no timer, watchdog, lease, backoff or breaker follows the wall clock; it is data only',
  tests: ['test/unit/lib/clock.test.ts', 'test/unit/lib/breaker.test.ts'],
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
    env: {
      NODE_OPTIONS: `--import=${SHIFT_MODULE}`,
      FAULT_CLOCK_FILE: clockFile,
      GRPC_BREAKER_FAILURES: '2',
      GRPC_BREAKER_REST_MS: '1000',
    },
  });
  const recoverySeconds: (number | null)[] = [];
  const problems: string[] = [];
  try {
    const engine = await world.begin();
    for (const shiftMs of [HOUR_MS, -HOUR_MS, 24 * HOUR_MS]) {
      await sleep(300 + random() * 700);
      const letIn = shiftMs < 0 ? shutOut(world) : () => {};
      if (shiftMs < 0 && (await until(() => engine.text.includes('breaker open'), 15_000)) === null)
        problems.push('no breaker was open when the clock was set back');
      writeFileSync(clockFile, String(shiftMs));
      engine.signal('SIGUSR2');
      await sleep(100);
      if (random() < 0.5) {
        world.simulator.server.disconnectAll();
        note(`cut at ${shiftMs / HOUR_MS} h`);
      }
      letIn();
      recoverySeconds.push(await world.recoveredSince(world.faultEnded(), 30_000));
    }
    // Long enough for the lease and the outbox's idle work to meet the new time.
    await sleep(3_000);
    await world.finish();
    if (!engine.isRunning) problems.push(`the engine ended: ${engine.text.slice(-300)}`);
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

/** Cuts every stream and refuses each new one until the returned function is called. */
function shutOut({ simulator }: World): () => void {
  const end = simulator.faults.inject('refuse', { code: CODE.UNAVAILABLE, message: 'away for now' });
  simulator.server.disconnectAll();
  return end;
}
