import type { Account } from './account.ts';
import type { KnownAccounts } from './known-accounts.ts';
import type { FeeSeats } from './program-context.ts';
import type { Coin, Wallet } from './world.ts';

/** The account lists of pump.fun's instructions, in the order of its interface, with what each account is for (see `Execution.call`). */
export interface AccountList {
  readonly modes: string;
  readonly accounts: readonly Account[];
}

const BUY_MODES = 'rwrwwwSrrwrrrwrrrw';
const SELL_MODES = 'rwrwwwSrwrrrrrrw';
const BUY_V2_MODES = 'rrrrrrwwwwwwwSwwwwrrwwrrrrr';
const SELL_V2_MODES = 'rrrrrrwwwwwwwSwwwwrwwrrrrr';

/** A coin's seat for its holder: the associated token account. */
export function baseAccountOf(wallet: Wallet, coin: Coin): Account {
  return wallet.holdings.get(coin) as Account;
}

/** `buy` and `buy_exact_sol_in`: curves in SOL only. */
export function buyAccounts(known: KnownAccounts, coin: Coin, wallet: Wallet, seats: FeeSeats): AccountList {
  const accounts = [
    ...[known.pumpGlobal, seats.protocol.account, coin.mint.account, coin.curve, coin.curveBase],
    ...[
      baseAccountOf(wallet, coin),
      wallet.account,
      known.system.account,
      coin.mint.program.account,
      coin.creatorVault,
    ],
    ...[known.pumpEventAuthority, known.pump.account, known.pumpVolume, wallet.pumpVolume, known.pumpFeeConfig],
    ...[known.pumpFees.account, coin.curveNext, seats.buyback.account],
  ];
  return { modes: BUY_MODES, accounts };
}

export function sellAccounts(known: KnownAccounts, coin: Coin, wallet: Wallet, seats: FeeSeats): AccountList {
  const accounts = [
    ...[known.pumpGlobal, seats.protocol.account, coin.mint.account, coin.curve, coin.curveBase],
    ...[
      baseAccountOf(wallet, coin),
      wallet.account,
      known.system.account,
      coin.creatorVault,
      coin.mint.program.account,
    ],
    ...[known.pumpEventAuthority, known.pump.account, known.pumpFeeConfig, known.pumpFees.account],
    ...[coin.curveNext, seats.buyback.account],
  ];
  return { modes: SELL_MODES, accounts };
}

/** `buy_v2`, `buy_exact_quote_in_v2` and `sell_v2`: any quote; a curve in SOL names the wrapped-SOL accounts and leaves them alone. */
export function tradeV2Accounts(
  known: KnownAccounts,
  coin: Coin,
  wallet: Wallet,
  seats: FeeSeats,
  isBuy: boolean,
): AccountList {
  const { native, mint } = coin.quote;
  const accounts = [
    ...[known.pumpGlobal, coin.mint.account, mint.account, coin.mint.program.account, mint.program.account],
    ...[
      known.associatedToken.account,
      seats.protocol.account,
      native ? seats.protocol.wrappedSol : seats.protocol.usdc,
    ],
    ...[seats.buyback.account, native ? seats.buyback.wrappedSol : seats.buyback.usdc, coin.curve, coin.curveBase],
    ...[coin.curveQuote, wallet.account, baseAccountOf(wallet, coin), native ? wallet.wrappedSol : wallet.usdc],
    ...[coin.creatorVault, coin.creatorVaultQuote, coin.sharing],
    ...(isBuy ? [known.pumpVolume] : []),
    ...[
      wallet.pumpVolume,
      native ? wallet.volumeSol : wallet.volumeUsdc,
      known.pumpFeeConfig,
      known.pumpFees.account,
      known.system.account,
    ],
    ...[known.pumpEventAuthority, known.pump.account],
  ];
  return { modes: isBuy ? BUY_V2_MODES : SELL_V2_MODES, accounts };
}
