import { World } from '../../scripts/fault/world.ts';
import { encodeBase58 } from '../../src/lib/base58.ts';
import { NO_FAULTS } from '../../src/simulator/faults/fault-script.ts';
import type { TransactionUpdate } from '../../src/simulator/simulated-update.ts';
import { startBlockRpc } from '../support/block-rpc-server.ts';
import { eventually } from '../support/engine.ts';
import { temporaryFolder } from '../support/output.ts';
import { services } from '../support/services.ts';

interface Gap {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  readonly filledBy: string | null;
}

test('a transaction that comes damaged makes its slot a gap, and the whole block brings what it told', async () => {
  const folder = temporaryFolder();
  const env: Record<string, string> = { RECOVERY_RPC_RATE: '500' };
  const options = { rate: 300, slotMs: 50, replaySlots: 200, script: NO_FAULTS, env };
  const world = await World.open({ seed: 5, brokerUrl: services().rabbitmqUrl, folder: folder.path, ...options });
  const damaged = damageOne(world);
  // Outside of it: what the node answers is whole.
  const rpc = await startBlockRpc(world.simulator);
  env['SOLANA_RPC_URLS'] = rpc.url;
  try {
    const engine = await world.begin();
    await eventually('events arrive', async () => world.freshestMs > 0);
    damaged.next();
    await eventually('one was damaged', async () => damaged.slot() !== null);
    const slot = damaged.slot() ?? 0;
    const gaps = async () =>
      (await engine.get<{ gaps: readonly Gap[] }>(`/api/completeness?from=${slot}&to=${slot}`)).gaps;
    await eventually('the gap is closed', async () => (await gaps()).some(({ filledBy }) => filledBy !== null));
    expect(await gaps()).toMatchObject([{ from: slot, to: slot, reason: 'unreadable' }]);
    await world.finish();
    expect(world.judge().flatMap(({ lost, unexpected }) => [...lost, ...unexpected])).toEqual([]);
    expect(await engine.get('/api/output/stats')).toMatchObject({ quarantine: { byReason: { malformed: 1 } } });
    expect(await engine.stop('SIGTERM')).toBe(0);
  } finally {
    await world.close();
    await rpc.close();
    folder.remove();
  }
}, 60_000);

/** Damages, when it is told to, the next transaction that has something to tell, in every stream it goes to. */
function damageOne(world: World): { next(): void; slot(): number | null } {
  let isDue = false;
  let slot: number | null = null;
  const { server } = world.simulator;
  const publish = server.publish.bind(server);
  server.publish = (update) => {
    if (!isDue || update.kind !== 'transaction' || !tells(world, update)) {
      publish(update);
      return;
    }
    isDue = false;
    slot = update.slot;
    publish({ ...update, body: damagedBody(update) });
  };
  return {
    next: () => {
      isDue = true;
    },
    slot: () => slot,
  };
}

function tells(world: World, { transaction }: TransactionUpdate): boolean {
  const signature = encodeBase58(transaction.signature);
  return [...world.tapped.expected.values()].some((event) => event.signature === signature);
}

/** Its slot and signature can still be read. */
function damagedBody({ body, transaction }: TransactionUpdate): Uint8Array {
  const damaged = Buffer.from(body);
  const behindSignature = damaged.indexOf(transaction.signature) + transaction.signature.length;
  const message = damaged.indexOf(TRANSACTION_FIELD, behindSignature);
  // Behind the tag and a length of two bytes.
  damaged[message + 3] = NO_WIRE_TYPE;
  return damaged;
}

const TRANSACTION_FIELD = (3 << 3) | 2;
const NO_WIRE_TYPE = 0x07;
