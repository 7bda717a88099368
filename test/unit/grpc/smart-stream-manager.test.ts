import { ALL_GROUPS } from '../../support/grpc-settings.ts';
import { groupsOf, readScripted, type ScriptedBehaviour, ScriptedProvider } from '../../support/scripted-provider.ts';

const REFUSAL = 'failed to create filter: Max amount of accounts reached, only 10 allowed';
const WIDE = Array.from({ length: 60 }, (_, i) => `address${i}`);

/** Refuses every request that asks for the group, or names the wide list. */
function refusing(what: string, endpoint = ''): ScriptedBehaviour {
  return {
    onFilters: (call, request) => {
      const isHere = endpoint === '' || call.endpoint === endpoint;
      if (isHere && JSON.stringify(request.transactions).includes(`"${what}"`)) call.end(3, REFUSAL);
    },
  };
}

const monitor = { monitor: 'trading-activity', interest: { groups: ALL_GROUPS } };

test('groups that are refused at the start are told, and the others reconnect as ever', async () => {
  const provider = new ScriptedProvider(refusing('amm'));
  const run = readScripted(provider);
  await provider.play(5000);
  expect(run.manager.stats().unservedGroups).toEqual(['amm', 'external-amm']);
  expect(run.events.filter((event) => event.type === 'grpc.group.refused')).toMatchObject([
    { groups: ['amm', 'external-amm'], detail: REFUSAL },
  ]);
  expect(run.events.some((event) => event.type === 'grpc.endpoint.stopped')).toBe(false);
  for (let i = 0; i < 3; i++) {
    provider.open[0]?.end(14, 'server is shutting down');
    await provider.play(30_000);
    expect(provider.open.map(groupsOf)).toEqual([['bonding-curve']]);
  }
  await run.stop();
});

test('when everything is refused the reading ends with a plan error', async () => {
  const provider = new ScriptedProvider(refusing('bonding-curve'));
  const run = readScripted(provider, { useSmartStreaming: false });
  await provider.play(2000);
  expect(await run.ended).toMatchObject({ code: 'GRPC_PLAN', message: expect.stringContaining(REFUSAL) });
});

test('a monitor that asks for more than the profile allows is turned away, and nothing changes', async () => {
  const provider = new ScriptedProvider();
  const run = readScripted(provider, {}, { profile: { accountsPerStream: 50 }, monitors: [monitor] });
  await provider.play(5000);
  const before = provider.openings.length;
  const interest = { groups: ['amm'], mentions: WIDE };
  expect(() => run.manager.setMonitor('wide', interest)).toThrow(/GRPC_PLAN|50 are allowed/);
  expect(() => run.manager.setMonitor('trading-activity', interest)).toThrow(/50 are allowed/);
  expect(run.manager.stats().monitorConnections).toEqual({ 'trading-activity': 2 });
  await provider.play(5000);
  expect(provider.openings).toHaveLength(before);
  await run.stop();
});

test('a refusal at run time costs the group that became too wide, and ends when it is narrowed', async () => {
  const provider = new ScriptedProvider(refusing('address0'));
  const run = readScripted(provider, { useSmartStreaming: false }, { monitors: [monitor] });
  await provider.play(5000);
  run.manager.setMonitor('wide', { groups: ['amm'], mentions: WIDE });
  await provider.play(20_000);
  expect(run.manager.stats()).toMatchObject({ healthy: 1, unservedGroups: ['amm'] });
  expect(provider.open.map(groupsOf)).toEqual([['bonding-curve', 'external-amm']]);
  const asked = provider.openings.length;
  // Another change does not ask for the same once more: it would end the stream of the others.
  run.manager.setMonitor('trading-activity', { groups: ALL_GROUPS });
  await provider.play(20_000);
  expect(provider.openings).toHaveLength(asked);
  run.manager.removeMonitor('wide');
  await provider.play(5000);
  expect(run.manager.stats()).toMatchObject({ healthy: 1, unservedGroups: [] });
  await run.stop();
});

test('what one endpoint refuses another may take', async () => {
  const provider = new ScriptedProvider(refusing('amm', 'a.example:443'));
  const endpoints = ['https://a.example', 'https://b.example'];
  const run = readScripted(provider, { endpoints, failbackAfterMs: 10_000 });
  await provider.play(120_000);
  const where = provider.open.map((call) => [call.endpoint, groupsOf(call)[0]]);
  expect(where).toEqual([
    ['a.example:443', 'bonding-curve'],
    ['b.example:443', 'amm'],
  ]);
  expect(run.manager.stats().unservedGroups).toEqual([]);
  expect(provider.calls).toHaveLength(3);
  await run.stop();
});
