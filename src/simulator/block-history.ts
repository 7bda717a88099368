import { COMMITMENTS, type Commitment } from '../domain/slot.ts';
import type { BlockMeta, SimulatedUpdate } from './simulated-update.ts';

const REMEMBERED = 500;
/** A blockhash can be named by transactions for this many blocks. */
const BLOCKHASH_LIFETIME = 150;

/** What the unary methods answer from: the newest block at each commitment level and the recent blockhashes. */
export class BlockHistory {
  readonly #metas = new Map<number, BlockMeta>();
  readonly #byHash = new Map<string, BlockMeta>();
  readonly #newest = new Map<Commitment, BlockMeta>();
  readonly #reached = new Map<number, number>();

  add(update: SimulatedUpdate): void {
    if (update.kind === 'blockMeta') {
      this.#metas.set(update.slot, update.meta);
      this.#byHash.set(update.meta.blockhash, update.meta);
      this.#forget();
      this.#raise(update.slot);
    } else if (update.kind === 'slot' && COMMITMENTS.includes(update.status as Commitment)) {
      const level = COMMITMENTS.indexOf(update.status as Commitment) + 1;
      this.#reached.set(update.slot, Math.max(level, this.#reached.get(update.slot) ?? 0));
      this.#raise(update.slot);
    }
  }

  newest(commitment: Commitment): BlockMeta | null {
    return this.#newest.get(commitment) ?? null;
  }

  isValid(blockhash: string, commitment: Commitment): boolean {
    const block = this.#byHash.get(blockhash);
    const newest = this.newest(commitment);
    return block !== undefined && newest !== null && block.height + BLOCKHASH_LIFETIME >= newest.height;
  }

  lastValidHeight(block: BlockMeta): number {
    return block.height + BLOCKHASH_LIFETIME;
  }

  #raise(slot: number): void {
    const meta = this.#metas.get(slot);
    if (meta === undefined) return;
    for (const commitment of COMMITMENTS.slice(0, this.#reached.get(slot) ?? 0)) {
      const newest = this.#newest.get(commitment);
      if (newest === undefined || newest.slot < slot) this.#newest.set(commitment, meta);
    }
  }

  #forget(): void {
    for (const [slot, meta] of this.#metas) {
      if (this.#metas.size <= REMEMBERED) return;
      this.#metas.delete(slot);
      this.#byHash.delete(meta.blockhash);
      this.#reached.delete(slot);
    }
  }
}
