import { slotUpdate } from '../../../support/raw-geyser-server.ts';
import { groupsOf, readScripted, ScriptedProvider } from '../../../support/scripted-provider.ts';

/** Two connections under traffic: bonding-curve on c1, the others on c2. */
async function running() {
  const provider = new ScriptedProvider();
  const run = readScripted(provider);
  await provider.play(4000);
  return { provider, run };
}

test('a move is proven by the slots that both streams delivered', async () => {
  const { provider, run } = await running();
  const moved = run.manager.migrateGroup('amm', 'c1');
  await provider.play(10_000);
  expect(await moved).toMatchObject({ completed: true, proven: true, overlapSlots: 4, lost: 0 });
  await run.stop();
});

test('a new stream that first hears of an old slot is not taken for one that delivered it', async () => {
  const provider = new ScriptedProvider({
    onCall: (call) => {
      for (const status of [2, 1]) call.say(slotUpdate(provider.tip - 31, status));
    },
  });
  const run = readScripted(provider, { useSmartStreaming: false, connectionTtlMs: 10_500 });
  await provider.play(20_000);
  const [proof] = run.manager.stats().migrations;
  expect(proof).toMatchObject({ completed: true, proven: true, overlapSlots: 4, lost: 0 });
  const opened = provider.calls[1]?.atMs ?? 0;
  expect((proof?.atMs ?? 0) - provider.clock.wallOffsetMs - opened).toBeGreaterThan(4 * 400);
  await run.stop();
});

test('when the source dies before any overlap the move is completed, and not called proven', async () => {
  const { provider, run } = await running();
  const moved = run.manager.migrateGroup('amm', 'c1');
  await provider.clock.advance(300);
  const source = provider.open.find((call) => groupsOf(call).includes('external-amm'));
  source?.end(14, 'server is shutting down');
  await provider.play(10_000);
  expect(await moved).toMatchObject({ completed: true, proven: false, overlapSlots: 0, lost: null });
  await run.stop();
});

test('what the target misses keeps the groups where they are', async () => {
  const { provider, run } = await running();
  const tell = provider.tell.bind(provider);
  provider.tell = (call, slot) => {
    const isTarget = groupsOf(call).includes('bonding-curve');
    if (!isTarget) return tell(call, slot);
    // Its filters name the group, its data does not arrive.
    const [kept] = call.filters.splice(-1);
    call.filters.push({ ...kept, transactions: { 'bonding-curve': {} } } as never);
    tell(call, slot);
    call.filters.splice(-1, 1, kept as never);
  };
  const moved = run.manager.migrateGroup('amm', 'c1');
  await provider.play(20_000);
  expect(await moved).toMatchObject({ completed: false, proven: false, overlapSlots: 4 });
  expect((await moved)?.lost).toBeGreaterThan(0);
  expect(run.manager.stats().connections.map(({ groups }) => groups)).toEqual([
    ['bonding-curve'],
    ['amm', 'external-amm'],
  ]);
  await run.stop();
});
