import type { Block } from './block.ts';
import type { Floor } from './floor.ts';
import { depositFor, withdrawalFor } from './pool-arithmetic.ts';
import { quoteAccountOf } from './pump-swap-accounts.ts';
import { depositLiquidity, withdrawLiquidity } from './pump-swap-liquidity.ts';
import type { Pool, Wallet } from './world.ts';

/** People who give their coins to a pool for a share of its fees, take them back, or burn coins for good. */
const UNITS = 300_000;

export function changeLiquidity(floor: Floor, block: Block, pool: Pool): void {
  const provider = floor.wallets.find((wallet) => (wallet.shares.get(pool)?.holding?.amount ?? 0n) > 0n);
  if (provider !== undefined && floor.chance(0.5)) {
    withdraw(floor, block, pool, provider);
    return;
  }
  const held = floor.holder(pool.coin);
  if (held === null) return;
  if (floor.chance(0.15)) burnCoins(floor, block, pool, held.wallet, held.amount / 10n);
  else deposit(floor, block, pool, held.wallet, held.amount);
}

/** As many shares as half of the provider's coins buy, if he has the quote for them too. */
function deposit(floor: Floor, block: Block, pool: Pool, wallet: Wallet, amount: bigint): void {
  const lp = (pool.reserves.lpSupply * (amount / 2n)) / pool.reserves.base;
  if (lp < 1_000n) return;
  const needs = depositFor(pool.reserves, lp);
  const most = { base: needs.base + needs.base / 100n, quote: needs.quote + needs.quote / 100n };
  const owned = pool.coin.quote.native
    ? wallet.account.lamports / 2n
    : (quoteAccountOf(wallet, pool).holding?.amount ?? 0n);
  if (owned < most.quote) return;
  const share = floor.builder.shareSeat(wallet, pool);
  const x = floor.desk.open(wallet, 1, UNITS);
  floor.context.tokens.createAssociated(x, wallet.account, share, wallet.account, pool.lpMint, true);
  floor.desk.wrap(x, pool, wallet, most.quote);
  depositLiquidity(x, floor.context, pool, wallet, lp, most.base, most.quote);
  floor.desk.unwrap(x, pool, wallet);
  block.add(x, [], [pool]);
}

function withdraw(floor: Floor, block: Block, pool: Pool, wallet: Wallet): void {
  const owned = wallet.shares.get(pool)?.holding?.amount ?? 0n;
  const lp = floor.chance(0.5) ? owned : owned / 2n;
  const gets = withdrawalFor(pool.reserves, lp);
  if (gets.base === 0n || gets.quote === 0n) return;
  const x = floor.desk.open(wallet, 1, UNITS);
  floor.desk.openSeat(x, pool.coin, wallet);
  floor.desk.wrap(x, pool, wallet, 0n);
  withdrawLiquidity(x, floor.context, pool, wallet, lp, (gets.base * 99n) / 100n, (gets.quote * 99n) / 100n);
  floor.desk.unwrap(x, pool, wallet);
  block.add(x, [], [pool]);
}

function burnCoins(floor: Floor, block: Block, pool: Pool, wallet: Wallet, amount: bigint): void {
  const seat = wallet.holdings.get(pool.coin);
  if (seat === undefined || amount === 0n) return;
  const x = floor.desk.open(wallet, 1, 60_000);
  floor.context.tokens.burn(x, pool.coin.mint, seat, wallet.account, amount);
  block.add(x, [], []);
}
