import { NO_FAULTS } from '../../../src/simulator/faults/fault-script.ts';
import { conclude } from '../outcome.ts';
import type { RunContext, RunOutcome, Scenario } from '../types.ts';
import { sleep } from '../waiting.ts';
import { World } from '../world.ts';

const NOTICED_AND_BACK_MAX_S = 15;

/** The stream stays open and says nothing more, or only pings: nothing fails until somebody looks at the clock. */
export const streamStall: Scenario = {
  name: 'stream-stall',
  fault: 'every stream goes silent without an error, with pings (even seeds) or without (odd seeds)',
  response:
    'the slot watchdog ends the call after 9 s without a new slot, whatever pings arrive; the replay brings what was missed',
  tests: ['test/integration/grpc-stream.test.ts'],
  needsOwnBroker: false,
  runs: 2,
  run,
};

async function run(context: RunContext): Promise<RunOutcome> {
  const { random, note, seed } = context;
  const world = await World.open({
    ...context,
    rate: 300 + Math.floor(random() * 300),
    slotMs: 100,
    replaySlots: 1_000,
    script: NO_FAULTS,
    env: {},
  });
  try {
    await world.begin();
    await sleep(200 + random() * 800);
    const kind = seed % 2 === 0 ? 'pings-only' : 'silent-stall';
    const end = world.simulator.faults.inject(kind, { streams: 'all' });
    // Recovery counts from the first moment of silence: noticing it is part of it.
    const silentMs = world.faultEnded();
    const recoverySeconds = [await world.recoveredSince(silentMs, 40_000)];
    end();
    note(kind);
    await world.finish();
    const outcome = await conclude(
      world,
      context,
      { duplicatesMax: 0, recoveryMaxSeconds: NOTICED_AND_BACK_MAX_S, openGapsMax: 0 },
      { recoverySeconds, problems: [], figures: {} },
    );
    await world.engine?.stop('SIGTERM');
    return outcome;
  } finally {
    await world.close();
  }
}
