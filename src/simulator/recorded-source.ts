import { createHash } from 'node:crypto';
import type { RecordedTransaction } from './recorded-transactions.ts';
import type { SimulatedTransaction, SlotContent, SlotContext, TruthEvent, TruthSource } from './truth-source.ts';

export interface RecordedSourceOptions {
  /** Transactions per slot, on average: 0.5 is one in every second slot. */
  readonly perSlot: number;
  /** Start again at the end, with other signatures, instead of ending. */
  readonly loop: boolean;
  /** Keep the slots and block times of the recording instead of one slot after the other; `perSlot` is then not used. */
  readonly originalSlots: boolean;
}

/** Replays recorded transactions as slots of the simulated chain. */
export class RecordedSource implements TruthSource {
  readonly name = 'recorded';
  readonly #transactions: readonly RecordedTransaction[];
  readonly #options: RecordedSourceOptions;
  #next = 0;
  #round = 0;
  #owed = 0;

  constructor(transactions: readonly RecordedTransaction[], options: RecordedSourceOptions) {
    this.#options = options;
    this.#transactions = options.originalSlots ? [...transactions].sort(byPlace) : transactions;
  }

  nextSlot(context: SlotContext): SlotContent | null {
    return this.#options.originalSlots ? this.#originalSlot(context) : this.#numberedSlot();
  }

  /** What a recording means is for the decoders to find out. */
  truth(): readonly TruthEvent[] {
    return [];
  }

  #numberedSlot(): SlotContent | null {
    if (this.#isAtEnd()) return null;
    this.#owed += this.#options.perSlot;
    const transactions: SimulatedTransaction[] = [];
    for (; this.#owed >= 1 && !this.#isAtEnd(); this.#owed--) transactions.push(this.#take());
    return { transactions, accounts: [], slot: null, blockTime: null };
  }

  #originalSlot({ slot: offered }: SlotContext): SlotContent | null {
    const first = this.#transactions[this.#next];
    if (first === undefined) return null;
    // A recording without a slot number goes into the slot that is offered.
    const slot = first.slot === null || first.slot < offered ? null : first.slot;
    const transactions: SimulatedTransaction[] = [];
    while (this.#transactions[this.#next]?.slot === first.slot) {
      transactions.push((this.#transactions[this.#next++] as RecordedTransaction).transaction);
    }
    return { transactions, accounts: [], slot, blockTime: first.blockTime };
  }

  #isAtEnd(): boolean {
    return this.#transactions.length === 0 || (this.#next >= this.#transactions.length && !this.#options.loop);
  }

  #take(): SimulatedTransaction {
    if (this.#next >= this.#transactions.length) {
      this.#next = 0;
      this.#round++;
    }
    const { transaction } = this.#transactions[this.#next++] as RecordedTransaction;
    return this.#round === 0 ? transaction : resigned(transaction, this.#round);
  }
}

/** The same transaction under another signature, so that a second round is not a duplicate of the first. */
export function resigned(transaction: SimulatedTransaction, round: number): SimulatedTransaction {
  const signature = createHash('sha512').update(transaction.signature).update(String(round)).digest();
  const bytes = Buffer.from(transaction.bytes);
  for (let at = bytes.indexOf(transaction.signature); at >= 0; at = bytes.indexOf(transaction.signature, at + 64)) {
    bytes.set(signature, at);
  }
  return { ...transaction, bytes, signature };
}

function byPlace(a: RecordedTransaction, b: RecordedTransaction): number {
  return (a.slot ?? 0) - (b.slot ?? 0) || a.index - b.index;
}
