import type { SlotContent } from '../truth-source.ts';
import type { Block } from './block.ts';
import type { Floor } from './floor.ts';
import { buyCoin, buyFromPool } from './orders.ts';

/** Of the winning block's transactions, how many land on the losing fork too. */
const SHARED = 0.7;

/**
 * Fills the losing twin of a block: most of the winner's transactions, some of them missing, and trades that will never have
 * happened. The block must be a doomed one.
 */
export function fillFork(floor: Floor, block: Block, winner: SlotContent): void {
  const never = 1 + Math.floor(winner.transactions.length * 0.1 * floor.random());
  winner.transactions.forEach((transaction, index) => {
    if (!floor.chance(SHARED)) return;
    block.copy(
      transaction,
      winner.accounts.filter((write) => write.transactionIndex === index),
    );
  });
  for (let i = 0; i < never; i++) tradeInVain(floor, block);
}

function tradeInVain(floor: Floor, block: Block): void {
  const pool = floor.pools[Math.floor(floor.random() * floor.pools.length)];
  const coin = floor.coins.find((one) => !one.complete);
  if (pool !== undefined && floor.chance(0.5)) {
    buyFromPool(floor, block, pool, floor.wallet(), floor.inQuote(pool.coin, floor.lamports(0.1, 2)));
  } else if (coin !== undefined) {
    buyCoin(floor, block, coin, floor.wallet(), floor.inQuote(coin, floor.lamports(0.1, 2)));
  }
}
