import type { SimulatedTransaction, SlotContent, SlotContext, TruthEvent, TruthSource } from '../truth-source.ts';

/** Where the signature stands in the bytes: after the tag and length of field 1, and again as first field of the transaction. */
const FIRST_SIGNATURE = 2;
const SIGNATURE_BYTES = 64;

/**
 * Slots made beforehand, played again and again for a reader that is faster than any market: every lap has signatures of its own, all
 * else repeats. What it says about the market is true for the first lap only, so it claims to know nothing.
 */
export class MarketRing implements TruthSource {
  readonly name: string;
  readonly #slots: readonly SlotContent[];
  #played = 0;

  constructor(source: TruthSource, contexts: readonly SlotContext[]) {
    this.name = `${source.name}, ${contexts.length} slots in a ring`;
    this.#slots = contexts.flatMap((context) => source.nextSlot(context) ?? []);
  }

  nextSlot(_context: SlotContext): SlotContent | null {
    const slot = this.#slots[this.#played % this.#slots.length];
    if (slot === undefined) return null;
    const lap = Math.floor(this.#played++ / this.#slots.length);
    if (lap === 0) return slot;
    const transactions = slot.transactions.map((transaction) => relabelled(transaction, lap));
    // Account writes name their transaction by its signature; on later laps they would name another's, so they stay away.
    return { ...slot, transactions, accounts: [] };
  }

  truth(): readonly TruthEvent[] {
    return [];
  }
}

/** The same transaction under another signature: its first four bytes are the lap's number. */
function relabelled(transaction: SimulatedTransaction, lap: number): SimulatedTransaction {
  const bytes = Buffer.from(transaction.bytes);
  bytes.writeUInt32BE(lap, FIRST_SIGNATURE);
  bytes.writeUInt32BE(lap, secondSignature(bytes));
  return { ...transaction, bytes, signature: bytes.subarray(FIRST_SIGNATURE, FIRST_SIGNATURE + SIGNATURE_BYTES) };
}

function secondSignature(bytes: Buffer): number {
  let at = FIRST_SIGNATURE + SIGNATURE_BYTES + 1;
  while ((bytes[at] as number) >= 0x80) at++;
  return at + 1 + FIRST_SIGNATURE;
}
