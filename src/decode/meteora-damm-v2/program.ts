import { anchorEvent, otherEvents, type ProgramDecoder, silentInstructions, yielding } from '../program.ts';
import * as accounts from './accounts.ts';
import * as layouts from './layouts.ts';
import * as liquidity from './liquidity.ts';
import * as others from './other-layouts.ts';
import { swap2FromEvent, swapFromEvent, swapFromInstruction } from './swap.ts';

const pool = liquidity.poolFromInstruction;
const fees = liquidity.feesFromInstruction;

/** Meteora DAMM v2 ("cp-amm"). */
export const meteoraDammV2: ProgramDecoder = {
  program: 'cpamdpZCGKUy5JxQXB4dcpGPiikHawvSWAd6mEn1sGG',
  name: 'meteora-damm-v2',
  eventSources: ['self-cpi', 'log'],
  instructions: [
    yielding('swap', layouts.swapArgs, accounts.SWAP, swapFromInstruction),
    yielding('swap2', layouts.swap2Args, accounts.SWAP, swapFromInstruction),
    yielding('add_liquidity', null, accounts.ADD, liquidity.addFromInstruction),
    yielding('remove_liquidity', null, accounts.REMOVE, liquidity.removeFromInstruction),
    yielding('remove_all_liquidity', null, accounts.REMOVE, liquidity.removeFromInstruction),
    yielding('initialize_pool', null, accounts.INITIALIZE, pool),
    yielding('initialize_customizable_pool', null, accounts.INITIALIZE_CUSTOM, pool),
    yielding('initialize_pool_with_dynamic_config', null, accounts.INITIALIZE_DYNAMIC, pool),
    yielding('claim_position_fee', null, accounts.CLAIM_POSITION_FEE, fees('lp', 'signer')),
    yielding('claim_protocol_fee', null, accounts.CLAIM_PROTOCOL_FEE, fees('protocol', 'operator')),
    yielding('claim_protocol_fee2', null, accounts.CLAIM_PROTOCOL_FEE_2, fees('protocol', 'signer')),
    yielding('claim_partner_fee', null, accounts.CLAIM_PARTNER_FEE, fees('partner', 'partner')),
    // Positions, rewards and locks write events of their own kind; settings write none that matter.
    ...silentInstructions(
      'claim_reward',
      'close_claim_fee_operator',
      'close_config',
      'close_operator_account',
      'close_position',
      'close_token_badge',
      'create_claim_fee_operator',
      'create_config',
      'create_dynamic_config',
      'create_operator_account',
      'create_position',
      'create_token_badge',
      'dummy_ix',
      'fix_config_fee_params',
      'fix_pool_fee_params',
      'fix_pool_layout_version',
      'fund_reward',
      'initialize_reward',
      'lock_inner_position',
      'lock_position',
      'permanent_lock_position',
      'refresh_vesting',
      'set_pool_status',
      'split_position',
      'split_position2',
      'update_delegate_permission',
      'update_pool_fees',
      'update_reward_duration',
      'update_reward_funder',
      'withdraw_dead_liquidity_reward',
      'withdraw_ineligible_reward',
      'zap_protocol_fee',
    ),
  ],
  events: [
    anchorEvent('EvtSwap', layouts.evtSwap, swapFromEvent),
    anchorEvent('EvtSwap2', layouts.evtSwap2, swap2FromEvent),
    anchorEvent('EvtLiquidityChange', layouts.evtLiquidityChange, liquidity.changeFromEvent),
    anchorEvent('EvtAddLiquidity', layouts.evtAddLiquidity, liquidity.addedFromEvent),
    anchorEvent('EvtRemoveLiquidity', layouts.evtRemoveLiquidity, liquidity.removedFromEvent),
    anchorEvent('EvtInitializePool', layouts.evtInitializePool, liquidity.poolFromEvent),
    anchorEvent('EvtClaimPositionFee', layouts.evtClaimPositionFee, liquidity.claimFromEvent),
    anchorEvent('EvtClaimProtocolFee', layouts.evtClaimProtocolFee, liquidity.protocolClaimFromEvent),
    anchorEvent('EvtClaimProtocolFee2', layouts.evtClaimProtocolFee2, liquidity.protocolClaim2FromEvent),
    anchorEvent('EvtClaimPartnerFee', layouts.evtClaimPartnerFee, liquidity.partnerClaimFromEvent),
    ...otherEvents(others),
  ],
};
