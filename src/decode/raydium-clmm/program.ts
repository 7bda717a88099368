import type { ProtocolEvent } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import type { Layout } from '../layout.ts';
import {
  anchorEvent,
  anchorInstruction,
  auxiliaryEvent,
  type InstructionSpec,
  otherEvent,
  type ProgramDecoder,
  silentInstructions,
} from '../program.ts';
import * as accounts from './accounts.ts';
import * as layouts from './layouts.ts';
import * as liquidity from './liquidity.ts';
import { routeFromInstruction, swapFromEvent, swapFromInstruction } from './swap.ts';

export const raydiumClmm: ProgramDecoder = {
  program: 'CAMMCzo5YL8w4VFF8KVHrK22GGUsp5VTaW7grrKgrWqK',
  name: 'raydium-clmm',
  eventSources: ['log'],
  instructions: [
    bearing('swap', layouts.swapArgs, accounts.SWAP, swapFromInstruction),
    bearing('swap_v2', layouts.swapArgs, accounts.SWAP_V2, swapFromInstruction),
    bearing('swap_router_base_in', layouts.swapRouterArgs, accounts.ROUTER, routeFromInstruction),
    bearing('create_pool', layouts.createPoolArgs, accounts.CREATE_POOL, liquidity.poolFromInstruction),
    bearing(
      'create_customizable_pool',
      layouts.createCustomizablePoolArgs,
      accounts.CREATE_POOL,
      liquidity.poolFromInstruction,
    ),
    bearing('open_position', layouts.openPositionArgs, accounts.OPEN_POSITION, liquidity.addedFromInstruction),
    bearing('open_position_v2', layouts.openPositionArgs, accounts.OPEN_POSITION_V2, liquidity.addedFromInstruction),
    bearing(
      'open_position_with_token22_nft',
      layouts.openPositionArgs,
      accounts.OPEN_POSITION_TOKEN_22,
      liquidity.addedFromInstruction,
    ),
    bearing('increase_liquidity', layouts.increaseLiquidityArgs, accounts.INCREASE, liquidity.addedFromInstruction),
    bearing(
      'increase_liquidity_v2',
      layouts.increaseLiquidityArgs,
      accounts.INCREASE_V2,
      liquidity.addedFromInstruction,
    ),
    bearing('decrease_liquidity', layouts.decreaseLiquidityArgs, accounts.DECREASE, liquidity.removedFromInstruction),
    bearing(
      'decrease_liquidity_v2',
      layouts.decreaseLiquidityArgs,
      accounts.DECREASE_V2,
      liquidity.removedFromInstruction,
    ),
    bearing('close_position', null, accounts.CLOSE_POSITION, liquidity.closedFromInstruction),
    bearing('collect_protocol_fee', layouts.collectArgs, accounts.COLLECT, liquidity.collectedFromInstruction),
    bearing('collect_fund_fee', layouts.collectArgs, accounts.COLLECT, liquidity.collectedFromInstruction),
    ...silentInstructions(
      'collect_remaining_rewards',
      'create_amm_config',
      'update_amm_config',
      'create_dynamic_fee_config',
      'update_dynamic_fee_config',
      'create_operation_account',
      'update_operation_account',
      'create_support_mint_associated',
      'initialize_reward',
      'set_reward_params',
      'transfer_reward_owner',
      'update_pool_status',
      'update_reward_infos',
      'close_protocol_position',
      'open_limit_order',
      'increase_limit_order',
      'decrease_limit_order',
      'settle_limit_order',
      'close_limit_order',
    ),
  ],
  events: [
    anchorEvent('SwapEvent', layouts.swapEvent, swapFromEvent),
    anchorEvent('PoolCreatedEvent', layouts.poolCreatedEvent, liquidity.poolFromEvent),
    anchorEvent('CreatePersonalPositionEvent', layouts.createPersonalPositionEvent, liquidity.openedFromEvent),
    anchorEvent('IncreaseLiquidityEvent', layouts.increaseLiquidityEvent, liquidity.increasedFromEvent),
    anchorEvent('DecreaseLiquidityEvent', layouts.decreaseLiquidityEvent, liquidity.decreasedFromEvent),
    anchorEvent('CollectPersonalFeeEvent', layouts.collectPersonalFeeEvent, liquidity.personalFeesFromEvent),
    anchorEvent('CollectProtocolFeeEvent', layouts.collectProtocolFeeEvent, liquidity.collectedFromEvent),
    // Steps of an operation whose own event follows.
    auxiliaryEvent('LiquidityCalculateEvent', layouts.liquidityCalculateEvent),
    auxiliaryEvent('LiquidityChangeEvent', layouts.liquidityChangeEvent),
    auxiliaryEvent('UpdateRewardInfosEvent', layouts.updateRewardInfosEvent),
    otherEvent('ConfigChangeEvent', layouts.configChangeEvent),
    otherEvent('OpenLimitOrderEvent', layouts.openLimitOrderEvent),
    otherEvent('IncreaseLimitOrderEvent', layouts.increaseLimitOrderEvent),
    otherEvent('DecreaseLimitOrderEvent', layouts.decreaseLimitOrderEvent),
    otherEvent('SettleLimitOrderEvent', layouts.settleLimitOrderEvent),
  ],
};

function bearing(
  name: string,
  args: Layout<object> | null,
  names: readonly string[],
  fromInstruction: (context: InstructionContext) => ProtocolEvent | readonly ProtocolEvent[] | null,
): InstructionSpec {
  return anchorInstruction(name, { args, accounts: names, yields: true, fromInstruction });
}
