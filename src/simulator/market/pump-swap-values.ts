import type { Account } from './account.ts';
import { CURVE_SUPPLY, shareOf } from './curve-arithmetic.ts';
import { BUYBACK_BASIS_POINTS } from './fee-schedule.ts';
import type { PoolFill } from './pool-orders.ts';
import type { FeeSeats, ProgramContext } from './program-context.ts';
import { quoteAccountOf } from './pump-swap-accounts.ts';
import type { Pool, Wallet } from './world.ts';

/** What the events of PumpSwap's trades have in common. */

/** What the event tells of the reserves: as they were before the swap. */
export function balances(wallet: Wallet, pool: Pool) {
  return {
    user_base_token_reserves: wallet.holdings.get(pool.coin)?.holding?.amount ?? 0n,
    user_quote_token_reserves: quoteAccountOf(wallet, pool).holding?.amount ?? 0n,
    pool_base_token_reserves: pool.reserves.base,
    pool_quote_token_reserves: pool.reserves.quote,
  };
}

export function swapValues(context: ProgramContext, pool: Pool, wallet: Wallet, fill: PoolFill, seats: FeeSeats) {
  const { native } = pool.coin.quote;
  return {
    timestamp: context.blockTime,
    lp_fee_basis_points: fill.rates.lp,
    lp_fee: fill.lpFee,
    protocol_fee_basis_points: fill.rates.protocol,
    protocol_fee: fill.protocolFee,
    pool: pool.account,
    user: wallet.account,
    user_base_token_account: wallet.holdings.get(pool.coin) as Account,
    user_quote_token_account: quoteAccountOf(wallet, pool),
    protocol_fee_recipient: seats.protocol.account,
    protocol_fee_recipient_token_account: native ? seats.protocol.wrappedSol : seats.protocol.usdc,
    coin_creator: pool.coin.creator.account,
    coin_creator_fee_basis_points: fill.rates.creator,
    coin_creator_fee: fill.creatorFee,
    buyback_fee_basis_points: BUYBACK_BASIS_POINTS,
    buyback_fee: shareOf(fill.protocolFee, BUYBACK_BASIS_POINTS),
    virtual_quote_reserves: pool.reserves.virtualQuote,
    can_boost: pool.canBoost,
    base_supply: CURVE_SUPPLY,
    mint: pool.coin.mint.account,
    label: wallet.label,
  };
}
