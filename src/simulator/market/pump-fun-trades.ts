import type { Account } from './account.ts';
import { afterBuy, afterSell, curveMarketCap, shareOf } from './curve-arithmetic.ts';
import { type BuyOrder, type CurveFill, fillBuy, fillSell, type SellOrder } from './curve-orders.ts';
import { COMPLETE_EVENT } from './event-layouts.ts';
import type { Execution } from './execution.ts';
import { BUYBACK_BASIS_POINTS, CURVE_FEES } from './fee-schedule.ts';
import {
  askFees,
  emitEvent,
  type FeeSeats,
  instruction,
  instructionData,
  type ProgramContext,
} from './program-context.ts';
import { type AccountList, baseAccountOf, buyAccounts, sellAccounts, tradeV2Accounts } from './pump-fun-accounts.ts';
import { emitTrade, quoteMintOf } from './pump-fun-trade-event.ts';
import type { Coin, Wallet } from './world.ts';

/** Buys and sells on a bonding curve, as the program executes them. */
const IX = {
  buy: { data: instruction('buy'), log: 'Instruction: Buy', name: 'buy' },
  buy_exact_sol_in: {
    data: instruction('buy_exact_sol_in'),
    log: 'Instruction: BuyExactSolIn',
    name: 'buy_exact_sol_in',
  },
  buy_v2: { data: instruction('buy_v2'), log: 'Instruction: BuyV2', name: 'buy' },
  buy_exact_quote_in_v2: {
    data: instruction('buy_exact_quote_in_v2'),
    log: 'Instruction: BuyExactQuoteInV2',
    name: 'buy_exact_quote_in',
  },
  sell: { data: instruction('sell'), log: 'Instruction: Sell', name: 'sell' },
  sell_v2: { data: instruction('sell_v2'), log: 'Instruction: SellV2', name: 'sell' },
} as const;

const VOLUME_ACCOUNT_RENT = 1_844_400n;
const VOLUME_ACCOUNT_SPACE = 137n;
const BUY_UNITS = 48_000;
const SELL_UNITS = 36_000;
const TOO_MUCH_SOL_REQUIRED = 6002;
const TOO_LITTLE_SOL_RECEIVED = 6003;
const CURVE_COMPLETE = 6005;
const TOO_FEW_TOKENS = 6042;
const FILE = 'programs/pump/src/instructions';

export function buyOnCurve(
  x: Execution,
  context: ProgramContext,
  coin: Coin,
  wallet: Wallet,
  order: BuyOrder,
  seats: FeeSeats,
): void {
  const { known, tokens } = context;
  const ix = IX[order.variant];
  const older = order.variant === 'buy' || order.variant === 'buy_exact_sol_in';
  const exactIn = ix.name !== 'buy';
  const list = older ? buyAccounts(known, coin, wallet, seats) : tradeV2Accounts(known, coin, wallet, seats, true);
  const [first, second] = exactIn ? [order.quote, order.base] : [order.base, order.quote];
  const data = instructionData.begin().raw(ix.data).u64(first).u64(second);
  // The older instructions carry the track_volume option.
  const bytes = (older ? data.u8(0) : data).take();
  x.call(known.pump, list.modes, list.accounts, bytes, () => {
    x.log(ix.log);
    x.charge(BUY_UNITS);
    if (coin.complete) anchorFailure(x, 'buy.rs:47', 'BondingCurveComplete', CURVE_COMPLETE);
    if (!older && wallet.pumpVolume.owner === null) {
      tokens.createAccount(x, wallet.account, wallet.pumpVolume, VOLUME_ACCOUNT_RENT, VOLUME_ACCOUNT_SPACE, known.pump);
    }
    const fill = fillBuy(coin, order);
    askFees(
      x,
      context,
      known.pump,
      known.pumpFeeConfig,
      curveMarketCap(coin.reserves),
      exactIn ? order.quote : fill.quote,
      CURVE_FEES,
    );
    const cost = fill.quote + fill.protocolFee + fill.creatorFee;
    if (!exactIn && cost > order.quote)
      anchorFailure(x, 'buy.rs:149', 'TooMuchSolRequired', TOO_MUCH_SOL_REQUIRED, order.quote, cost);
    if (exactIn && fill.base < order.base)
      anchorFailure(x, 'buy.rs:163', 'BuySlippageBelowMinTokensOut', TOO_FEW_TOKENS, fill.base, order.base);
    tokens.transfer(x, coin.mint, coin.curveBase, baseAccountOf(wallet, coin), coin.curve, fill.base);
    payBuy(x, context, coin, wallet, fill, seats);
    moveCurve(x, coin, () => afterBuy(coin.reserves, fill.base, fill.quote));
    emitTrade(x, context, coin, wallet, fill, seats, true, ix.name, order.quote);
    if (coin.reserves.realBase === 0n) completeCurve(x, context, coin, wallet);
  });
}

/** The quote side of a buy, in the order in which the program pays: creator, curve, protocol, buyback. */
function payBuy(
  x: Execution,
  context: ProgramContext,
  coin: Coin,
  wallet: Wallet,
  fill: CurveFill,
  seats: FeeSeats,
): void {
  const { tokens } = context;
  const buyback = shareOf(fill.protocolFee, BUYBACK_BASIS_POINTS);
  const protocol = fill.protocolFee - buyback;
  if (coin.quote.native) {
    tokens.transferSol(x, wallet.account, coin.creatorVault, fill.creatorFee);
    tokens.transferSol(x, wallet.account, coin.curve, fill.quote);
    tokens.transferSol(x, wallet.account, seats.protocol.account, protocol);
    tokens.transferSol(x, wallet.account, seats.buyback.account, buyback);
    return;
  }
  const pay = (to: Account, amount: bigint) =>
    tokens.transfer(x, coin.quote.mint, wallet.usdc, to, wallet.account, amount);
  pay(coin.creatorVaultQuote, fill.creatorFee);
  pay(coin.curveQuote, fill.quote);
  pay(seats.protocol.usdc, protocol);
  pay(seats.buyback.usdc, buyback);
}

export function sellOnCurve(
  x: Execution,
  context: ProgramContext,
  coin: Coin,
  wallet: Wallet,
  order: SellOrder,
  seats: FeeSeats,
): void {
  const { known, tokens } = context;
  const ix = IX[order.variant];
  const list: AccountList =
    order.variant === 'sell'
      ? sellAccounts(known, coin, wallet, seats)
      : tradeV2Accounts(known, coin, wallet, seats, false);
  const data = instructionData.begin().raw(ix.data).u64(order.base).u64(order.minQuote).take();
  x.call(known.pump, list.modes, list.accounts, data, () => {
    x.log(ix.log);
    x.charge(SELL_UNITS);
    if (coin.complete) anchorFailure(x, 'sell.rs:44', 'BondingCurveComplete', CURVE_COMPLETE);
    const fill = fillSell(coin, order.base);
    askFees(x, context, known.pump, known.pumpFeeConfig, curveMarketCap(coin.reserves), fill.quote, CURVE_FEES);
    const proceeds = fill.quote - fill.protocolFee - fill.creatorFee;
    if (proceeds < order.minQuote)
      anchorFailure(x, 'sell.rs:131', 'TooLittleSolReceived', TOO_LITTLE_SOL_RECEIVED, proceeds, order.minQuote);
    tokens.transfer(x, coin.mint, baseAccountOf(wallet, coin), coin.curveBase, wallet.account, fill.base);
    paySell(x, context, coin, wallet, fill, seats);
    moveCurve(x, coin, () => afterSell(coin.reserves, fill.base, fill.quote));
    emitTrade(x, context, coin, wallet, fill, seats, false, ix.name, order.minQuote);
  });
}

/** A curve in SOL owns its lamports and hands them out without calling anybody. */
function paySell(
  x: Execution,
  context: ProgramContext,
  coin: Coin,
  wallet: Wallet,
  fill: CurveFill,
  seats: FeeSeats,
): void {
  const buyback = shareOf(fill.protocolFee, BUYBACK_BASIS_POINTS);
  const shares: readonly (readonly [Account, Account, bigint])[] = [
    [wallet.account, wallet.usdc, fill.quote - fill.protocolFee - fill.creatorFee],
    [coin.creatorVault, coin.creatorVaultQuote, fill.creatorFee],
    [seats.protocol.account, seats.protocol.usdc, fill.protocolFee - buyback],
    [seats.buyback.account, seats.buyback.usdc, buyback],
  ];
  for (const [account, tokenAccount, amount] of shares) {
    if (coin.quote.native) {
      coin.curve.lamports -= amount;
      account.lamports += amount;
    } else context.tokens.transfer(x, coin.quote.mint, coin.curveQuote, tokenAccount, coin.curve, amount);
  }
}

function moveCurve(x: Execution, coin: Coin, next: () => Coin['reserves']): void {
  const was = coin.reserves;
  x.onFailure(() => {
    coin.reserves = was;
  });
  coin.reserves = next();
}

function completeCurve(x: Execution, context: ProgramContext, coin: Coin, wallet: Wallet): void {
  x.onFailure(() => {
    coin.complete = false;
  });
  coin.complete = true;
  const { known } = context;
  emitEvent(x, context, known.pump, known.pumpEventAuthority, COMPLETE_EVENT, 'pump-fun.complete', {
    user: wallet.account,
    mint: coin.mint.account,
    bonding_curve: coin.curve,
    timestamp: context.blockTime,
    quote_mint: quoteMintOf(coin, context),
  });
}

function anchorFailure(x: Execution, where: string, name: string, code: number, left?: bigint, right?: bigint): never {
  const thrown = `AnchorError thrown in ${FILE}/${where}. Error Code: ${name}. Error Number: ${code}. Error Message: ${name}.`;
  if (left === undefined || right === undefined) x.fail(code, thrown);
  return x.fail(code, thrown, `Left: ${left}`, `Right: ${right}`);
}
