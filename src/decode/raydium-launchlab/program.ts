import type { Layout } from '../layout.ts';
import {
  anchorEvent,
  anchorInstruction,
  type InstructionSpec,
  otherEvent,
  type ProgramDecoder,
  silentInstructions,
} from '../program.ts';
import {
  claimVestedEvent,
  createVestingEvent,
  exactInArgs,
  exactOutArgs,
  initializeArgs,
  migrateToAmmArgs,
  poolCreateEvent,
  tradeEvent,
} from './layouts.ts';
import { claimOf, createdFromEvent, createdFromInstruction, graduatedTo } from './lifecycle.ts';
import { tradeFromEvent, tradeFromInstruction } from './trade.ts';

const TRADE = [
  'payer',
  'authority',
  'global_config',
  'platform_config',
  'pool_state',
  'user_base_token',
  'user_quote_token',
  'base_vault',
  'quote_vault',
  'base_token_mint',
  'quote_token_mint',
  'base_token_program',
  'quote_token_program',
];

const INITIALIZE_START = [
  'payer',
  'creator',
  'global_config',
  'platform_config',
  'authority',
  'pool_state',
  'base_mint',
  'quote_mint',
  'base_vault',
  'quote_vault',
];
const INITIALIZE = [...INITIALIZE_START, 'metadata_account', 'base_token_program', 'quote_token_program'];
const INITIALIZE_TOKEN_2022 = [...INITIALIZE_START, 'base_token_program', 'quote_token_program'];

const MIGRATE_TO_AMM = [
  'payer',
  'base_mint',
  'quote_mint',
  'openbook_program',
  'market',
  'request_queue',
  'event_queue',
  'bids',
  'asks',
  'market_vault_signer',
  'market_base_vault',
  'market_quote_vault',
  'amm_program',
  'amm_pool',
  'amm_authority',
  'amm_open_orders',
  'amm_lp_mint',
  'amm_base_vault',
  'amm_quote_vault',
  'amm_target_orders',
  'amm_config',
  'amm_create_fee_destination',
  'authority',
  'pool_state',
  'global_config',
  'base_vault',
  'quote_vault',
  'pool_lp_token',
];

const MIGRATE_TO_CPSWAP = [
  'payer',
  'base_mint',
  'quote_mint',
  'platform_config',
  'cpswap_program',
  'cpswap_pool',
  'cpswap_authority',
  'cpswap_lp_mint',
  'cpswap_base_vault',
  'cpswap_quote_vault',
  'cpswap_config',
  'cpswap_create_pool_fee',
  'cpswap_observation',
  'lock_program',
  'lock_authority',
  'lock_lp_vault',
  'authority',
  'pool_state',
  'global_config',
  'base_vault',
  'quote_vault',
  'pool_lp_token',
];

const COLLECT = [
  'owner',
  'authority',
  'pool_state',
  'global_config',
  'quote_vault',
  'quote_mint',
  'recipient_token_account',
  'token_program',
];

const CLAIM_PLATFORM = [
  'platform_fee_wallet',
  'authority',
  'pool_state',
  'platform_config',
  'quote_vault',
  'recipient_token_account',
  'quote_mint',
];

const CLAIM_PLATFORM_FROM_VAULT = [
  'platform_fee_wallet',
  'fee_vault_authority',
  'platform_config',
  'platform_fee_vault',
  'recipient_token_account',
  'quote_mint',
];

const CLAIM_CREATOR = ['creator', 'fee_vault_authority', 'creator_fee_vault', 'recipient_token_account', 'quote_mint'];

export const raydiumLaunchlab: ProgramDecoder = {
  program: 'LanMV9sAd7wArD4vJFi2qDdfnVhFxYSUg6eADduJ3uj',
  name: 'raydium-launchlab',
  eventSources: ['self-cpi', 'log'],
  instructions: [
    trade('buy_exact_in', exactInArgs),
    trade('buy_exact_out', exactOutArgs),
    trade('sell_exact_in', exactInArgs),
    trade('sell_exact_out', exactOutArgs),
    initialize('initialize', INITIALIZE),
    initialize('initialize_v2', INITIALIZE),
    initialize('initialize_with_token_2022', INITIALIZE_TOKEN_2022),
    anchorInstruction('migrate_to_amm', {
      args: migrateToAmmArgs,
      accounts: MIGRATE_TO_AMM,
      yields: true,
      fromInstruction: graduatedTo('raydium-amm-v4', 'amm_pool'),
    }),
    anchorInstruction('migrate_to_cpswap', {
      args: null,
      accounts: MIGRATE_TO_CPSWAP,
      yields: true,
      fromInstruction: graduatedTo('raydium-cpmm', 'cpswap_pool'),
    }),
    claim('collect_fee', COLLECT, claimOf('protocol', 'quote_vault', 'owner')),
    claim('collect_migrate_fee', COLLECT, claimOf('migrate', 'quote_vault', 'owner')),
    claim('claim_platform_fee', CLAIM_PLATFORM, claimOf('platform', 'quote_vault', 'platform_fee_wallet')),
    claim(
      'claim_platform_fee_from_vault',
      CLAIM_PLATFORM_FROM_VAULT,
      claimOf('platform', 'platform_fee_vault', 'platform_fee_wallet'),
    ),
    claim('claim_creator_fee', CLAIM_CREATOR, claimOf('creator', 'creator_fee_vault', 'creator')),
    anchorInstruction('create_vesting_account', { args: null, accounts: [], yields: true }),
    anchorInstruction('claim_vested_token', { args: null, accounts: [], yields: true }),
    ...silentInstructions(
      'create_config',
      'update_config',
      'create_platform_config',
      'update_platform_config',
      'update_platform_curve_param',
      'remove_platform_curve_param',
      'create_platform_vesting_account',
      'create_platform_global_access',
      'close_platform_global_access',
      'create_platform_curve_rule',
      'update_platform_curve_rule',
      'remove_platform_curve_rule',
      'close_platform_curve_rule',
      'create_platform_allow_config',
      'close_platform_allow_config',
      'collect_excess_lamports',
    ),
  ],
  events: [
    anchorEvent('TradeEvent', tradeEvent, tradeFromEvent),
    anchorEvent('PoolCreateEvent', poolCreateEvent, createdFromEvent),
    otherEvent('CreateVestingEvent', createVestingEvent),
    otherEvent('ClaimVestedEvent', claimVestedEvent),
  ],
};

function trade(name: string, args: Layout<object>): InstructionSpec {
  return anchorInstruction(name, { args, accounts: TRADE, yields: true, fromInstruction: tradeFromInstruction });
}

function initialize(name: string, accounts: readonly string[]): InstructionSpec {
  return anchorInstruction(name, {
    args: initializeArgs,
    accounts,
    yields: true,
    fromInstruction: createdFromInstruction,
  });
}

function claim(
  name: string,
  accounts: readonly string[],
  fromInstruction: ReturnType<typeof claimOf>,
): InstructionSpec {
  return anchorInstruction(name, { args: null, accounts, yields: true, fromInstruction });
}
