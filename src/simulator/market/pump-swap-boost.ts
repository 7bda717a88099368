import { CURVE_SUPPLY } from './curve-arithmetic.ts';
import { INIT_BOOST_EVENT } from './event-layouts.ts';
import type { Execution } from './execution.ts';
import { emitEvent, instruction, instructionData, type ProgramContext } from './program-context.ts';
import type { Pool } from './world.ts';

/** `init_boost`: part of a new pool's quote moves to a vault of its own and goes on counting for the price, as virtual reserves. */
const INIT_BOOST = instruction('init_boost');
const BOOST_UNITS = 24_000;

export function initBoost(x: Execution, context: ProgramContext, pool: Pool): void {
  const { known, tokens } = context;
  const { coin, authority } = pool;
  const quote = coin.quote.mint;
  const accounts = [
    ...[pool.account, known.swapConfig, authority, coin.mint.account, quote.account, pool.base, pool.quote],
    ...[pool.boostAuthority, pool.boostVault, quote.program.account, known.system.account],
    ...[known.associatedToken.account, known.swapEventAuthority, known.pumpSwap.account],
  ];
  x.call(known.pumpSwap, '', accounts, instructionData.begin().raw(INIT_BOOST).take(), () => {
    x.log('Instruction: InitBoost');
    x.charge(BOOST_UNITS);
    const was = pool.reserves;
    // The share of the supply that the pool holds, of the quote.
    const moved = (was.quote * was.base) / CURVE_SUPPLY;
    tokens.createAssociated(x, authority, pool.boostVault, pool.boostAuthority, quote, true);
    tokens.transfer(x, quote, pool.quote, pool.boostVault, pool.account, moved);
    pool.reserves = { ...was, quote: was.quote - moved, virtualQuote: moved };
    pool.canBoost = true;
    emitEvent(x, context, known.pumpSwap, known.swapEventAuthority, INIT_BOOST_EVENT, 'pump-swap.init-boost', {
      timestamp: context.blockTime,
      mint: coin.mint.account,
      bonding_curve: coin.curve,
      pool: pool.account,
      virtual_quote_reserves: moved,
      real_quote_reserves_after: pool.reserves.quote,
    });
  });
}
