import type { CurveCompleted, CurveGraduated, ProtocolEvent, TokenCreated } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { anchorEvent, type EventSpec } from '../program.ts';
import { WRAPPED_SOL } from '../token-move.ts';
import { quoteMintOf } from './curve.ts';
import * as layouts from './event-layouts.ts';
import { postCompleteBuy, trade } from './trades.ts';

/** The pump.fun events that mean something beyond the program, and what they mean. */
export const EVENTS: readonly EventSpec[] = [
  anchorEvent('CreateEvent', layouts.createEvent, tokenCreated),
  anchorEvent('TradeEvent', layouts.tradeEvent, trade),
  anchorEvent('PostCompleteBuyEvent', layouts.postCompleteBuyEvent, postCompleteBuy),
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
  anchorEvent('SweepBondingCurveFeeEvent', layouts.sweepBondingCurveFeeEvent, feesSwept),
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

/** What waited on the curve is paid out. */
function feesSwept(
  fields: Fields<typeof layouts.sweepBondingCurveFeeEvent>,
  context: InstructionContext,
): ProtocolEvent {
  return {
    ...context.head,
    kind: 'fees-collected',
    pool: fields.bonding_curve,
    feeKind: ['protocol', 'creator'][fields.bucket] ?? `bucket-${fields.bucket}`,
    collector: fields.recipient,
    amounts: [{ mint: quoteMintOf(fields.quote_mint), amount: fields.amount }],
  };
}

function creatorChanged(context: InstructionContext, mint: string, from: string | null, to: string): ProtocolEvent {
  const pool = context.account('bonding_curve');
  return { ...context.head, kind: 'creator-changed', mint, pool: pool === '' ? null : pool, from, to };
}
