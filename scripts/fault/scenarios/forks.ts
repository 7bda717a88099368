import { parseFaultScript } from '../../../src/simulator/faults/fault-script.ts';
import type { Delivery } from '../../harness/queue-tally.ts';
import type { RunContext, RunOutcome, Scenario } from '../types.ts';
import { sleep, until } from '../waiting.ts';
import { FORETOLD, World } from '../world.ts';

const SETTLE_MAX_MS = 20_000;

/** Slots that are processed and then lose against a sibling, announced as dead or in silence, and slots without a block. */
export const forks: Scenario = {
  name: 'forks',
  fault:
    'a tenth of the slots dies on a fork after its transactions were seen, half of them without being announced dead',
  response:
    'what was emitted for a slot that died is taken back with its id; after all retractions exactly the canonical chain remains',
  tests: ['test/unit/recovery/slots/slot-ledger.forks.test.ts'],
  needsOwnBroker: false,
  runs: 5,
  run,
};

/** Events as a consumer of one queue holds them: what came minus what was taken back, by slot and id. */
class Holdings {
  readonly held = new Map<string, number>();
  retracted = 0;

  take({ id, type, slot, causation }: Delivery): void {
    if (type === 'stream.event.retracted') {
      this.retracted++;
      this.held.delete(`${slot} ${causation}`);
    } else if (FORETOLD.has(type)) this.held.set(`${slot} ${id}`, (this.held.get(`${slot} ${id}`) ?? 0) + 1);
  }
}

async function run(context: RunContext): Promise<RunOutcome> {
  const { random, note, seed } = context;
  const world = await World.open({
    ...context,
    rate: 300 + Math.floor(random() * 300),
    slotMs: 60,
    replaySlots: 1_000,
    script: parseFaultScript({ seed, chain: { skipped: 0.05, orphanDead: 0.05, orphanSilent: 0.05 } }),
    env: {},
  });
  const holdings = new Map(world.tally.queues.map((queue) => [queue, new Holdings()]));
  world.onDelivery = (queue, delivery) => holdings.get(queue)?.take(delivery);
  try {
    await world.begin();
    await sleep(4_000 + random() * 3_000);
    await world.finish();
    const canonical = (queue: string) =>
      new Set(
        [...world.tapped.expected]
          .filter(([, { type }]) => world.tally.expects(queue, type))
          .map(([id, { slot }]) => `${slot} ${id}`),
      );
    // A dead event that a queue got and whose retraction it did not get is still held by who reads that queue.
    const differences = () =>
      [...holdings].map(([queue, { held }]) => {
        const due = canonical(queue);
        const place = (key: string) => `${key} on ${queue}`;
        return {
          lost: [...due].filter((key) => !held.has(key)).map(place),
          unexpected: [...held.keys()].filter((key) => !due.has(key)).map(place),
        };
      });
    const lost = () => differences().flatMap((each) => each.lost);
    const unexpected = () => differences().flatMap((each) => each.unexpected);
    // A fork of the last slots is decided a few slots later.
    await until(() => lost().length + unexpected().length === 0, SETTLE_MAX_MS, 200);
    const counts = [...holdings.values()].flatMap(({ held }) => [...held.values()]);
    const duplicated = counts.reduce((sum, count) => sum + count - 1, 0);
    const retracted = Math.max(...[...holdings.values()].map((each) => each.retracted));
    const { openGaps } = await world.recovery();
    const problems = [...world.canary.findings()];
    if (lost().length > 0)
      problems.push(`${lost().length} of the canonical chain missing: ${lost().slice(0, 3).join(', ')}`);
    if (unexpected().length > 0)
      problems.push(`${unexpected().length} of dead slots not taken back: ${unexpected().slice(0, 3).join(', ')}`);
    if (duplicated > 0) problems.push(`${duplicated} came twice for one slot`);
    if (openGaps.length > 0)
      problems.push(`${openGaps.length} gaps stay open: ${JSON.stringify(openGaps.slice(0, 2))}`);
    if (retracted === 0) problems.push('no slot died: the scenario proved nothing');
    note(`${retracted} events taken back`);
    await world.engine?.stop('SIGTERM');
    return {
      events: world.tapped.expected.size,
      lost: lost().length,
      unexpected: unexpected().length,
      duplicated,
      recovered: 0,
      recoverySeconds: [],
      openGaps: openGaps.length,
      problems,
      figures: { retracted },
    };
  } finally {
    await world.close();
  }
}
