import { testManager, until } from '../support/grpc-settings.ts';
import { StreamReader, trafficSource } from '../support/grpc-traffic.ts';
import { startSimulator } from '../support/simulator.ts';

test('when more arrives than is read the less important groups wait, then are left out, and come back with their replay', async () => {
  let isSlow = false;
  // Ten times what is read while the reader is slow; little enough before and after that a busy machine keeps up.
  const traffic = trafficSource(() => (isSlow ? 20 : 2));
  const simulator = await startSimulator({ source: traffic.source, options: { slotMs: 20, replaySlots: 5000 } });
  const stop = new AbortController();
  const playing = simulator.producer.run(stop.signal);
  let first: number | null = null;
  const { manager, events } = testManager(
    {
      url: simulator.url,
      laneUpdates: 300,
      batchUpdates: 16,
      healthCheckIntervalMs: 50,
      shedAfterMs: 300,
      restoreAfterMs: 300,
      slotTimeoutMs: 60_000,
      idleTimeoutMs: 60_000,
    },
    { resumeFrom: () => (first === null ? null : { slot: first }) },
  );
  const reader = new StreamReader(manager, null, () =>
    isSlow ? new Promise((resolve) => setTimeout(resolve, 40)) : undefined,
  );
  try {
    await until('live', () => manager.stats().connections.every((connection) => connection.state === 'live'));
    // A few slots on: a stream that opens in the middle of a slot has only the rest of it.
    const from = simulator.chain.tip + 5;
    first = from;
    isSlow = true;
    await until('delayed', () => events.some((event) => event.type === 'grpc.group.delayed'));
    await until('shed', () => manager.stats().shedGroups.includes('external-amm'));
    const carried = manager.stats().connections.flatMap((each) => each.groups);
    expect(carried).toContain('bonding-curve');
    expect(manager.stats().shedGroups).not.toContain('bonding-curve');
    isSlow = false;
    await until('read again', () => events.some((event) => event.type === 'grpc.group.resumed'));
    await until('back', () => manager.stats().shedGroups.length === 0, 20_000);
    expect(events.some((event) => event.type === 'grpc.group.restored')).toBe(true);
    const last = simulator.chain.tip;
    await until('all that was left out', () => reader.missing(traffic, from, last) === 0, 20_000);
  } finally {
    await reader.stop();
    stop.abort();
    await playing;
    await simulator.close();
  }
}, 60_000);
