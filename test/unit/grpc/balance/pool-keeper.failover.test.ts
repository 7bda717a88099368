import { groupsOf, readScripted, ScriptedProvider } from '../../../support/scripted-provider.ts';

/** Of a stream that dies and cannot come back: when another connection carries its groups, milliseconds after its end. */
async function failoverMs(afterTickMs: number): Promise<number> {
  let isDown = false;
  const provider = new ScriptedProvider({
    onFilters: (call) => {
      if (isDown && groupsOf(call).join() === 'bonding-curve') call.end(7, 'Maximum connection count reached');
    },
  });
  const run = readScripted(provider);
  await provider.play(10_000 + afterTickMs, 50);
  isDown = true;
  const diedMs = provider.clock.monotonicMs();
  provider.open.find((call) => groupsOf(call).includes('bonding-curve'))?.end(14, 'server is shutting down');
  const isCarried = () => provider.open.some((call) => groupsOf(call).length === 3);
  while (!isCarried() && provider.clock.monotonicMs() < diedMs + 30_000) await provider.play(50, 50);
  expect(run.events.filter((event) => event.type === 'grpc.group.failed-over')).toMatchObject([
    { groups: ['bonding-curve'], from: 'c1', to: 'c2' },
  ]);
  const ms = provider.clock.monotonicMs() - diedMs;
  await run.stop();
  return ms;
}

test('with its default settings the groups of a dead connection are carried elsewhere within two seconds, whenever it dies', async () => {
  const took: number[] = [];
  for (let afterTickMs = 0; afterTickMs < 1000; afterTickMs += 100) took.push(await failoverMs(afterTickMs));
  expect(Math.max(...took)).toBeLessThanOrEqual(2000);
});
