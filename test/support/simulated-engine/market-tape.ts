import { MarketModel } from '../../../src/simulator/market/market-model.ts';
import { MARKET_DEFAULTS } from '../../../src/simulator/market/market-options.ts';
import type { SlotContent, SlotContext, TruthSource } from '../../../src/simulator/truth-source.ts';

/** Markets that are made. What a world does to its chain, and to the engine, is its own; what is traded on it need not be. */
const TAPES = 5;
const SLOT_SECONDS = 0.4;

const recordings = new Map<number, Recording>();

/** A market as a source: made once in a process, since making one costs as much as everything else of a world. */
export class MarketTape implements TruthSource {
  readonly name: string;
  readonly #recording: Recording;
  #next = 0;

  constructor(seed: number) {
    const number = seed % TAPES;
    this.name = `market tape ${number}`;
    this.#recording = recordings.get(number) ?? new Recording(number);
    recordings.set(number, this.#recording);
  }

  nextSlot(): SlotContent {
    return this.#recording.slot(this.#next++);
  }

  forkSlot(_context: SlotContext, winner: SlotContent): SlotContent {
    return this.#recording.forkOf(winner);
  }

  truth(): readonly never[] {
    return [];
  }
}

/** Grows as it is asked; what a slot holds depends on the slots before it alone, never on who asked. */
class Recording {
  readonly #model: MarketModel;
  readonly #slots: SlotContent[] = [];
  readonly #forks = new Map<SlotContent, SlotContent>();

  constructor(seed: number) {
    const market = { ...MARKET_DEFAULTS, seed, transactionsPerSlot: 3, wallets: 40, activeCoins: 8, activePools: 6 };
    this.#model = new MarketModel(market);
  }

  slot(index: number): SlotContent {
    for (let next = this.#slots.length; next <= index; next++) {
      const context = contextOf(next);
      const content = this.#model.nextSlot(context) as SlotContent;
      this.#slots.push(content);
      this.#forks.set(content, this.#model.forkSlot(context, content));
    }
    return this.#slots[index] as SlotContent;
  }

  forkOf(winner: SlotContent): SlotContent {
    return this.#forks.get(winner) ?? winner;
  }
}

function contextOf(index: number): SlotContext {
  const slot = 300_000_000 + index;
  const blockTime = 1_780_000_000 + Math.floor(index * SLOT_SECONDS);
  return { slot, parent: slot - 1, blockTime, recentBlockhash: new Uint8Array(32).fill(index % 251) };
}
