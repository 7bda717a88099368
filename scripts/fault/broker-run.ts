import { NO_FAULTS } from '../../src/simulator/faults/fault-script.ts';
import type { OwnBroker } from '../test-services/own-rabbitmq.ts';
import { conclude, WINDOW_AND_OVERLAP } from './outcome.ts';
import type { RunContext, RunOutcome } from './types.ts';
import { sleep } from './waiting.ts';
import { World } from './world.ts';

const RECOVERY_MAX_S = 30;

export interface BrokerFault {
  readonly world: World;
  readonly broker: OwnBroker;
  readonly context: RunContext;
  /** Adds a sentence about a broken promise. */
  problem(text: string): void;
  figure(name: string, value: number): void;
}

/** The shape of every broker fault: the stream flows, the broker fails and comes back, and everything has to be on every queue. */
export async function runBrokerFault(
  context: RunContext,
  breakIt: (fault: BrokerFault) => Promise<void>,
): Promise<RunOutcome> {
  const { random, broker } = context;
  if (broker === null) throw new Error('This scenario needs a broker of its own.');
  const world = await World.open({
    ...context,
    rate: 200 + Math.floor(random() * 400),
    slotMs: 50 + Math.floor(random() * 50),
    replaySlots: 1_000,
    script: NO_FAULTS,
    env: {},
  });
  const problems: string[] = [];
  const figures: Record<string, number> = {};
  try {
    const engine = await world.begin();
    await sleep(random() * 1_500);
    await breakIt({
      world,
      broker,
      context,
      problem: (text) => problems.push(text),
      figure: (name, value) => {
        figures[name] = value;
      },
    });
    const recoverySeconds = [await world.recoveredSince(world.faultEnded(), 60_000)];
    await world.finish();
    if (!engine.isRunning) problems.push(`the engine ended: ${engine.text.slice(-300)}`);
    figures['rssMb'] = engine.residentMb() ?? 0;
    const promised = { duplicatesMax: WINDOW_AND_OVERLAP, recoveryMaxSeconds: RECOVERY_MAX_S, openGapsMax: 0 };
    const outcome = await conclude(world, context, promised, { recoverySeconds, problems, figures });
    await engine.stop('SIGTERM');
    return outcome;
  } finally {
    await world.close();
  }
}
