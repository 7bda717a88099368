import { runBrokerFault } from '../broker-run.ts';
import type { Scenario } from '../types.ts';
import { sleep } from '../waiting.ts';

/** An orderly end: of the broker inside its node, or of the whole node. */
export const brokerStop: Scenario = {
  name: 'broker-stop',
  fault: 'the broker is stopped in order (the application, or the whole node) and started again',
  response:
    'events wait in the outbox; after reconnecting, everything that was not confirmed is published again under the same ids',
  tests: ['test/integration/output-rabbitmq.test.ts', 'test/unit/output/relay.test.ts'],
  needsOwnBroker: true,
  runs: 10,
  run: (context) =>
    runBrokerFault(context, async ({ broker }) => {
      const isWholeNode = context.random() < 0.5;
      const downMs = context.random() * 2_000;
      if (isWholeNode) await broker.stop();
      else await broker.controlAside('stop_app');
      await sleep(downMs);
      if (isWholeNode) await broker.start();
      else await broker.controlAside('start_app');
      context.note(`${isWholeNode ? 'node' : 'application'} stopped, down for ${Math.round(downMs)} ms and its start`);
    }),
};
