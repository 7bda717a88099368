import type { Account } from './account.ts';
import { DEPOSIT_EVENT, WITHDRAW_EVENT } from './event-layouts.ts';
import type { Execution } from './execution.ts';
import { depositFor, withdrawalFor } from './pool-arithmetic.ts';
import { emitEvent, instruction, instructionData, type ProgramContext } from './program-context.ts';
import { quoteAccountOf } from './pump-swap-accounts.ts';
import { movePool } from './pump-swap-trades.ts';
import { balances } from './pump-swap-values.ts';
import type { Pool, Wallet } from './world.ts';

/** Deposits into and withdrawals from a PumpSwap pool, as the program executes them. */
const DEPOSIT = instruction('deposit');
const WITHDRAW = instruction('withdraw');
const LIQUIDITY_UNITS = 44_000;
const MODES = 'wrSrrwwwwwwrrrr';

/** `base` and `quote` are what the depositor is ready to give at most. */
export function depositLiquidity(
  x: Execution,
  context: ProgramContext,
  pool: Pool,
  wallet: Wallet,
  lp: bigint,
  base: bigint,
  quote: bigint,
): void {
  const { known, tokens } = context;
  const data = instructionData.begin().raw(DEPOSIT).u64(lp).u64(base).u64(quote).take();
  x.call(known.pumpSwap, MODES, liquidityAccounts(context, pool, wallet), data, () => {
    x.log('Instruction: Deposit');
    x.charge(LIQUIDITY_UNITS);
    const before = { ...balances(wallet, pool), lp_mint_supply: pool.reserves.lpSupply };
    const needs = depositFor(pool.reserves, lp);
    const { mint } = pool.coin.quote;
    tokens.transfer(
      x,
      pool.coin.mint,
      wallet.holdings.get(pool.coin) as Account,
      pool.base,
      wallet.account,
      needs.base,
    );
    tokens.transfer(x, mint, quoteAccountOf(wallet, pool), pool.quote, wallet.account, needs.quote);
    tokens.mintTo(x, pool.lpMint, wallet.shares.get(pool) as Account, pool.account, lp);
    movePool(x, pool, needs.base, needs.quote, lp);
    emitEvent(x, context, known.pumpSwap, known.swapEventAuthority, DEPOSIT_EVENT, 'pump-swap.deposit', {
      lp_token_amount_out: lp,
      max_base_amount_in: base,
      max_quote_amount_in: quote,
      base_amount_in: needs.base,
      quote_amount_in: needs.quote,
      ...before,
      ...liquidityValues(context, pool, wallet),
    });
  });
}

/** `base` and `quote` are the least the withdrawer accepts. */
export function withdrawLiquidity(
  x: Execution,
  context: ProgramContext,
  pool: Pool,
  wallet: Wallet,
  lp: bigint,
  base: bigint,
  quote: bigint,
): void {
  const { known, tokens } = context;
  const data = instructionData.begin().raw(WITHDRAW).u64(lp).u64(base).u64(quote).take();
  x.call(known.pumpSwap, MODES, liquidityAccounts(context, pool, wallet), data, () => {
    x.log('Instruction: Withdraw');
    x.charge(LIQUIDITY_UNITS);
    const before = { ...balances(wallet, pool), lp_mint_supply: pool.reserves.lpSupply };
    const gets = withdrawalFor(pool.reserves, lp);
    const { mint } = pool.coin.quote;
    tokens.transfer(x, pool.coin.mint, pool.base, wallet.holdings.get(pool.coin) as Account, pool.account, gets.base);
    tokens.transfer(x, mint, pool.quote, quoteAccountOf(wallet, pool), pool.account, gets.quote);
    tokens.burn(x, pool.lpMint, wallet.shares.get(pool) as Account, wallet.account, lp);
    movePool(x, pool, -gets.base, -gets.quote, -lp);
    emitEvent(x, context, known.pumpSwap, known.swapEventAuthority, WITHDRAW_EVENT, 'pump-swap.withdraw', {
      lp_token_amount_in: lp,
      min_base_amount_out: base,
      min_quote_amount_out: quote,
      base_amount_out: gets.base,
      quote_amount_out: gets.quote,
      ...before,
      ...liquidityValues(context, pool, wallet),
    });
  });
}

function liquidityAccounts(context: ProgramContext, pool: Pool, wallet: Wallet): readonly Account[] {
  const { known } = context;
  const { coin } = pool;
  return [
    ...[
      pool.account,
      known.swapConfig,
      wallet.account,
      coin.mint.account,
      coin.quote.mint.account,
      pool.lpMint.account,
    ],
    ...[wallet.holdings.get(coin) as Account, quoteAccountOf(wallet, pool), wallet.shares.get(pool) as Account],
    ...[
      pool.base,
      pool.quote,
      known.token.account,
      known.token2022.account,
      known.swapEventAuthority,
      known.pumpSwap.account,
    ],
  ];
}

function liquidityValues(context: ProgramContext, pool: Pool, wallet: Wallet) {
  return {
    timestamp: context.blockTime,
    pool: pool.account,
    user: wallet.account,
    user_base_token_account: wallet.holdings.get(pool.coin) as Account,
    user_quote_token_account: quoteAccountOf(wallet, pool),
    user_pool_token_account: wallet.shares.get(pool) as Account,
    mint: pool.coin.mint.account,
    label: wallet.label,
  };
}
