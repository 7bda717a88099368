import { anchorEvent, anchorInstruction, type ProgramDecoder, silentInstructions } from '../program.ts';
import {
  collectArgs,
  depositArgs,
  initializeArgs,
  initializeWithPermissionArgs,
  lpChangeEvent,
  swapBaseInputArgs,
  swapBaseOutputArgs,
  swapEvent,
  withdrawArgs,
} from './layouts.ts';
import {
  depositFromInstruction,
  feesFromInstruction,
  lpChangeFromEvent,
  poolFromInstruction,
  withdrawFromInstruction,
} from './liquidity.ts';
import { swapFromEvent, swapFromInstruction } from './swap.ts';

const SWAP = [
  'payer',
  'authority',
  'amm_config',
  'pool_state',
  'input_token_account',
  'output_token_account',
  'input_vault',
  'output_vault',
  'input_token_program',
  'output_token_program',
  'input_token_mint',
  'output_token_mint',
  'observation_state',
];

const LIQUIDITY = [
  'owner',
  'authority',
  'pool_state',
  'owner_lp_token',
  'token_0_account',
  'token_1_account',
  'token_0_vault',
  'token_1_vault',
  'token_program',
  'token_program_2022',
  'vault_0_mint',
  'vault_1_mint',
  'lp_mint',
];

const COLLECT = [
  'owner',
  'authority',
  'pool_state',
  'amm_config',
  'token_0_vault',
  'token_1_vault',
  'vault_0_mint',
  'vault_1_mint',
  'recipient_token_0_account',
  'recipient_token_1_account',
  'token_program',
  'token_program_2022',
];

const COLLECT_CREATOR = [
  'creator',
  'authority',
  'pool_state',
  'amm_config',
  'token_0_vault',
  'token_1_vault',
  'vault_0_mint',
  'vault_1_mint',
  'creator_token_0',
  'creator_token_1',
];

const INITIALIZE = [
  'creator',
  'amm_config',
  'authority',
  'pool_state',
  'token_0_mint',
  'token_1_mint',
  'lp_mint',
  'creator_token_0',
  'creator_token_1',
  'creator_lp_token',
  'token_0_vault',
  'token_1_vault',
  'create_pool_fee',
  'observation_state',
  'token_program',
];

const INITIALIZE_WITH_PERMISSION = [
  'payer',
  ...INITIALIZE.slice(0, 7),
  'payer_token_0',
  'payer_token_1',
  'payer_lp_token',
  ...INITIALIZE.slice(10, 14),
  'permission',
];

export const raydiumCpmm: ProgramDecoder = {
  program: 'CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C',
  name: 'raydium-cpmm',
  eventSources: ['log'],
  instructions: [
    anchorInstruction('swap_base_input', {
      args: swapBaseInputArgs,
      accounts: SWAP,
      yields: true,
      fromInstruction: swapFromInstruction,
    }),
    anchorInstruction('swap_base_output', {
      args: swapBaseOutputArgs,
      accounts: SWAP,
      yields: true,
      fromInstruction: swapFromInstruction,
    }),
    anchorInstruction('deposit', {
      args: depositArgs,
      accounts: LIQUIDITY,
      yields: true,
      fromInstruction: depositFromInstruction,
    }),
    anchorInstruction('withdraw', {
      args: withdrawArgs,
      accounts: [...LIQUIDITY, 'memo_program'],
      yields: true,
      fromInstruction: withdrawFromInstruction,
    }),
    anchorInstruction('initialize', {
      args: initializeArgs,
      accounts: INITIALIZE,
      yields: true,
      fromInstruction: poolFromInstruction,
    }),
    anchorInstruction('initialize_with_permission', {
      args: initializeWithPermissionArgs,
      accounts: INITIALIZE_WITH_PERMISSION,
      yields: true,
      fromInstruction: poolFromInstruction,
    }),
    anchorInstruction('collect_protocol_fee', {
      args: collectArgs,
      accounts: COLLECT,
      yields: true,
      fromInstruction: feesFromInstruction('protocol', 'owner'),
    }),
    anchorInstruction('collect_fund_fee', {
      args: collectArgs,
      accounts: COLLECT,
      yields: true,
      fromInstruction: feesFromInstruction('fund', 'owner'),
    }),
    anchorInstruction('collect_creator_fee', {
      args: null,
      accounts: COLLECT_CREATOR,
      yields: true,
      fromInstruction: feesFromInstruction('creator', 'creator'),
    }),
    ...silentInstructions(
      'create_amm_config',
      'update_amm_config',
      'update_pool_status',
      'create_permission_pda',
      'close_permission_pda',
    ),
  ],
  events: [
    anchorEvent('SwapEvent', swapEvent, swapFromEvent),
    anchorEvent('LpChangeEvent', lpChangeEvent, lpChangeFromEvent),
  ],
};
