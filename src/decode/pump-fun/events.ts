import type {
  CurveCompleted,
  CurveGraduated,
  Fee,
  ProtocolEvent,
  TokenCreated,
  Trade,
} from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { anchorEvent, type EventSpec } from '../program.ts';
import { WRAPPED_SOL } from '../token-move.ts';
import * as layouts from './event-layouts.ts';

/** The pump.fun events that mean something beyond the program, and what they mean. */
export const EVENTS: readonly EventSpec[] = [
  anchorEvent('CreateEvent', layouts.createEvent, tokenCreated),
  anchorEvent('TradeEvent', layouts.tradeEvent, trade),
  anchorEvent('CompleteEvent', layouts.completeEvent, curveCompleted),
  anchorEvent('CompletePumpAmmMigrationEvent', layouts.completePumpAmmMigrationEvent, curveGraduated),
  anchorEvent('CollectCreatorFeeEvent', layouts.collectCreatorFeeEvent, (fields, context) =>
    feesCollected(context, 'creator', fields.creator, fields.quote_mint, fields.creator_fee),
  ),
  anchorEvent('DistributeCreatorFeesEvent', layouts.distributeCreatorFeesEvent, (fields, context) =>
    feesCollected(context, 'creator', fields.sharing_config, fields.quote_mint, fields.distributed),
  ),
  anchorEvent('DistributeFeeToHoldersEvent', layouts.distributeFeeToHoldersEvent, (fields, context) =>
    feesCollected(context, 'holder-reward', null, fields.quote_mint, fields.total),
  ),
  anchorEvent('SetCreatorEvent', layouts.setCreatorEvent, (fields, context) =>
    creatorChanged(context, fields.mint, null, fields.creator),
  ),
  anchorEvent('SetMetaplexCreatorEvent', layouts.setMetaplexCreatorEvent, (fields, context) =>
    creatorChanged(context, fields.mint, null, fields.creator),
  ),
  anchorEvent('MigrateBondingCurveCreatorEvent', layouts.migrateBondingCurveCreatorEvent, (fields, context) =>
    creatorChanged(context, fields.mint, fields.old_creator, fields.new_creator),
  ),
  anchorEvent('AdminSetCreatorEvent', layouts.adminSetCreatorEvent, (fields, context) =>
    creatorChanged(context, fields.mint, fields.old_creator, fields.new_creator),
  ),
  anchorEvent('AdminCtoEvent', layouts.adminCtoEvent, (fields, context) =>
    creatorChanged(context, fields.mint, fields.old_creator, fields.new_creator),
  ),
];

/** Decimals of every pump.fun coin: the program has never minted others. */
const DECIMALS = 6;
/** What stands for SOL where the program names the quote mint. */
const NATIVE = '11111111111111111111111111111111';

/** The quote mint of a curve: absent before 2026, the system program for SOL, else the mint itself. */
export function quoteMintOf(stated: string | undefined): string {
  return stated === undefined || stated === NATIVE || stated === '' ? WRAPPED_SOL : stated;
}

type Fields<L> = L extends { read(...args: never): { fields: infer F } | null } ? F : never;

function tokenCreated(fields: Fields<typeof layouts.createEvent>, context: InstructionContext): TokenCreated {
  const quoteMint = quoteMintOf(fields.quote_mint);
  const tokenProgram = fields.token_program ?? context.account('token_program');
  return {
    ...context.head,
    kind: 'token-created',
    mint: fields.mint,
    name: fields.name,
    symbol: fields.symbol,
    uri: fields.uri,
    creator: fields.creator ?? fields.user,
    curve: fields.bonding_curve,
    quoteMint,
    supply: fields.token_total_supply ?? null,
    decimals: DECIMALS,
    tokenProgram: tokenProgram === '' ? null : tokenProgram,
    virtualBase: fields.virtual_token_reserves ?? null,
    virtualQuote: (quoteMint === WRAPPED_SOL ? fields.virtual_sol_reserves : fields.virtual_quote_reserves) ?? null,
    modes: modesOf(fields.is_mayhem_mode, fields.is_cashback_enabled, fields.is_holder_reward),
  };
}

export function modesOf(mayhem: unknown, cashback: unknown, holderReward: unknown): readonly string[] {
  const modes: string[] = [];
  if (mayhem === true) modes.push('mayhem');
  if (cashback === true) modes.push('cashback');
  if (holderReward === true) modes.push('holder-reward');
  return modes;
}

/**
 * On a buy the fees come on top of the amount the curve takes in; on a sell they are taken out of the amount the curve gives. On a
 * curve with another quote than SOL the SOL fields are 0.
 */
function trade(fields: Fields<typeof layouts.tradeEvent>, context: InstructionContext): Trade {
  const quoteMint = quoteMintOf(fields.quote_mint);
  const isSol = quoteMint === WRAPPED_SOL;
  const curve = context.account('bonding_curve') || curveByBalance(context, fields.mint);
  const event: Trade = {
    ...context.head,
    kind: 'trade',
    pool: curve,
    side: fields.is_buy ? 'buy' : 'sell',
    trader: fields.user,
    baseMint: fields.mint,
    quoteMint,
    baseAmount: fields.token_amount,
    quoteAmount: isSol ? fields.sol_amount : (fields.quote_amount ?? 0n),
    fees: feesOf(fields, quoteMint),
    feesIncluded: !fields.is_buy,
    baseReserve: fields.real_token_reserves ?? null,
    quoteReserve: (isSol ? fields.real_sol_reserves : fields.real_quote_reserves) ?? null,
    virtualBase: fields.virtual_token_reserves,
    virtualQuote: isSol ? fields.virtual_sol_reserves : (fields.virtual_quote_reserves ?? null),
    limit: limitOf(context),
  };
  const vaults = vaultsOf(context, curve, isSol);
  return vaults === null ? event : { ...event, vaults };
}

/** The buyback share is a part of the protocol fee: the program pays it to another account, so it is listed on its own. */
function feesOf(fields: Fields<typeof layouts.tradeEvent>, mint: string): readonly Fee[] {
  const fees: Fee[] = [];
  const buyback = fields.buyback_fee ?? 0n;
  addFee(fees, 'protocol', mint, (fields.fee ?? 0n) - buyback);
  addFee(fees, 'buyback', mint, buyback);
  addFee(fees, 'creator', mint, fields.creator_fee ?? 0n);
  addFee(fees, 'cashback', mint, fields.cashback ?? 0n);
  addFee(fees, 'holder-reward', mint, fields.holder_rewards ?? 0n);
  return fees;
}

export function addFee(fees: Fee[], kind: string, mint: string, amount: bigint): void {
  if (amount > 0n) fees.push({ kind, mint, amount });
}

export function limitOf(context: InstructionContext): Trade['limit'] {
  const args = context.args();
  if (args === null) return null;
  const mostIn = args['max_sol_cost'];
  if (typeof mostIn === 'bigint') return { what: 'max-in', amount: mostIn };
  const leastOut = args['min_sol_output'] ?? args['min_tokens_out'];
  return typeof leastOut === 'bigint' ? { what: 'min-out', amount: leastOut } : null;
}

/** Where the curve keeps its tokens and its quote; SOL lies on the curve account itself. */
export function vaultsOf(
  context: InstructionContext,
  curve: string,
  isSol: boolean,
): NonNullable<Trade['vaults']> | null {
  const base = context.account('associated_bonding_curve') || context.account('associated_base_bonding_curve');
  const quote = isSol ? curve : context.account('associated_quote_bonding_curve');
  return base === '' || quote === '' ? null : { base, quote };
}

/** Without the instruction's accounts the curve is known as the owner of the one other holding of the mint that changed. */
function curveByBalance(context: InstructionContext, mint: string): string {
  const trader = context.head.fields['user'];
  for (const balance of context.transaction.postTokenBalances ?? []) {
    if (balance.mint === mint && balance.owner !== trader && balance.owner !== '') return balance.owner;
  }
  return '';
}

function curveCompleted(fields: Fields<typeof layouts.completeEvent>, context: InstructionContext): CurveCompleted {
  return { ...context.head, kind: 'curve-completed', mint: fields.mint, curve: fields.bonding_curve, by: fields.user };
}

function curveGraduated(
  fields: Fields<typeof layouts.completePumpAmmMigrationEvent>,
  context: InstructionContext,
): CurveGraduated {
  return {
    ...context.head,
    kind: 'curve-graduated',
    mint: fields.mint,
    curve: fields.bonding_curve,
    pool: fields.pool,
    destination: 'pump-swap',
    quoteMint: quoteMintOf(fields.quote_mint),
    baseAmount: fields.mint_amount,
    quoteAmount: fields.sol_amount,
    fee: fields.pool_migration_fee,
  };
}

function feesCollected(
  context: InstructionContext,
  feeKind: string,
  collector: string | null,
  quoteMint: string | undefined,
  amount: bigint,
): ProtocolEvent {
  const pool = context.account('bonding_curve');
  return {
    ...context.head,
    kind: 'fees-collected',
    pool: pool === '' ? null : pool,
    feeKind,
    collector,
    amounts: [{ mint: quoteMintOf(quoteMint), amount }],
  };
}

function creatorChanged(context: InstructionContext, mint: string, from: string | null, to: string): ProtocolEvent {
  const pool = context.account('bonding_curve');
  return { ...context.head, kind: 'creator-changed', mint, pool: pool === '' ? null : pool, from, to };
}
