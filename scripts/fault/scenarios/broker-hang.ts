import { runBrokerFault } from '../broker-run.ts';
import type { Scenario } from '../types.ts';
import { sleep, until } from '../waiting.ts';

const NOTICED_MAX_S = 15;

/** The broker stops answering and keeps its sockets open: nothing fails until somebody looks at the clock. */
export const brokerHang: Scenario = {
  name: 'broker-hang',
  fault: 'the broker hangs (SIGSTOP): sockets stay open, nothing answers, for up to 25 s',
  response:
    'missed heartbeats end the connection within 15 s; meanwhile events wait in the outbox and the stream is read on',
  tests: ['test/unit/output/relay.test.ts'],
  needsOwnBroker: true,
  runs: 2,
  run: (context) =>
    runBrokerFault(context, async ({ broker, world, problem, figure }) => {
      const hangMs = 16_000 + context.random() * 8_000;
      const engine = await world.running();
      const pausedMs = performance.now();
      broker.pause();
      const isNoticed = async () => (await engine.get<{ broker: string }>('/api/output/stats')).broker !== 'ready';
      const noticedMs = await until(isNoticed, NOTICED_MAX_S * 1_000, 100);
      if (noticedMs === null) problem(`the hung broker was not noticed within ${NOTICED_MAX_S} s`);
      else figure('noticedSeconds', noticedMs / 1000);
      const before = (await world.recovery()).checkpoint ?? 0;
      await sleep(Math.max(0, hangMs - (performance.now() - pausedMs)));
      if (((await world.recovery()).checkpoint ?? 0) <= before)
        problem('the stream was not read on while the broker hung');
      broker.resume();
      context.note(`hung for ${Math.round(hangMs)} ms, noticed after ${Math.round(noticedMs ?? -1)} ms`);
    }),
};
