import { createHash } from 'node:crypto';
import type { Transaction } from '../../../../src/domain/transaction.ts';
import { readTransaction } from '../../../../src/domain/wire-transaction.ts';
import { MarketModel } from '../../../../src/simulator/market/market-model.ts';
import { MARKET_DEFAULTS, type MarketOptions } from '../../../../src/simulator/market/market-options.ts';
import { transactionUpdate } from '../../../../src/simulator/simulated-update.ts';
import type { SlotContent, SlotContext } from '../../../../src/simulator/truth-source.ts';

export const FIRST_SLOT = 1_000;
const BLOCK_TIME = 1_790_000_000;

export interface PlayedSlot {
  readonly slot: number;
  readonly content: SlotContent;
}

export function slotContext(slot: number): SlotContext {
  const recentBlockhash: Uint8Array = createHash('sha256')
    .update(`block ${slot - 1}`)
    .digest();
  return { slot, parent: slot - 1, blockTime: BLOCK_TIME + Math.floor((slot - FIRST_SLOT) * 0.4), recentBlockhash };
}

/** A market that has run for so many slots. */
export function playMarket(
  slots: number,
  options: Partial<MarketOptions>,
): { readonly model: MarketModel; readonly played: PlayedSlot[] } {
  const model = new MarketModel({ ...MARKET_DEFAULTS, wallets: 80, truthLimit: 1_000_000, ...options });
  const played: PlayedSlot[] = [];
  for (let slot = FIRST_SLOT; slot < FIRST_SLOT + slots; slot++) {
    const content = model.nextSlot(slotContext(slot));
    if (content !== null) played.push({ slot, content });
  }
  return { model, played };
}

/** Everything that was played, as an engine would read it off the stream. */
export function* readPlayed(played: readonly PlayedSlot[]): Generator<Transaction> {
  for (const { slot, content } of played) {
    for (let index = 0; index < content.transactions.length; index++) {
      const transaction = content.transactions[index];
      if (transaction !== undefined) yield readTransaction(transactionUpdate(slot, index, transaction).body);
    }
  }
}
