import type { ProtocolEvent, Trade } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { isKeyBefore } from '../orientation.ts';
import { chargedFees, type PoolSide, tradeOf } from '../pool-events.ts';
import { movementOf, poolSide, vaultMint } from '../pool-movement.ts';
import { ROUTER, ROUTER_HOP } from './accounts.ts';

/** What a body of any age may tell. */
export type SwapFields = Partial<{
  readonly pool_state: string;
  readonly sender: string;
  readonly amount_0: bigint;
  readonly transfer_fee_0: bigint;
  readonly amount_1: bigint;
  readonly transfer_fee_1: bigint;
  readonly zero_for_one: boolean;
  readonly trade_fee_0: bigint | undefined;
  readonly trade_fee_1: bigint | undefined;
}>;

/**
 * The event tells what reached the pool on the way in, and what reached the trader on the way out: there the mint's transfer fee
 * left the vault too. (Before Token-2022 support the transfer fees are zero.)
 */
export function swapFromEvent(fields: SwapFields, context: InstructionContext): ProtocolEvent {
  const { pool_state: pool = '', amount_0: amount0 = 0n, amount_1: amount1 = 0n } = fields;
  const { zero_for_one: aToB = false, transfer_fee_0: transferFee0 = 0n, transfer_fee_1: transferFee1 = 0n } = fields;
  const hop = hopOf(context, pool);
  const [vault0, vault1] = aToB ? [hop.inputVault, hop.outputVault] : [hop.outputVault, hop.inputVault];
  const [named0, named1] = aToB ? [hop.inputMint, hop.outputMint] : [hop.outputMint, hop.inputMint];
  const mint0 = vaultMint(context, named0, vault0);
  const mint1 = vaultMint(context, named1, vault1);
  return {
    ...context.head,
    ...tradeOf({
      pool,
      trader: fields.sender ?? '',
      a: poolSide(mint0, vault0, amount0 + (aToB ? 0n : transferFee0), null),
      b: poolSide(mint1, vault1, amount1 + (aToB ? transferFee1 : 0n), null),
      aToB,
      fees: chargedFees(
        ['trade', mint0, fields.trade_fee_0 ?? 0n],
        ['trade', mint1, fields.trade_fee_1 ?? 0n],
        ['transfer', mint0, transferFee0],
        ['transfer', mint1, transferFee1],
      ),
      feesIncluded: true,
      limit: limitOf(context),
    }),
  };
}

export function swapFromInstruction(context: InstructionContext): ProtocolEvent | null {
  return fromHop(context, hopOf(context, context.account('pool_state')));
}

/** A route without its logs: every pool among the accounts is told by its vaults' transfers. */
export function routeFromInstruction(context: InstructionContext): readonly ProtocolEvent[] {
  const trades: ProtocolEvent[] = [];
  for (const hop of hopsOf(context)) {
    const trade = fromHop(context, hop);
    if (trade !== null) trades.push(trade);
  }
  return trades;
}

interface Hop {
  readonly pool: string;
  readonly inputVault: string;
  readonly outputVault: string;
  readonly inputMint: string;
  readonly outputMint: string;
}

function hopOf(context: InstructionContext, pool: string): Hop {
  if (context.spec?.name === 'swap_router_base_in') {
    return hopsOf(context).find((hop) => hop.pool === pool) ?? { ...NO_HOP, pool };
  }
  return {
    pool,
    inputVault: context.account('input_vault'),
    outputVault: context.account('output_vault'),
    inputMint: context.account('input_vault_mint'),
    outputMint: context.account('output_vault_mint'),
  };
}

const NO_HOP = { inputVault: '', outputVault: '', inputMint: '', outputMint: '' };

/** The hops of a route: a config, its pool and its accounts, then tick arrays that nothing names. */
function hopsOf(context: InstructionContext): readonly Hop[] {
  const hops: Hop[] = [];
  let inputMint = context.account('input_token_mint');
  for (let place = ROUTER.length; place + ROUTER_HOP.length <= context.accountCount; place += 1) {
    const key = (name: string) => context.accountAt(place + ROUTER_HOP.indexOf(name));
    const [inputVault, outputVault] = [key('input_vault'), key('output_vault')];
    const outputMint = vaultMint(context, '', outputVault);
    const isHop =
      outputMint !== null && outputMint === key('output_mint') && vaultMint(context, '', inputVault) !== null;
    if (!isHop) continue;
    hops.push({ pool: key('pool_state'), inputVault, outputVault, inputMint, outputMint });
    inputMint = outputMint;
    place += ROUTER_HOP.length;
  }
  return hops;
}

function fromHop(context: InstructionContext, hop: Hop): ProtocolEvent | null {
  const movement = movementOf(context, hop.inputVault, hop.outputVault);
  if (movement === null || movement.a.received === 0n || movement.b.sent === 0n) return null;
  const input = poolSide(vaultMint(context, hop.inputMint, hop.inputVault), hop.inputVault, movement.a.received, null);
  const output = poolSide(vaultMint(context, hop.outputMint, hop.outputVault), hop.outputVault, movement.b.sent, null);
  return {
    ...context.headFromInstruction(),
    strategy: movement.strategy,
    ...tradeOf({
      pool: hop.pool,
      trader: context.account('payer'),
      ...inPoolOrder(input, output),
      fees: [],
      feesIncluded: true,
      limit: limitOf(context),
    }),
  };
}

/** Token 0 of a pool is the mint with the smaller key. */
function inPoolOrder(input: PoolSide, output: PoolSide) {
  const aToB = input.mint === null || output.mint === null || isKeyBefore(input.mint, output.mint);
  return aToB ? { a: input, b: output, aToB } : { a: output, b: input, aToB };
}

function limitOf(context: InstructionContext): Trade['limit'] {
  const threshold = context.argument('other_amount_threshold');
  if (threshold === null) return null;
  return { what: context.args()?.['is_base_input'] === false ? 'max-in' : 'min-out', amount: threshold };
}
