import type { ProtocolEvent } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import type { Layout } from '../layout.ts';
import { type InstructionSpec, type ProgramDecoder, taggedInstruction } from '../program.ts';
import {
  depositFromInstruction,
  pnlFromInstruction,
  poolFromInstruction,
  swapFromInstruction,
  withdrawFromInstruction,
} from './from-instruction.ts';
import {
  depositArgs,
  initialize2Args,
  initializeArgs,
  swapBaseInArgs,
  swapBaseOutArgs,
  withdrawArgs,
} from './layouts.ts';
import { readRayLog } from './ray-log.ts';

const START = ['token_program', 'amm', 'amm_authority'];

/** Raydium AMM v4: one-byte tags, no Anchor; its only events are ray_log lines. */
export const raydiumAmmV4: ProgramDecoder = {
  program: '675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8',
  name: 'raydium-amm-v4',
  eventSources: ['ray-log'],
  instructions: [
    bearing(
      'initialize',
      '00',
      initializeArgs,
      ['token_program', 'system_program', 'rent', 'amm'],
      poolFromInstruction,
    ),
    bearing(
      'initialize2',
      '01',
      initialize2Args,
      ['token_program', 'associated_token_program', 'system_program', 'rent', 'amm', 'amm_authority'],
      poolFromInstruction,
    ),
    silent('monitor_step', '02'),
    bearing('deposit', '03', depositArgs, START, depositFromInstruction),
    bearing('withdraw', '04', withdrawArgs, START, withdrawFromInstruction),
    silent('migrate_to_open_book', '05'),
    silent('set_params', '06'),
    bearing('withdraw_pnl', '07', null, ['token_program', 'amm', 'amm_config', 'amm_authority'], pnlFromInstruction),
    silent('withdraw_srm', '08'),
    bearing('swap_base_in', '09', swapBaseInArgs, START, swapFromInstruction),
    silent('pre_initialize', '0a'),
    bearing('swap_base_out', '0b', swapBaseOutArgs, START, swapFromInstruction),
    silent('simulate_info', '0c'),
    silent('admin_cancel_orders', '0d'),
    silent('create_config_account', '0e'),
    silent('update_config_account', '0f'),
    bearing('swap_base_in_v2', '10', swapBaseInArgs, START, swapFromInstruction),
    bearing('swap_base_out_v2', '11', swapBaseOutArgs, START, swapFromInstruction),
  ],
  events: [],
  fromRayLog: readRayLog,
};

function bearing(
  name: string,
  tag: string,
  args: Layout<object> | null,
  accounts: readonly string[],
  fromInstruction: (context: InstructionContext) => ProtocolEvent | null,
): InstructionSpec {
  return taggedInstruction(name, tag, { args, accounts, yields: true, fromInstruction });
}

/** Known, and of no consequence to a market. */
function silent(name: string, tag: string): InstructionSpec {
  return taggedInstruction(name, tag, { args: null, accounts: [], yields: false });
}
