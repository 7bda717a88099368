import { CREATE_POOL_EVENT } from './event-layouts.ts';
import type { Execution } from './execution.ts';
import { initialLiquidity, MINIMUM_LIQUIDITY } from './pool-arithmetic.ts';
import { emitEvent, instruction, instructionData, type ProgramContext } from './program-context.ts';
import type { Pool } from './world.ts';

/** `create_pool` as a migration calls it: the pool authority is the creator and gets every share but the minimum. */
const CREATE_POOL = instruction('create_pool');
const CREATE_UNITS = 46_000;
const POOL_RENT = 2_707_440n;
const POOL_SPACE = 261n;
const LP_MINT_RENT = 1_461_600n;
const LP_MINT_SPACE = 82n;

/** Returns the shares that were handed out. */
export function createPool(x: Execution, context: ProgramContext, pool: Pool, base: bigint, quote: bigint): bigint {
  const { known, tokens } = context;
  const { coin, authority, lpMint } = pool;
  const quoteMint = coin.quote.mint;
  const liquidity = initialLiquidity(base, quote);
  const shares = liquidity - MINIMUM_LIQUIDITY;
  const accounts = [
    ...[pool.account, known.swapConfig, authority, coin.mint.account, quoteMint.account, lpMint.account],
    ...[pool.authorityBase, pool.authorityQuote, pool.authorityShares, pool.base, pool.quote, known.system.account],
    ...[known.token2022.account, coin.mint.program.account, quoteMint.program.account, known.associatedToken.account],
    ...[known.swapEventAuthority, known.pumpSwap.account],
  ];
  const data = instructionData.begin().raw(CREATE_POOL).u16(0).u64(base).u64(quote);
  x.call(known.pumpSwap, '', accounts, data.raw(coin.creator.account.address).u8(0).u8(0).take(), () => {
    x.log('Instruction: CreatePool');
    x.charge(CREATE_UNITS);
    tokens.createAccount(x, authority, pool.account, POOL_RENT, POOL_SPACE, known.pumpSwap);
    tokens.createAccount(x, authority, lpMint.account, LP_MINT_RENT, LP_MINT_SPACE, lpMint.program);
    const initialize = instructionData.begin().u8(0x14).u8(lpMint.decimals).raw(pool.account.address).u8(0).take();
    tokens.plain(x, lpMint, [lpMint.account], initialize, 'Instruction: InitializeMint2', 1_275);
    tokens.createAssociated(x, authority, pool.authorityShares, authority, lpMint, false);
    tokens.transfer(x, coin.mint, pool.authorityBase, pool.base, authority, base);
    tokens.transfer(x, quoteMint, pool.authorityQuote, pool.quote, authority, quote);
    tokens.mintTo(x, lpMint, pool.authorityShares, pool.account, shares);
    pool.reserves = { base, quote, virtualQuote: 0n, lpSupply: liquidity };
    emitEvent(x, context, known.pumpSwap, known.swapEventAuthority, CREATE_POOL_EVENT, 'pump-swap.create-pool', {
      timestamp: context.blockTime,
      index: 0,
      creator: authority,
      base_mint: coin.mint.account,
      quote_mint: quoteMint.account,
      base_mint_decimals: coin.mint.decimals,
      quote_mint_decimals: quoteMint.decimals,
      base_amount_in: base,
      quote_amount_in: quote,
      pool_base_amount: base,
      pool_quote_amount: quote,
      minimum_liquidity: MINIMUM_LIQUIDITY,
      initial_liquidity: liquidity,
      lp_token_amount_out: shares,
      pool_bump: pool.bump,
      pool: pool.account,
      lp_mint: lpMint.account,
      user_base_token_account: pool.authorityBase,
      user_quote_token_account: pool.authorityQuote,
      coin_creator: coin.creator.account,
      is_mayhem_mode: false,
      can_edit_creator_fee: false,
    });
  });
  return shares;
}
