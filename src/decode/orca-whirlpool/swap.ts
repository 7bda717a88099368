import type { ProtocolEvent, Trade } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { chargedFees, tradeOf } from '../pool-events.ts';
import { type PoolPlace, swapFromMovement } from '../pool-fallback.ts';
import { poolSide, vaultMint } from '../pool-movement.ts';

interface TradedFields {
  readonly whirlpool: string;
  readonly a_to_b: boolean;
  readonly input_amount: bigint;
  readonly output_amount: bigint;
  readonly input_transfer_fee: bigint;
  readonly output_transfer_fee: bigint;
  readonly lp_fee: bigint;
  readonly protocol_fee: bigint;
}

/** The event's amounts hold the mints' transfer fees: what the trader sent did not all arrive, what left did not all arrive either. */
export function tradedFromEvent(fields: TradedFields, context: InstructionContext): ProtocolEvent {
  const place = placeOf(context, fields.whirlpool);
  const aToB = fields.a_to_b;
  const [inputMint, outputMint] = aToB ? [place.mintA, place.mintB] : [place.mintB, place.mintA];
  const amountIn = fields.input_amount - fields.input_transfer_fee;
  return {
    ...context.head,
    ...tradeOf({
      pool: fields.whirlpool,
      trader: context.account('token_authority'),
      a: poolSide(place.mintA, place.vaultA, aToB ? amountIn : fields.output_amount, null),
      b: poolSide(place.mintB, place.vaultB, aToB ? fields.output_amount : amountIn, null),
      aToB,
      fees: chargedFees(
        ['lp', inputMint, fields.lp_fee],
        ['protocol', inputMint, fields.protocol_fee],
        ['transfer', inputMint, fields.input_transfer_fee],
        ['transfer', outputMint, fields.output_transfer_fee],
      ),
      feesIncluded: true,
      limit: limitOf(context),
    }),
  };
}

/** Before events existed only the transfers told a swap; two hops are two of them. */
export function swapFromInstruction(context: InstructionContext): readonly ProtocolEvent[] {
  const places = isTwoHop(context)
    ? [placeOf(context, context.account('whirlpool_one')), placeOf(context, context.account('whirlpool_two'))]
    : [placeOf(context, context.account('whirlpool'))];
  const trades: ProtocolEvent[] = [];
  for (const place of places) {
    const trade = swapFromMovement(context, place, context.account('token_authority'), limitOf(context));
    if (trade !== null) trades.push(trade);
  }
  return trades;
}

function isTwoHop(context: InstructionContext): boolean {
  return context.spec?.name.startsWith('two_hop_swap') === true;
}

/** Where a whirlpool stands among the accounts: the only one, or one of two hops. */
export function placeOf(context: InstructionContext, pool: string): PoolPlace {
  if (context.spec?.name === 'two_hop_swap_v2') return hopV2(context, pool);
  const suffix = isTwoHop(context) ? (pool === context.account('whirlpool_one') ? 'one_' : 'two_') : '';
  const [vaultA, vaultB] = [context.account(`token_vault_${suffix}a`), context.account(`token_vault_${suffix}b`)];
  return {
    pool,
    vaultA,
    vaultB,
    mintA: vaultMint(context, context.account('token_mint_a'), vaultA),
    mintB: vaultMint(context, context.account('token_mint_b'), vaultB),
  };
}

/** The second form names input, intermediate and output; which of them is A tells the direction of the hop. */
function hopV2(context: InstructionContext, pool: string): PoolPlace {
  const isFirst = pool === context.account('whirlpool_one');
  const [input, output] = isFirst
    ? [
        [context.account('token_mint_input'), context.account('token_vault_one_input')] as const,
        [context.account('token_mint_intermediate'), context.account('token_vault_one_intermediate')] as const,
      ]
    : [
        [context.account('token_mint_intermediate'), context.account('token_vault_two_intermediate')] as const,
        [context.account('token_mint_output'), context.account('token_vault_two_output')] as const,
      ];
  const aToB = context.args()?.[isFirst ? 'a_to_b_one' : 'a_to_b_two'] !== false;
  const [a, b] = aToB ? [input, output] : [output, input];
  return { pool, mintA: a[0] || null, vaultA: a[1], mintB: b[0] || null, vaultB: b[1] };
}

function limitOf(context: InstructionContext): Trade['limit'] {
  const threshold = context.argument('other_amount_threshold');
  // Over two hops the limit protects the ends, not the single trade.
  if (threshold === null || isTwoHop(context)) return null;
  const isInput = context.args()?.['amount_specified_is_input'] !== false;
  return { what: isInput ? 'min-out' : 'max-in', amount: threshold };
}
