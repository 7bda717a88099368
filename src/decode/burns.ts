import type { LiquidityChanged, LpBurned, OtherEvent, ProtocolEvent, TokenBurned } from '../domain/protocol-event.ts';
import type { Transaction } from '../domain/transaction.ts';
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from './spl-token/token-instruction.ts';

type Balances = Pick<Transaction, 'preTokenBalances' | 'postTokenBalances'>;

/**
 * What the burns of one transaction mean, once everything it did is known. Liquidity tokens that a withdrawal takes back, and what another
 * program's event already tells as burned, are no burns of their own; liquidity tokens of a pool this transaction names are burned as such.
 * Knows nothing of other transactions: liquidity tokens whose pool is not spoken of here stay tokens. What a burn is found to mean does not
 * change its ordinal, nor that of the burns beside it.
 */
export function withBurnsTold(events: readonly ProtocolEvent[], balances: Balances): readonly ProtocolEvent[] {
  if (!events.some((event) => event.kind === 'token-burned')) return events;
  const pools = poolsByLpMint(events);
  const reasons = events.filter(isReason);
  return events.map((event) => {
    if (event.kind !== 'token-burned' || !isOfTokenProgram(event)) return event;
    const reason = reasons.findIndex((each) => includes(each, event));
    if (reason >= 0) {
      // A reason stands for one burn: burning what is left after a withdrawal is a burn of its own.
      reasons.splice(reason, 1);
      return withoutMeaning(event);
    }
    const pool = pools.get(event.mint);
    if (pool !== undefined) return lpBurned(event, pool);
    return isOfCollectible(event, balances) ? withoutMeaning(event) : event;
  });
}

/** A burn as one that nobody is told of: kept with its fields. */
function withoutMeaning(burn: TokenBurned): OtherEvent {
  const { mint: _mint, account: _account, authority: _authority, amount: _amount, ...head } = burn;
  return { ...head, kind: 'other' };
}

/** The token programs' own burns explain nothing: of those a transaction can hold thousands. */
function isReason(event: ProtocolEvent): event is LiquidityChanged | TokenBurned {
  if (event.kind === 'liquidity-removed') return true;
  return event.kind === 'token-burned' && !isOfTokenProgram(event);
}

function isOfTokenProgram({ program }: TokenBurned): boolean {
  return program === TOKEN_PROGRAM || program === TOKEN_2022_PROGRAM;
}

/** One indivisible piece: an NFT, such as the one that stands for a position and is burned when the position is closed. */
function isOfCollectible(burn: TokenBurned, balances: Balances): boolean {
  if (burn.amount !== 1n) return false;
  // Of an account that is opened and closed within the transaction nothing tells the decimals: nobody burns one base unit of a token.
  return (burn.fields['decimals'] ?? decimalsOf(burn.mint, balances) ?? 0) === 0;
}

function decimalsOf(mint: string, { preTokenBalances, postTokenBalances }: Balances): number | undefined {
  const isOfMint = (balance: { readonly mint: string }) => balance.mint === mint;
  return (preTokenBalances?.find(isOfMint) ?? postTokenBalances?.find(isOfMint))?.decimals;
}

function poolsByLpMint(events: readonly ProtocolEvent[]): ReadonlyMap<string, string> {
  const pools = new Map<string, string>();
  for (const event of events) {
    const namesMint =
      event.kind === 'pool-created' || event.kind === 'liquidity-added' || event.kind === 'liquidity-removed';
    if (namesMint && event.lpMint !== null) pools.set(event.lpMint, event.pool);
  }
  return pools;
}

/** True when the burn ran below the event's instruction and is a part of what the event tells. */
function includes(event: LiquidityChanged | TokenBurned, burn: TokenBurned): boolean {
  const { outer, inner } = event.path;
  if (outer !== burn.path.outer || (inner >= 0 && inner >= burn.path.inner)) return false;
  if (event.kind === 'token-burned') {
    return event.mint === burn.mint && event.amount === burn.amount;
  }
  return event.lpMint === burn.mint && (event.lpAmount === null || event.lpAmount === burn.amount);
}

function lpBurned(burn: TokenBurned, pool: string): LpBurned {
  return { ...burn, kind: 'lp-burned', pool };
}
