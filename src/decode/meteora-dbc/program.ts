import { anchorEvent, otherEvent, otherEvents, type ProgramDecoder, silentInstructions, yielding } from '../program.ts';
import * as accounts from './accounts.ts';
import * as layouts from './layouts.ts';
import * as lifecycle from './lifecycle.ts';
import * as others from './other-layouts.ts';
import { swap2FromEvent, swapFromEvent, swapFromInstruction } from './swap.ts';

const created = lifecycle.createdFromInstruction;
const payout = lifecycle.payoutFromInstruction;

/** Meteora DBC (dynamic bonding curve). */
export const meteoraDbc: ProgramDecoder = {
  program: 'dbcij3LWUppWqq96dh6gJWwBifmcGfLSB5D4DuSMaqN',
  name: 'meteora-dbc',
  eventSources: ['self-cpi', 'log'],
  instructions: [
    yielding('swap', layouts.swapArgs, accounts.SWAP, swapFromInstruction),
    yielding('swap2', layouts.swap2Args, accounts.SWAP, swapFromInstruction),
    yielding('swap2_with_transfer_hook', layouts.swap2Args, accounts.SWAP, swapFromInstruction),
    yielding('initialize_virtual_pool_with_spl_token', layouts.initializePoolArgs, accounts.INITIALIZE, created),
    yielding('initialize_virtual_pool_with_token2022', layouts.initializePoolArgs, accounts.INITIALIZE_2022, created),
    yielding(
      'initialize_virtual_pool_with_token2022_transfer_hook',
      layouts.initializePoolArgs,
      accounts.INITIALIZE_HOOK,
      created,
    ),
    yielding(
      'migrate_meteora_damm',
      null,
      accounts.MIGRATE_DAMM,
      lifecycle.graduatedTo('meteora-damm-v1', 'token_a_mint', 'token_b_mint'),
    ),
    yielding(
      'migration_damm_v2',
      null,
      accounts.MIGRATE_DAMM_V2,
      lifecycle.graduatedTo('meteora-damm-v2', 'base_mint', 'quote_mint'),
    ),
    yielding('claim_creator_trading_fee', null, accounts.CLAIM_CREATOR, payout('creator', 'creator')),
    yielding('claim_creator_trading_fee2', null, accounts.CLAIM_CREATOR, payout('creator', 'creator')),
    yielding('claim_trading_fee', null, accounts.CLAIM_TRADING, payout('partner', 'fee_claimer')),
    yielding('claim_trading_fee2', null, accounts.CLAIM_TRADING, payout('partner', 'fee_claimer')),
    yielding('claim_protocol_fee', null, accounts.CLAIM_PROTOCOL, payout('protocol', 'operator')),
    yielding('claim_protocol_fee2', null, accounts.CLAIM_PROTOCOL_2, payout('protocol', 'signer')),
    yielding('partner_withdraw_surplus', null, accounts.WITHDRAW_SURPLUS, payout('partner', 'fee_claimer')),
    yielding('creator_withdraw_surplus', null, accounts.CREATOR_WITHDRAW_SURPLUS, payout('creator', 'creator')),
    yielding('protocol_withdraw_surplus', null, accounts.PROTOCOL_WITHDRAW_SURPLUS, payout('protocol', '')),
    yielding('withdraw_migration_fee', null, accounts.WITHDRAW_MIGRATION_FEE, payout('migrate', 'sender')),
    yielding('transfer_pool_creator', null, [], null),
    ...silentInstructions(
      'claim_legacy_pool_creation_fee',
      'claim_partner_pool_creation_fee',
      'claim_pool_creation_fee',
      'claim_protocol_pool_creation_fee',
      'close_claim_fee_operator',
      'close_claim_protocol_fee_operator',
      'close_operator_account',
      'close_token_badge',
      'create_claim_fee_operator',
      'create_claim_protocol_fee_operator',
      'create_config',
      'create_config_with_transfer_hook',
      'create_locker',
      'create_operator_account',
      'create_partner_metadata',
      'create_token_badge',
      'create_virtual_pool_metadata',
      'migrate_meteora_damm_claim_lp_token',
      'migrate_meteora_damm_lock_lp_token',
      'migration_damm_v2_create_metadata',
      'migration_meteora_damm_create_metadata',
      'withdraw_lamports_from_pool_authority',
      'withdraw_leftover',
      'zap_protocol_fee',
    ),
  ],
  events: [
    anchorEvent('EvtSwap', layouts.evtSwap, swapFromEvent),
    anchorEvent('EvtSwap2', layouts.evtSwap2, swap2FromEvent),
    anchorEvent('EvtSwap2WithTransferHook', layouts.evtSwap2WithTransferHook, swap2FromEvent),
    anchorEvent('EvtInitializePool', layouts.evtInitializePool, lifecycle.createdFromEvent),
    anchorEvent(
      'EvtInitializePoolWithTransferHook',
      layouts.evtInitializePoolWithTransferHook,
      lifecycle.createdFromEvent,
    ),
    anchorEvent('EvtCurveComplete', layouts.evtCurveComplete, lifecycle.completedFromEvent),
    anchorEvent(
      'EvtCurveCompleteWithTransferHook',
      layouts.evtCurveCompleteWithTransferHook,
      lifecycle.completedFromEvent,
    ),
    anchorEvent('EvtUpdatePoolCreator', layouts.evtUpdatePoolCreator, lifecycle.creatorFromEvent),
    anchorEvent(
      'EvtClaimCreatorTradingFee',
      layouts.evtClaimCreatorTradingFee,
      lifecycle.claimFromEvent('creator', 'creator'),
    ),
    anchorEvent('EvtClaimTradingFee', layouts.evtClaimTradingFee, lifecycle.claimFromEvent('partner', 'fee_claimer')),
    anchorEvent('EvtClaimProtocolFee', layouts.evtClaimProtocolFee, lifecycle.claimFromEvent('protocol', 'operator')),
    anchorEvent('EvtClaimProtocolFee2', layouts.evtClaimProtocolFee2, lifecycle.protocolClaim2FromEvent),
    anchorEvent('EvtPartnerWithdrawSurplus', layouts.evtPartnerWithdrawSurplus, lifecycle.surplusFromEvent('partner')),
    anchorEvent('EvtCreatorWithdrawSurplus', layouts.evtCreatorWithdrawSurplus, lifecycle.surplusFromEvent('creator')),
    anchorEvent(
      'EvtProtocolWithdrawSurplus',
      layouts.evtProtocolWithdrawSurplus,
      lifecycle.surplusFromEvent('protocol'),
    ),
    anchorEvent('EvtWithdrawMigrationFee', layouts.evtWithdrawMigrationFee, lifecycle.migrationFeeFromEvent),
    anchorEvent(
      'EvtPartnerWithdrawMigrationFee',
      layouts.evtPartnerWithdrawMigrationFee,
      lifecycle.migrationFeeFromEvent,
    ),
    otherEvent('EvtClaimPoolCreationFee', layouts.evtClaimPoolCreationFee),
    otherEvent('EvtPartnerClaimPoolCreationFee', layouts.evtPartnerClaimPoolCreationFee),
    ...otherEvents(others),
  ],
};
