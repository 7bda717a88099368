import type { Account } from './account.ts';
import { shareOf } from './curve-arithmetic.ts';
import type { CurveFill } from './curve-orders.ts';
import { TRADE_EVENT } from './event-layouts.ts';
import type { Execution } from './execution.ts';
import { BUYBACK_BASIS_POINTS, CURVE_FEES } from './fee-schedule.ts';
import { emitEvent, type FeeSeats, type ProgramContext } from './program-context.ts';
import type { Coin, Wallet } from './world.ts';

/** What pump.fun says about a trade: the reserves as they are after it. */

/** Curves in SOL name the default key, which is also the System program's. */
export function quoteMintOf(coin: Coin, context: ProgramContext): Account {
  return coin.quote.native ? context.known.system.account : coin.quote.mint.account;
}

export function emitTrade(
  x: Execution,
  context: ProgramContext,
  coin: Coin,
  wallet: Wallet,
  fill: CurveFill,
  seats: FeeSeats,
  isBuy: boolean,
  name: string,
  limit: bigint,
): void {
  const { known } = context;
  const { reserves } = coin;
  const inSol = (amount: bigint): bigint => (coin.quote.native ? amount : 0n);
  const values = {
    mint: coin.mint.account,
    sol_amount: inSol(fill.quote),
    token_amount: fill.base,
    is_buy: isBuy,
    user: wallet.account,
    timestamp: context.blockTime,
    virtual_sol_reserves: inSol(reserves.virtualQuote),
    virtual_token_reserves: reserves.virtualBase,
    real_sol_reserves: inSol(reserves.realQuote),
    real_token_reserves: reserves.realBase,
    fee_recipient: seats.protocol.account,
    fee_basis_points: CURVE_FEES.protocol,
    fee: fill.protocolFee,
    creator: coin.creator.account,
    creator_fee_basis_points: CURVE_FEES.creator,
    creator_fee: fill.creatorFee,
    track_volume: false,
    ix_name: name,
    mayhem_mode: false,
    buyback_fee_basis_points: BUYBACK_BASIS_POINTS,
    buyback_fee: shareOf(fill.protocolFee, BUYBACK_BASIS_POINTS),
    quote_mint: quoteMintOf(coin, context),
    quote_amount: fill.quote,
    virtual_quote_reserves: reserves.virtualQuote,
    real_quote_reserves: reserves.realQuote,
    limit,
    label: wallet.label,
  };
  emitEvent(
    x,
    context,
    known.pump,
    known.pumpEventAuthority,
    TRADE_EVENT,
    isBuy ? 'pump-fun.buy' : 'pump-fun.sell',
    values,
  );
}
