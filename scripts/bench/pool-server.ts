import { geyser, type MessageCodec } from '../../src/domain/geyser-messages.ts';
import type { ProgramGroup } from '../../src/domain/interest.ts';
import { decodeBase58 } from '../../src/lib/base58.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { STRAIGHT_CHAIN } from '../../src/simulator/chain-plan.ts';
import { MAINNET, openSimulator } from '../../src/simulator/simulator.ts';
import type { SimulatedTransaction, TruthSource } from '../../src/simulator/truth-source.ts';

/** The far side of the pool benchmark, in a process of its own: numbered transactions of 8 kB for every group. */
export interface ServerOrder {
  readonly groups: readonly ProgramGroup[];
  readonly perGroupAndSlot: number;
  /** 0: as fast as the readers take it. */
  readonly slotMs: number;
}

const PAYLOAD_BYTES = 7600;

function numberedSource(order: ServerOrder): TruthSource {
  const codec = geyser['SubscribeUpdateTransactionInfo'] as MessageCodec<object>;
  const keys = order.groups.map((group) => decodeBase58(group.programs[0]?.program as string));
  const logs = [Buffer.alloc(PAYLOAD_BYTES, 'x').toString()];
  const counters = keys.map(() => 0);
  const make = (group: number): SimulatedTransaction => {
    // Group and running number stand in the signature, so that a hole in what arrives is seen without a second channel.
    const signature = Buffer.alloc(64);
    signature.writeUInt32BE(group + 1, 0);
    const number = (counters[group] as number) + 1;
    counters[group] = number;
    signature.writeUInt32BE(number, 4);
    const key = keys[group] as Uint8Array;
    const message = { accountKeys: [key], instructions: [] };
    const bytes = codec.encode(
      codec.fromPartial({ signature, transaction: { signatures: [signature], message }, meta: { logMessages: logs } }),
    );
    return { bytes: bytes.finish(), signature, failed: false, vote: false, keys: [key] };
  };
  return {
    name: 'numbered',
    truth: () => [],
    nextSlot: () => {
      const transactions: SimulatedTransaction[] = [];
      for (let i = 0; i < order.perGroupAndSlot; i++) for (let g = 0; g < keys.length; g++) transactions.push(make(g));
      return { transactions, accounts: [], slot: null, blockTime: null };
    },
  };
}

async function serve(order: ServerOrder): Promise<void> {
  const simulator = await openSimulator({
    ...MAINNET,
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
    token: null,
    firstSlot: 1000,
    slotMs: order.slotMs,
    plan: STRAIGHT_CHAIN,
    source: numberedSource(order),
  });
  const stop = new AbortController();
  process.once('disconnect', () => process.exit(0));
  process.once('message', () => stop.abort());
  process.send?.({ url: simulator.url });
  await simulator.producer.run(stop.signal);
  await simulator.close();
  process.exit(0);
}

process.once('message', (order: ServerOrder) => void serve(order));
