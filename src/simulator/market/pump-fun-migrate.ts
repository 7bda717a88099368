import { line } from './account.ts';
import { MIGRATED_BASE } from './curve-arithmetic.ts';
import { MIGRATION_EVENT } from './event-layouts.ts';
import type { Execution } from './execution.ts';
import { emitEvent, instruction, instructionData, type ProgramContext } from './program-context.ts';
import { quoteMintOf } from './pump-fun-trade-event.ts';
import { initBoost } from './pump-swap-boost.ts';
import { createPool } from './pump-swap-create.ts';
import type { Pool, Wallet } from './world.ts';

/** `migrate_v2`: a complete curve becomes PumpSwap's canonical pool, and the pool's shares are burned. Anybody may call it. */
const MIGRATE_V2 = instruction('migrate_v2');
const MIGRATE_UNITS = 62_000;
/** What the curve pays for its own migration, in lamports: the rents, the rest for the operator. */
export const MIGRATION_FEE = 15_000_001n;
const BOOST_VAULT_RENT = 2_039_280n;
const MODES = 'rwrrwwwSrrwwwwrwwwwrrrrrrrrrw';
const ALREADY_MIGRATED = line('Program log: Bonding curve already migrated');

export function migrateCurve(x: Execution, context: ProgramContext, pool: Pool, caller: Wallet): void {
  const { known } = context;
  const { coin } = pool;
  const { quote, mint } = coin;
  const accounts = [
    ...[known.pumpGlobal, known.withdrawAuthority, mint.account, quote.mint.account, coin.curve, coin.curveBase],
    ...[coin.curveQuote, caller.account, known.system.account, known.pumpSwap.account, pool.account, pool.authority],
    ...[pool.authorityBase, pool.authorityQuote, known.swapConfig, pool.lpMint.account, pool.authorityShares],
    ...[pool.base, pool.quote, mint.program.account, quote.mint.program.account, known.token2022.account],
    ...[known.associatedToken.account, known.swapEventAuthority, known.rent, known.pumpEventAuthority],
    ...[known.pump.account, pool.boostAuthority, pool.boostVault],
  ];
  x.call(known.pump, MODES, accounts, instructionData.begin().raw(MIGRATE_V2).take(), () => {
    x.log('Instruction: MigrateV2');
    x.charge(MIGRATE_UNITS);
    if (coin.migrated) return x.logLine(ALREADY_MIGRATED);
    x.onFailure(() => {
      coin.migrated = false;
    });
    coin.migrated = true;
    moveEverything(x, context, pool, caller);
  });
}

function moveEverything(x: Execution, context: ProgramContext, pool: Pool, caller: Wallet): void {
  const { known, tokens } = context;
  const { coin, authority } = pool;
  const { quote, mint } = coin;
  const quoteAmount = quote.native ? coin.reserves.realQuote - MIGRATION_FEE : coin.reserves.realQuote;
  // The curve owns its lamports: it pays the migration without calling anybody.
  coin.curve.lamports -= MIGRATION_FEE;
  authority.lamports += MIGRATION_FEE;
  tokens.createAssociated(x, authority, pool.base, pool.account, mint, true);
  tokens.createAssociated(x, authority, pool.quote, pool.account, quote.mint, true);
  tokens.createAssociated(x, authority, pool.authorityBase, authority, mint, true);
  tokens.createAssociated(x, authority, pool.authorityQuote, authority, quote.mint, true);
  tokens.transfer(x, mint, coin.curveBase, pool.authorityBase, coin.curve, MIGRATED_BASE);
  if (quote.native) {
    coin.curve.lamports -= quoteAmount;
    pool.authorityQuote.lamports += quoteAmount;
    tokens.syncNative(x, pool.authorityQuote);
  } else tokens.transfer(x, quote.mint, coin.curveQuote, pool.authorityQuote, coin.curve, quoteAmount);
  const shares = createPool(x, context, pool, MIGRATED_BASE, quoteAmount);
  if (quote.native) {
    tokens.transferSol(x, caller.account, authority, BOOST_VAULT_RENT);
    initBoost(x, context, pool);
  }
  tokens.close(x, mint, pool.authorityBase, known.withdrawAuthority, authority);
  tokens.close(x, quote.mint, pool.authorityQuote, known.withdrawAuthority, authority);
  tokens.burn(x, pool.lpMint, pool.authorityShares, authority, shares);
  tokens.close(x, pool.lpMint, pool.authorityShares, known.withdrawAuthority, authority);
  tokens.transferSol(x, authority, known.withdrawAuthority, authority.lamports);
  emitEvent(x, context, known.pump, known.pumpEventAuthority, MIGRATION_EVENT, 'pump-fun.migrate', {
    user: caller.account,
    mint: mint.account,
    mint_amount: MIGRATED_BASE,
    sol_amount: quoteAmount,
    pool_migration_fee: MIGRATION_FEE,
    bonding_curve: coin.curve,
    timestamp: context.blockTime,
    pool: pool.account,
    quote_mint: quoteMintOf(coin, context),
  });
}
