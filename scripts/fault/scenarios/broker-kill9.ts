import { runBrokerFault } from '../broker-run.ts';
import type { Scenario } from '../types.ts';
import { sleep } from '../waiting.ts';

/** The broker's process ends with no warning in the middle of unconfirmed publishes, and comes back with the data it had. */
export const brokerKill9: Scenario = {
  name: 'broker-kill9',
  fault: 'the broker process is killed (SIGKILL) in the middle of publishing and started again',
  response:
    'events wait in the outbox; after reconnecting, everything that was not confirmed is published again under the same ids',
  tests: ['test/integration/output-rabbitmq.test.ts', 'test/unit/output/relay.test.ts'],
  needsOwnBroker: true,
  runs: 10,
  run: (context) =>
    runBrokerFault(context, async ({ broker }) => {
      // A broker killed within seconds of a stream's declaration forgets its home for ever: not our fault to count.
      await broker.settle();
      await broker.kill9();
      const downMs = context.random() * 2_000;
      await sleep(downMs);
      await broker.start();
      context.note(`killed, down for ${Math.round(downMs)} ms and its start`);
    }),
};
