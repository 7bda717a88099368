import { World } from '../../scripts/fault/world.ts';
import { NO_FAULTS } from '../../src/simulator/faults/fault-script.ts';
import { startBlockRpc } from '../support/block-rpc-server.ts';
import { eventually } from '../support/engine.ts';
import { temporaryFolder } from '../support/output.ts';
import { services } from '../support/services.ts';

const REPLAY_SLOTS = 20;
const SLOT_MS = 50;

interface Recovery {
  readonly breakers: readonly { readonly kind: string; readonly state: string }[];
  readonly openGaps: readonly unknown[];
  readonly recall: { readonly samples: number; readonly expected: number; readonly recall: number | null } | null;
}

test('what the provider no longer replays is filled from whole blocks, and what was called complete is compared with them', async () => {
  const folder = temporaryFolder();
  const env: Record<string, string> = { RECOVERY_RECALL_INTERVAL_MS: '100', RECOVERY_RPC_RATE: '500' };
  const options = { rate: 300, slotMs: SLOT_MS, replaySlots: REPLAY_SLOTS, script: NO_FAULTS, env };
  const world = await World.open({ seed: 3, brokerUrl: services().rabbitmqUrl, folder: folder.path, ...options });
  const rpc = await startBlockRpc(world.simulator);
  env['SOLANA_RPC_URLS'] = rpc.url;
  const told: string[] = [];
  world.onDelivery = (queue, { type }) => {
    if (type.startsWith('stream.gap.') && !world.tally.isStream(queue)) told.push(type);
  };
  try {
    const first = await world.begin();
    await eventually('events arrive', async () => world.freshestMs > 0);
    await first.stop('SIGKILL');
    const from = world.simulator.chain.tip;
    await eventually('the ring moved on', async () => world.simulator.chain.tip > from + 2 * REPLAY_SLOTS);
    const second = await world.startEngine();
    const recovery = () => second.get<Recovery>('/api/recovery/stats');
    await eventually('the gap was told open and closed', async () => told.includes('stream.gap.closed'));
    await eventually('no gap is open', async () => (await recovery()).openGaps.length === 0);
    await eventually('slots were compared', async () => ((await recovery()).recall?.expected ?? 0) > 20);
    const to = world.simulator.chain.tip - 10;
    await eventually('all is accounted for', async () => {
      const { slots } = await second.get<{ slots: Record<string, number> }>(`/api/completeness?from=${from}&to=${to}`);
      return (
        (slots['complete'] ?? 0) > 0 && (slots['gap'] ?? 0) + (slots['unknown'] ?? 0) + (slots['pending'] ?? 0) === 0
      );
    });
    await world.finish();
    expect(told).toContain('stream.gap.opened');
    expect((await recovery()).breakers.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'connection closed',
      'broker closed',
      'rpc closed',
    ]);
    expect((await recovery()).recall).toMatchObject({ recall: 1 });
    const verdicts = world.judge();
    expect(verdicts.flatMap(({ lost, unexpected }) => [...lost, ...unexpected])).toEqual([]);
    expect(await second.stop('SIGTERM')).toBe(0);
  } finally {
    await world.close();
    await rpc.close();
    folder.remove();
  }
}, 60_000);
