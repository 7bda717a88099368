import type { Account } from './account.ts';
import type { KnownAccounts } from './known-accounts.ts';
import type { FeeSeats } from './program-context.ts';
import type { AccountList } from './pump-fun-accounts.ts';
import type { Pool, Wallet } from './world.ts';

/** The account lists of PumpSwap's trades, in the order of its interface. */
const BUY_MODES = 'wSrrrwwwwrwrrrrrrwrrwrrrrw';
const SELL_MODES = 'wSrrrwwwwrwrrrrrrwrrrrrw';

/** The account list of a swap, as PumpSwap's interface orders it. */
export function swapAccounts(
  known: KnownAccounts,
  pool: Pool,
  wallet: Wallet,
  seats: FeeSeats,
  isBuy: boolean,
): AccountList {
  const { coin } = pool;
  const quote = coin.quote;
  const accounts = [
    ...[pool.account, wallet.account, known.swapConfig, coin.mint.account, quote.mint.account],
    ...[
      wallet.holdings.get(coin) as Account,
      quoteAccountOf(wallet, pool),
      pool.base,
      pool.quote,
      seats.protocol.account,
    ],
    ...[
      quote.native ? seats.protocol.wrappedSol : seats.protocol.usdc,
      coin.mint.program.account,
      quote.mint.program.account,
    ],
    ...[known.system.account, known.associatedToken.account, known.swapEventAuthority, known.pumpSwap.account],
    ...[pool.creatorVault, pool.creatorAuthority],
    ...(isBuy ? [known.swapVolume, wallet.swapVolume] : []),
    ...[known.swapFeeConfig, known.pumpFees.account, pool.next, seats.buyback.account],
    quote.native ? seats.buyback.wrappedSol : seats.buyback.usdc,
  ];
  return { modes: isBuy ? BUY_MODES : SELL_MODES, accounts };
}

/** The token account a trade in this pool pays from: an order in SOL wraps it first. */
export function quoteAccountOf(wallet: Wallet, pool: Pool): Account {
  return pool.coin.quote.native ? wallet.wrappedSol : wallet.usdc;
}
