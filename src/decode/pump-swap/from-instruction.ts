import type { Fee, LiquidityChanged, ProtocolEvent, Trade } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import type { TokenMove } from '../token-move.ts';
import { vaultsOf } from './place.ts';
import { addFee } from './trades.ts';

/**
 * What a PumpSwap instruction did when no event tells it: from the transfers below it, else from the balances of the pool's vaults, as
 * long as no other instruction of the program touched them. Never guesses an amount. The liquidity fee, and any fee that
 * waits in the pool, cannot be told from the amount that stays there, so it is contained in it.
 */
export function bought(context: InstructionContext): ProtocolEvent | null {
  return swapped(context, 'buy');
}

export function sold(context: InstructionContext): ProtocolEvent | null {
  return swapped(context, 'sell');
}

function swapped(context: InstructionContext, side: Trade['side']): ProtocolEvent | null {
  const moved = poolMoves(context, side === 'buy' ? 'from' : 'to', side === 'buy' ? 'to' : 'from');
  const vaults = vaultsOf(context);
  if (moved === null || vaults === null || moved.base <= 0n) return null;
  const quoteMint = context.account('quote_mint');
  return {
    ...(moved.isExact ? context.headFromInstruction() : context.headFromBalances()),
    kind: 'trade',
    pool: context.account('pool'),
    side,
    trader: context.account('user'),
    baseMint: context.account('base_mint'),
    quoteMint,
    baseAmount: moved.base,
    quoteAmount: moved.quote,
    fees: feesPaid(context, quoteMint),
    feesIncluded: side === 'sell',
    baseReserve: context.isAloneOn('pool') ? (context.tokenChange('pool_base_token_account')?.after ?? null) : null,
    quoteReserve: context.isAloneOn('pool') ? (context.tokenChange('pool_quote_token_account')?.after ?? null) : null,
    virtualBase: null,
    virtualQuote: null,
    limit: limitOf(context),
    vaults,
  };
}

interface PoolMoves {
  readonly base: bigint;
  readonly quote: bigint;
  /** False when the transaction's balances had to stand in for the transfers. */
  readonly isExact: boolean;
}

/** What went through the pool's two vaults. `from` counts what left the vault, `to` what came in. */
function poolMoves(context: InstructionContext, baseEnd: 'from' | 'to', quoteEnd: 'from' | 'to'): PoolMoves | null {
  const moves = context.transfers();
  const base = sum(moves, baseEnd, context.account('pool_base_token_account'));
  const quote = sum(moves, quoteEnd, context.account('pool_quote_token_account'));
  if (base > 0n && quote > 0n) return { base, quote, isExact: true };
  if (!context.isAloneOn('pool')) return null;
  const baseChange = context.tokenChange('pool_base_token_account');
  const quoteChange = context.tokenChange('pool_quote_token_account');
  if (baseChange === null || quoteChange === null) return null;
  return {
    base: baseEnd === 'from' ? baseChange.before - baseChange.after : baseChange.after - baseChange.before,
    quote: quoteEnd === 'from' ? quoteChange.before - quoteChange.after : quoteChange.after - quoteChange.before,
    isExact: false,
  };
}

function sum(moves: readonly TokenMove[], end: 'from' | 'to', account: string): bigint {
  let total = 0n;
  for (const move of moves) if (move[end] === account && account !== '') total += move.amount;
  return total;
}

function feesPaid(context: InstructionContext, mint: string): readonly Fee[] {
  const fees: Fee[] = [];
  const moves = context.transfers();
  addFee(fees, 'protocol', mint, sum(moves, 'to', context.account('protocol_fee_recipient_token_account')));
  addFee(fees, 'buyback', mint, sum(moves, 'to', context.account('buyback_fee_recipient')));
  addFee(fees, 'creator', mint, sum(moves, 'to', context.account('coin_creator_vault_ata')));
  return fees;
}

function limitOf(context: InstructionContext): Trade['limit'] {
  const mostIn = context.argument('max_quote_amount_in');
  if (mostIn !== null) return { what: 'max-in', amount: mostIn };
  const leastOut = context.argument('min_base_amount_out') ?? context.argument('min_quote_amount_out');
  return leastOut === null ? null : { what: 'min-out', amount: leastOut };
}

export function poolCreated(context: InstructionContext): ProtocolEvent | null {
  const baseAmount = context.argument('base_amount_in');
  const quoteAmount = context.argument('quote_amount_in');
  const vaults = vaultsOf(context);
  if (baseAmount === null || quoteAmount === null || vaults === null) return null;
  const minted = context.transfers().find((move) => move.kind === 'mint');
  return {
    ...context.headFromInstruction(),
    kind: 'pool-created',
    pool: context.account('pool'),
    creator: context.account('creator'),
    baseMint: context.account('base_mint'),
    quoteMint: context.account('quote_mint'),
    lpMint: context.account('lp_mint'),
    baseAmount,
    quoteAmount,
    lpAmount: minted?.amount ?? null,
    baseDecimals: context.tokenChange('pool_base_token_account')?.decimals ?? null,
    quoteDecimals: context.tokenChange('pool_quote_token_account')?.decimals ?? null,
    vaults,
  };
}

export function deposited(context: InstructionContext): ProtocolEvent | null {
  return liquidity(context, 'liquidity-added', poolMoves(context, 'to', 'to'), context.argument('lp_token_amount_out'));
}

export function withdrawn(context: InstructionContext): ProtocolEvent | null {
  return liquidity(
    context,
    'liquidity-removed',
    poolMoves(context, 'from', 'from'),
    context.argument('lp_token_amount_in'),
  );
}

function liquidity(
  context: InstructionContext,
  kind: LiquidityChanged['kind'],
  moved: PoolMoves | null,
  lpAmount: bigint | null,
): ProtocolEvent | null {
  const vaults = vaultsOf(context);
  if (moved === null || vaults === null || moved.base < 0n || moved.quote < 0n) return null;
  return {
    ...(moved.isExact ? context.headFromInstruction() : context.headFromBalances()),
    kind,
    pool: context.account('pool'),
    provider: context.account('user'),
    baseMint: context.account('base_mint'),
    quoteMint: context.account('quote_mint'),
    baseAmount: moved.base,
    quoteAmount: moved.quote,
    lpAmount,
    lpMint: context.account('lp_mint'),
    lpSupply: null,
    baseReserve: context.isAloneOn('pool') ? (context.tokenChange('pool_base_token_account')?.after ?? null) : null,
    quoteReserve: context.isAloneOn('pool') ? (context.tokenChange('pool_quote_token_account')?.after ?? null) : null,
    position: null,
    vaults,
  };
}
