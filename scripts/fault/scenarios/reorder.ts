import { NO_FAULTS } from '../../../src/simulator/faults/fault-script.ts';
import { conclude } from '../outcome.ts';
import type { RunContext, RunOutcome, Scenario } from '../types.ts';
import { sleep } from '../waiting.ts';
import { World } from '../world.ts';

const DISORDER: readonly (readonly [string, Readonly<Record<string, number | string>>])[] = [
  ['meta-first', { share: 0.2 }],
  ['duplicates', { share: 0.1, distance: 50 }],
  ['drop-status', { status: 'finalized', share: 0.05 }],
  ['drop-status', { status: 'confirmed', share: 0.05 }],
  ['double-slots', { share: 0.1 }],
  ['null-parents', { share: 0.1 }],
];

/** A chain told badly: nothing is missing, and hardly anything comes when and as often as it should. */
export const reorder: Scenario = {
  name: 'reorder',
  fault:
    'metas before their data, tenth parts of all messages twice, slots shuffled three deep, statuses lost, parents left out',
  response:
    'keeps the first sight of each transaction, proves slots by parent links in whatever order they become known',
  tests: ['test/unit/recovery/slots/slot-ledger.soundness.test.ts', 'test/unit/recovery/slots/slot-ledger.test.ts'],
  needsOwnBroker: false,
  runs: 5,
  run,
};

async function run(context: RunContext): Promise<RunOutcome> {
  const { random, note } = context;
  const world = await World.open({
    ...context,
    rate: 300 + Math.floor(random() * 400),
    slotMs: 60,
    replaySlots: 1_000,
    script: NO_FAULTS,
    env: {},
  });
  try {
    await world.begin();
    // Only once history has begun: of what a stream brings first, out of order, nobody can tell what came before it.
    const { faults } = world.simulator;
    const ends = DISORDER.map(([kind, parameters]) => faults.inject(kind, parameters));
    const rounds = 3 + Math.floor(random() * 3);
    for (let round = 0; round < rounds; round++) {
      const end = faults.inject('shuffle', { depth: 2 + Math.floor(random() * 2) });
      await sleep(400 + random() * 800);
      end();
      await sleep(400);
    }
    for (const end of ends) end();
    note(`shuffled ${rounds} times`);
    await world.finish();
    const outcome = await conclude(
      world,
      context,
      { duplicatesMax: 0, recoveryMaxSeconds: 30, openGapsMax: 0 },
      { recoverySeconds: [], problems: [], figures: {} },
    );
    await world.engine?.stop('SIGTERM');
    return outcome;
  } finally {
    await world.close();
  }
}
