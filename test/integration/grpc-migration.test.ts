import { ACCEPT, FAITHFUL_POLICY } from '../../src/simulator/server-policy.ts';
import { testManager, until } from '../support/grpc-settings.ts';
import { StreamReader, trafficSource } from '../support/grpc-traffic.ts';
import { startSimulator } from '../support/simulator.ts';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function running(perSlot: number, slotMs: number, settings: Parameters<typeof testManager>[0] = {}) {
  const traffic = trafficSource(perSlot);
  const simulator = await startSimulator({ source: traffic.source, options: { slotMs } });
  const stop = new AbortController();
  const playing = simulator.producer.run(stop.signal);
  const { manager, events } = testManager({
    url: simulator.url,
    overlapSlots: 2,
    settleSlots: 2,
    migrationPollMs: 2,
    ...settings,
  });
  const reader = new StreamReader(manager);
  closers.push(async () => {
    await reader.stop();
    stop.abort();
    await playing;
    await simulator.close();
  });
  await until('healthy', () => manager.stats().healthy === manager.stats().total && manager.stats().total > 0);
  await until('data', () => reader.arrived.size === 3);
  return { traffic, simulator, manager, events, reader };
}

test('a group that moves between streams again and again loses nothing and keeps its order', async () => {
  const run = await running(10, 12);
  const first = run.simulator.chain.tip + 1;
  for (let i = 0; i < 12; i++) {
    const home = run.manager.stats().connections.find((each) => each.groups.includes('amm'));
    const proof = await run.manager.migrateGroup('amm', home?.id === 'c1' ? 'c2' : 'c1');
    expect(proof).toMatchObject({ completed: true, lost: 0 });
    expect(proof?.duplicates).toBeGreaterThan(0);
  }
  const last = run.simulator.chain.tip;
  await until('all of it', () => run.reader.missing(run.traffic, first, last) === 0);
  expect(run.reader.outOfOrder).toBe(0);
  expect(run.manager.stats().migrations.length).toBe(12);
  expect(run.simulator.server.subscribers.length).toBe(2);
  const closed = run.reader.marks.filter((mark) => mark.type === 'closed');
  expect(closed.every((mark) => mark.type === 'closed' && mark.handedOver)).toBe(true);
});

test('an old connection is renewed by opening the new one first', async () => {
  const run = await running(4, 12, { connectionTtlMs: 600, healthCheckIntervalMs: 100 });
  const first = run.simulator.chain.tip + 1;
  await until('both renewed', () => {
    const ids = run.manager.stats().connections.map((each) => each.id);
    return !ids.includes('c1') && !ids.includes('c2') && run.manager.stats().healthy === 2;
  });
  const last = run.simulator.chain.tip;
  await until('all of it', () => run.reader.missing(run.traffic, first, last) === 0);
  for (const proof of run.manager.stats().migrations) expect(proof).toMatchObject({ lost: 0, reason: 'renewal' });
});

test('the groups of a connection that is down are carried by the other one and go back when it lives', async () => {
  // The provider refuses one more stream for a while: the dead connection cannot come back at once.
  const run = await running(4, 12, { healthCheckIntervalMs: 100, failoverAfterMs: 100, lapseMs: 1500 });
  let isFull = true;
  run.simulator.server.setPolicy({
    ...FAITHFUL_POLICY,
    admit: () =>
      isFull ? { type: 'refuse', status: { code: 7, message: 'Maximum connection count reached' } } : ACCEPT,
  });
  run.simulator.server.subscribers[0]?.end({ code: 14, message: 'server is shutting down try again later' });
  await until('carried elsewhere', () =>
    run.manager.stats().connections.some((each) => each.healthy && each.groups.length === 3),
  );
  await until('mark', () =>
    run.reader.marks.some(
      (mark) => mark.type === 'opened' && mark.connection === 'c2' && mark.groups.includes('bonding-curve'),
    ),
  );
  isFull = false;
  await until('back home', () => {
    const [home, guest] = run.manager.stats().connections;
    return home?.healthy === true && guest?.groups.length === 2;
  });
  expect(run.events.filter((event) => event.type === 'grpc.group.failed-over').length).toBe(1);
  expect(run.manager.stats().migrations.at(-1)).toMatchObject({ completed: true, from: 'c2', to: 'c1' });
});
