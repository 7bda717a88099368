import { runBrokerFault } from '../broker-run.ts';
import type { Scenario } from '../types.ts';
import { sleep, until } from '../waiting.ts';

/** The broker is out of memory: it blocks publishers, answers no heartbeat of theirs, and may still deliver what they sent later. */
export const brokerAlarm: Scenario = {
  name: 'broker-alarm',
  fault: 'the broker raises its memory alarm and blocks publishers',
  response:
    'publishing stops, events wait in the outbox, the stream is read on; publishing goes on when the alarm clears',
  tests: ['test/integration/output-rabbitmq.test.ts'],
  needsOwnBroker: true,
  runs: 3,
  run: (context) =>
    runBrokerFault(context, async ({ broker, world, problem, figure }) => {
      const engine = await world.running();
      await broker.controlAside('set_vm_memory_high_watermark', '0.00001');
      const isBlocked = async () => (await engine.get<{ broker: string }>('/api/output/stats')).broker === 'blocked';
      const blockedMs = await until(isBlocked, 10_000, 50);
      if (blockedMs === null) problem('the engine did not hear that it is blocked');
      const alarmMs = 1_000 + context.random() * 6_000;
      await sleep(alarmMs);
      const { pending, inFlight } = await engine.get<{ pending: number; inFlight: number }>('/api/output/stats');
      figure('pending', pending);
      figure('inFlight', inFlight);
      await broker.controlAside('set_vm_memory_high_watermark', '0.4');
      context.note(`blocked for ${Math.round(alarmMs)} ms, ${pending} events waited`);
    }),
};
