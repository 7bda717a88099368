import type { WholeBlock } from '../../../src/domain/whole-block.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { EngineError } from '../../../src/lib/errors.ts';
import type { Random } from '../../../src/lib/random.ts';
import type { BlockFetcher } from '../../../src/recovery/gaps/gap-filler.ts';
import { type BlockMeta, createdAtField, type SimulatedUpdate } from '../../../src/simulator/simulated-update.ts';
import type { RpcPlan } from './fault-plan.ts';

interface Block {
  readonly bodies: Uint8Array[];
  meta: BlockMeta | null;
  isConfirmed: boolean;
}

/** A Solana RPC node of the simulated chain, in virtual time: whole confirmed blocks, of all transactions and without any filter's name. */
export class VirtualRpc {
  readonly #plan: RpcPlan;
  readonly #random: Random;
  readonly #blocks = new Map<number, Block>();
  /** False once the world is asked to be good. */
  isFaulty = true;
  /** Blocks that were handed over. */
  served = 0;

  constructor(plan: RpcPlan, random: Random) {
    this.#plan = plan;
    this.#random = random;
  }

  hear(update: SimulatedUpdate): void {
    const block = this.#blocks.get(update.slot) ?? { bodies: [], meta: null, isConfirmed: false };
    this.#blocks.set(update.slot, block);
    if (update.kind === 'transaction') block.bodies.push(update.body);
    else if (update.kind === 'blockMeta') block.meta = update.meta;
    else if (update.kind === 'slot') block.isConfirmed ||= update.status === 'confirmed';
  }

  /** The node as one process sees it; `onServed` may kill that process. */
  fetcher(clock: Clock, onServed: () => void): BlockFetcher {
    const answer = async (signal: AbortSignal) => {
      await clock.sleep(this.#random() * this.#plan.latencyMs, signal);
      if (this.#chance(this.#plan.failShare))
        throw new EngineError('RPC_FAILED', 'The virtual node refused.', { retryable: true });
    };
    return {
      confirmedSlots: async (from, to, signal) => {
        await answer(signal);
        const slots = [...this.#blocks].filter(([slot, { isConfirmed }]) => isConfirmed && from <= slot && slot <= to);
        return slots.map(([slot]) => slot).sort((a, b) => a - b);
      },
      block: async (slot, signal) => {
        await answer(signal);
        const block = this.#chance(this.#plan.absentShare) ? null : this.#filled(slot);
        if (block === null) return null;
        this.served++;
        if (this.#chance(this.#plan.crashShare)) clock.after(this.#random() * 50, onServed);
        return block;
      },
    };
  }

  #chance(share: number): boolean {
    return this.isFaulty && this.#random() < share;
  }

  #filled(slot: number): WholeBlock | null {
    const block = this.#blocks.get(slot);
    if (block === undefined || block.meta === null || !block.isConfirmed) return null;
    const { parent, blockhash, parentBlockhash, blockTime } = block.meta;
    const createdAt = createdAtField(blockTime * 1_000);
    const updates = block.bodies.map((body) => Buffer.concat([body, createdAt]));
    return { slot, parent, blockhash, parentBlockhash, blockTime, transactionCount: updates.length, updates };
  }
}
