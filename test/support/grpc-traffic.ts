import type { SourceItem } from '../../src/domain/update.ts';
import { filtersOf, transactionSignature, transactionSlot } from '../../src/domain/update-reader.ts';
import type { SmartStreamManager } from '../../src/grpc/smart-stream-manager.ts';
import { decodeBase58 } from '../../src/lib/base58.ts';
import type { SimulatedTransaction, TruthSource } from '../../src/simulator/truth-source.ts';
import { GROUPS } from './grpc-settings.ts';
import { aTransaction } from './simulator.ts';

/** What a source published, by group, and how a reader's delivery compares. */
export interface Traffic {
  readonly source: TruthSource;
  /** Signature → slot, per group. */
  readonly published: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** `perSlot` transactions for the first program of every group in every slot, asked anew for each. */
export function trafficSource(perSlot: number | (() => number)): Traffic {
  const count = typeof perSlot === 'number' ? () => perSlot : perSlot;
  const published = new Map<string, Map<string, number>>(GROUPS.map((group) => [group.name, new Map()]));
  const keys = GROUPS.map((group) => decodeBase58(group.programs[0]?.program as string));
  return {
    published,
    source: {
      name: 'traffic',
      truth: () => [],
      nextSlot: ({ slot }) => {
        const transactions: SimulatedTransaction[] = [];
        GROUPS.forEach((group, index) => {
          for (let i = count(); i > 0; i--) {
            const transaction = aTransaction({ keys: [keys[index] as Uint8Array] });
            published.get(group.name)?.set(signatureKey(transaction.signature), slot);
            transactions.push(transaction);
          }
        });
        return { transactions, accounts: [], slot: null, blockTime: null };
      },
    },
  };
}

export function signatureKey(signature: Uint8Array): string {
  return Buffer.from(signature).toString('latin1');
}

/** Reads a manager in the background; remembers first arrivals per group, duplicates, marks and whether order held. */
export class StreamReader {
  readonly marks: Exclude<SourceItem, { type: 'update' }>[] = [];
  readonly arrived = new Map<string, Map<string, number>>();
  duplicates = 0;
  outOfOrder = 0;
  updates = 0;
  /** Of these, broken bytes. */
  unreadable = 0;
  error: unknown = null;
  readonly done: Promise<void>;
  readonly #stop = new AbortController();
  readonly #highest = new Map<string, number>();

  constructor(
    manager: SmartStreamManager,
    from: { slot: number } | null = null,
    pace: (batch: readonly SourceItem[]) => Promise<void> | void = () => {},
  ) {
    this.done = this.#read(manager, from, pace);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.done;
  }

  /** Published between the slots, not arrived. */
  missing(traffic: Traffic, firstSlot: number, lastSlot: number): number {
    let missing = 0;
    for (const [group, published] of traffic.published) {
      const arrived = this.arrived.get(group);
      for (const [signature, slot] of published) {
        if (slot >= firstSlot && slot <= lastSlot && arrived?.has(signature) !== true) missing++;
      }
    }
    return missing;
  }

  async #read(
    manager: SmartStreamManager,
    from: { slot: number } | null,
    pace: (batch: readonly SourceItem[]) => Promise<void> | void,
  ): Promise<void> {
    try {
      for await (const batch of manager.updates(from, this.#stop.signal)) {
        for (const item of batch) this.#take(item);
        const wait = pace(batch);
        if (wait !== undefined) await wait;
      }
    } catch (error) {
      this.error = error;
    }
  }

  #take(item: SourceItem): void {
    if (item.type !== 'update') {
      this.marks.push(item);
      return;
    }
    this.updates++;
    if (item.kind === 'unreadable') this.unreadable++;
    if (item.kind !== 'transaction') return;
    const slot = transactionSlot(item.bytes);
    const key = signatureKey(transactionSignature(item.bytes));
    for (const group of filtersOf(item.bytes)) {
      const arrived = this.arrived.get(group) ?? new Map<string, number>();
      this.arrived.set(group, arrived);
      if (arrived.has(key)) {
        this.duplicates++;
        continue;
      }
      arrived.set(key, slot);
      // Order per group: what is seen for the first time never lies before what was seen.
      const highest = this.#highest.get(group) ?? 0;
      if (slot < highest) this.outOfOrder++;
      else this.#highest.set(group, slot);
    }
  }
}
