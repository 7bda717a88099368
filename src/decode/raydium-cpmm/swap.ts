import type { ProtocolEvent, Trade } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { isKeyBefore } from '../orientation.ts';
import { chargedFees, type PoolSide, tradeOf } from '../pool-events.ts';
import { movementOf, poolSide, vaultMint } from '../pool-movement.ts';
import { setAside } from './fee-tiers.ts';

export interface SwapFields {
  readonly pool_id: string;
  readonly input_vault_before: bigint;
  readonly output_vault_before: bigint;
  readonly input_amount: bigint;
  readonly output_amount: bigint;
  readonly input_transfer_fee: bigint;
  readonly output_transfer_fee: bigint;
  readonly base_input: boolean;
  readonly input_mint: string | undefined;
  readonly output_mint: string | undefined;
  readonly trade_fee: bigint | undefined;
  readonly creator_fee: bigint | undefined;
  readonly creator_fee_on_input: boolean | undefined;
}

/** The event counts what reached the input vault and what left the output vault; only the mints' transfer fees are beside that. */
export function swapFromEvent(fields: SwapFields, context: InstructionContext): ProtocolEvent {
  const inputVault = context.account('input_vault');
  const outputVault = context.account('output_vault');
  const inputMint = fields.input_mint ?? vaultMint(context, context.account('input_token_mint'), inputVault);
  const outputMint = fields.output_mint ?? vaultMint(context, context.account('output_token_mint'), outputVault);
  return {
    ...context.head,
    ...tradeOf({
      pool: fields.pool_id,
      trader: context.account('payer'),
      ...inPoolOrder(
        poolSide(inputMint, inputVault, fields.input_amount, inputReserve(fields, context.account('amm_config'))),
        poolSide(outputMint, outputVault, fields.output_amount, outputReserve(fields)),
      ),
      fees: chargedFees(
        ['trade', inputMint, fields.trade_fee ?? 0n],
        ['creator', fields.creator_fee_on_input === false ? outputMint : inputMint, fields.creator_fee ?? 0n],
        ['transfer', inputMint, fields.input_transfer_fee],
        ['transfer', outputMint, fields.output_transfer_fee],
      ),
      feesIncluded: true,
      limit: limitOf(context),
    }),
  };
}

/**
 * What is set aside for the protocol, the fund and the pool's creator stays in the vaults until it is collected, but is no reserve: the
 * counts "before" are without it already. Null where an older event does not tell the trade fee, or nothing tells its shares.
 */
function inputReserve(fields: SwapFields, tier: string): bigint | null {
  const notReserve = fields.trade_fee === undefined ? null : setAside(tier, fields.trade_fee);
  if (notReserve === null) return null;
  const creatorFee = fields.creator_fee_on_input === false ? 0n : (fields.creator_fee ?? 0n);
  return fields.input_vault_before + fields.input_amount - notReserve - creatorFee;
}

function outputReserve(fields: SwapFields): bigint {
  const creatorFee = fields.creator_fee_on_input === false ? (fields.creator_fee ?? 0n) : 0n;
  return fields.output_vault_before - fields.output_amount - creatorFee;
}

export function swapFromInstruction(context: InstructionContext): ProtocolEvent | null {
  const inputVault = context.account('input_vault');
  const outputVault = context.account('output_vault');
  const movement = movementOf(context, inputVault, outputVault);
  if (movement === null || movement.a.received === 0n || movement.b.sent === 0n) return null;
  const inputMint = vaultMint(context, context.account('input_token_mint'), inputVault);
  const outputMint = vaultMint(context, context.account('output_token_mint'), outputVault);
  return {
    ...context.headFromInstruction(),
    strategy: movement.strategy,
    ...tradeOf({
      pool: context.account('pool_state'),
      trader: context.account('payer'),
      ...inPoolOrder(
        poolSide(inputMint, inputVault, movement.a.received, null),
        poolSide(outputMint, outputVault, movement.b.sent, null),
      ),
      fees: [],
      feesIncluded: true,
      limit: limitOf(context),
    }),
  };
}

/** Token 0 of a pool is the mint with the smaller key. */
function inPoolOrder(
  input: PoolSide,
  output: PoolSide,
): { readonly a: PoolSide; readonly b: PoolSide; readonly aToB: boolean } {
  const aToB = input.mint === null || output.mint === null || isKeyBefore(input.mint, output.mint);
  return aToB ? { a: input, b: output, aToB } : { a: output, b: input, aToB };
}

function limitOf(context: InstructionContext): Trade['limit'] {
  const minimumOut = context.argument('minimum_amount_out');
  if (minimumOut !== null) return { what: 'min-out', amount: minimumOut };
  const maximumIn = context.argument('max_amount_in');
  return maximumIn === null ? null : { what: 'max-in', amount: maximumIn };
}
