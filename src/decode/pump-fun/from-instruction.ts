import type { CurveGraduated, Fee, ProtocolEvent, Trade } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../spl-token/token-instruction.ts';
import { type TokenMove, WRAPPED_SOL } from '../token-move.ts';
import { quoteMintOf, vaultsOf } from './curve.ts';
import { modesOf } from './events.ts';
import { addFee, limitOf } from './trades.ts';

/**
 * What a pump.fun instruction did when no event tells it: from the transfers below it, else from the balances, as long as no other
 * instruction of the program touched the same curve. Never guesses an amount.
 */
export function bought(context: InstructionContext): ProtocolEvent | null {
  return tradeFromMoves(context, 'buy');
}

export function sold(context: InstructionContext): ProtocolEvent | null {
  return tradeFromMoves(context, 'sell');
}

function tradeFromMoves(context: InstructionContext, side: Trade['side']): ProtocolEvent | null {
  const curve = context.account('bonding_curve');
  const mint = context.account('mint') || context.account('base_mint');
  if (curve === '' || mint === '') return null;
  const quoteMint = quoteMintOf(context.account('quote_mint'));
  const isSol = quoteMint === WRAPPED_SOL;
  const vaults = vaultsOf(context, curve, isSol);
  if (vaults === null) return null;
  const moves = context.moves();
  const isBuy = side === 'buy';
  const baseMoved = sum(moves, isBuy ? 'from' : 'to', vaults.base, false);
  const quoteMoved = sum(moves, isBuy ? 'to' : 'from', vaults.quote, isSol);
  const baseAmount = baseMoved > 0n ? baseMoved : baseByBalance(context, isBuy);
  const quoteAmount = quoteMoved > 0n ? quoteMoved : quoteByBalance(context, isBuy, isSol);
  if (baseAmount === null || quoteAmount === null || baseAmount <= 0n) return null;
  const head = baseMoved > 0n && quoteMoved > 0n ? context.headFromInstruction() : context.headFromBalances();
  return {
    ...head,
    kind: 'trade',
    pool: curve,
    side,
    trader: context.account('user'),
    baseMint: mint,
    quoteMint,
    baseAmount,
    quoteAmount,
    fees: isBuy ? feesPaid(context, moves, quoteMint) : [],
    feesIncluded: !isBuy,
    baseReserve: null,
    quoteReserve: null,
    virtualBase: null,
    virtualQuote: null,
    limit: limitOf(context),
    vaults,
  };
}

/** Sum of what moved from or to one account. */
function sum(moves: readonly TokenMove[], end: 'from' | 'to', account: string, lamports: boolean): bigint {
  let total = 0n;
  for (const move of moves) {
    if (move[end] === account && (move.kind === 'lamports') === lamports) total += move.amount;
  }
  return total;
}

function baseByBalance(context: InstructionContext, isBuy: boolean): bigint | null {
  if (!context.isAloneOn('bonding_curve')) return null;
  const change =
    context.tokenChange('associated_bonding_curve') ?? context.tokenChange('associated_base_bonding_curve');
  if (change === null) return null;
  return isBuy ? change.before - change.after : change.after - change.before;
}

function quoteByBalance(context: InstructionContext, isBuy: boolean, isSol: boolean): bigint | null {
  if (!context.isAloneOn('bonding_curve')) return null;
  let change: bigint | null;
  if (isSol) change = context.lamportChange('bonding_curve');
  else {
    const tokens = context.tokenChange('associated_quote_bonding_curve');
    change = tokens === null ? null : tokens.after - tokens.before;
  }
  return change === null ? null : isBuy ? change : -change;
}

const FEE_ACCOUNTS: readonly (readonly [account: string, kind: string])[] = [
  ['fee_recipient', 'protocol'],
  ['associated_quote_fee_recipient', 'protocol'],
  ['buyback_fee_recipient', 'buyback'],
  ['associated_quote_buyback_fee_recipient', 'buyback'],
  ['creator_vault', 'creator'],
  ['associated_creator_vault', 'creator'],
  ['user_volume_accumulator', 'cashback'],
  ['associated_user_volume_accumulator', 'cashback'],
];

function feesPaid(context: InstructionContext, moves: readonly TokenMove[], mint: string): readonly Fee[] {
  const fees: Fee[] = [];
  for (const [name, kind] of FEE_ACCOUNTS) {
    const account = context.account(name);
    if (account === '') continue;
    addFee(fees, kind, mint, sum(moves, 'to', account, true) + sum(moves, 'to', account, false));
  }
  return fees;
}

/** Named by accounts that only a creation with a quote of its own has; where their token program is none they are somebody else's additions. */
function chosenQuote(context: InstructionContext): string | undefined {
  const program = context.account('quote_token_program');
  return program === TOKEN_PROGRAM || program === TOKEN_2022_PROGRAM ? context.account('quote_mint') : undefined;
}

export function created(context: InstructionContext): ProtocolEvent | null {
  const args = context.args();
  const mint = context.account('mint');
  if (args === null || mint === '') return null;
  const minted = context.transfers().find((move) => move.kind === 'mint' && move.mint === mint);
  const tokenProgram = context.account('token_program');
  return {
    ...context.headFromInstruction(),
    kind: 'token-created',
    mint,
    name: String(args['name']),
    symbol: String(args['symbol']),
    uri: String(args['uri']),
    creator: typeof args['creator'] === 'string' ? args['creator'] : context.account('user'),
    curve: context.account('bonding_curve'),
    quoteMint: quoteMintOf(chosenQuote(context)),
    supply: minted?.amount ?? null,
    decimals: 6,
    tokenProgram: tokenProgram === '' ? null : tokenProgram,
    virtualBase: null,
    virtualQuote: null,
    modes: modesOf(args['is_mayhem_mode'], args['is_cashback_enabled'], args['is_holder_reward']),
  };
}

/** A curve may be asked to migrate again: the program says so and does nothing. */
export function isAlreadyMigrated(context: InstructionContext): boolean {
  if (context.transaction.hasInner) return context.children().length === 0;
  return context.transaction.logs?.some((line) => line.endsWith('Bonding curve already migrated')) ?? false;
}

export function graduated(context: InstructionContext): CurveGraduated | null {
  const moves = context.transfers();
  const baseAmount = sum(moves, 'to', context.account('pool_base_token_account'), false);
  if (baseAmount === 0n) return null;
  const quoteMint = context.account('quote_mint') || context.account('wsol_mint');
  return {
    ...context.headFromInstruction(),
    kind: 'curve-graduated',
    mint: context.account('mint') || context.account('base_mint'),
    curve: context.account('bonding_curve'),
    pool: context.account('pool'),
    destination: 'pump-swap',
    quoteMint: quoteMintOf(quoteMint),
    baseAmount,
    quoteAmount: sum(moves, 'to', context.account('pool_quote_token_account'), false),
    fee: null,
  };
}

/** What left a curve for a pool on Raydium, which was opened later and elsewhere: its address is not told here. */
export function withdrawn(context: InstructionContext): CurveGraduated {
  const base = context.account('associated_bonding_curve');
  const moved = sum(context.transfers(), 'from', base, false);
  const lamports = quoteByBalance(context, false, true);
  return {
    ...context.headFromInstruction(),
    kind: 'curve-graduated',
    mint: context.account('mint'),
    curve: context.account('bonding_curve'),
    pool: null,
    destination: 'raydium-amm-v4',
    quoteMint: WRAPPED_SOL,
    baseAmount: moved > 0n ? moved : baseByBalance(context, true),
    quoteAmount: lamports,
    fee: null,
  };
}
