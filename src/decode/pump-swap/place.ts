import type { Trade } from '../../domain/protocol-event.ts';
import type { TokenBalance } from '../../domain/transaction.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { PUMP_FUN } from '../program-ids.ts';

/** What an instruction and its transaction tell of the pool an event is about. */
export interface PoolPlace {
  readonly baseMint: string | null;
  readonly quoteMint: string | null;
  readonly vaults: NonNullable<Trade['vaults']> | null;
}

/** What an event tells that its instruction may not: the pool, the trader's accounts, and the vaults' balances before it. */
export interface PoolClues {
  readonly pool: string;
  readonly user_base_token_account: string;
  readonly user_quote_token_account: string;
  readonly pool_base_token_reserves: bigint;
  readonly pool_quote_token_reserves: bigint;
}

/** From the instruction's accounts, else from the hop of a route, else from the token accounts whose balances were recorded. */
export function placeOf(context: InstructionContext, clues: PoolClues): PoolPlace {
  const hop = hopOf(context, clues.pool);
  if (hop !== null) return hop;
  return { ...mintsOf(context, clues), vaults: vaultsOf(context) };
}

export function vaultsOf(context: InstructionContext): NonNullable<Trade['vaults']> | null {
  const base = context.account('pool_base_token_account');
  const quote = context.account('pool_quote_token_account');
  return base === '' || quote === '' ? null : { base, quote };
}

const ROUTE = 'multi_hop_swap';
const HOP_ACCOUNTS = 5;

/** A hop of a route lists its base mint, its quote mint, its pool and the pool's two vaults, in this order. */
function hopOf(context: InstructionContext, pool: string): PoolPlace | null {
  const { spec } = context;
  if (spec?.name !== ROUTE) return null;
  for (let place = spec.accounts.length; place + HOP_ACCOUNTS <= context.accountCount; place += HOP_ACCOUNTS) {
    if (context.accountAt(place + 2) !== pool) continue;
    const vaults = { base: context.accountAt(place + 3), quote: context.accountAt(place + 4) };
    return { baseMint: context.accountAt(place), quoteMint: context.accountAt(place + 1), vaults };
  }
  return null;
}

/** A route whose hops all run over curves tells nothing here: pump.fun tells every hop. */
export function isRoutedOverCurves(context: InstructionContext): boolean {
  return context.children().some((child) => context.transaction.key(child.programIndex) === PUMP_FUN);
}

type Mints = Pick<PoolPlace, 'baseMint' | 'quoteMint'>;

function mintsOf(context: InstructionContext, clues: PoolClues): Mints {
  const baseMint = context.account('base_mint') || context.mintOfKey(clues.user_base_token_account);
  const quoteMint = context.account('quote_mint') || context.mintOfKey(clues.user_quote_token_account);
  return baseMint === null || quoteMint === null
    ? mintsOfVaults(context, clues, { baseMint, quoteMint })
    : { baseMint, quoteMint };
}

/** The trader's accounts may be closed at once: the pool's own are told apart by what they held, or by the mint that is known already. */
function mintsOfVaults({ transaction }: InstructionContext, clues: PoolClues, known: Mints): Mints {
  const held = (transaction.preTokenBalances ?? []).filter(({ owner }) => owner === clues.pool);
  const holding = (amount: bigint) => only(held.filter((entry) => entry.amount === amount));
  const beside = (mint: string | null) => (mint === null ? null : only(held.filter((entry) => entry.mint !== mint)));
  const baseMint = known.baseMint ?? holding(clues.pool_base_token_reserves) ?? beside(known.quoteMint);
  const quoteMint = known.quoteMint ?? holding(clues.pool_quote_token_reserves) ?? beside(baseMint);
  return { baseMint: baseMint ?? beside(quoteMint), quoteMint };
}

/** The mint of the one account there is; null where there are several. */
function only(balances: readonly TokenBalance[]): string | null {
  return balances.length === 1 ? (balances[0]?.mint ?? null) : null;
}
