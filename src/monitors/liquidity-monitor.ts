import type { EnrichedTransaction, Monitor } from '../domain/contracts.ts';
import type { DomainEvent } from '../domain/domain-event.ts';
import { transactionEvent } from '../domain/events/build.ts';
import type { Interest } from '../domain/interest.ts';
import type { FeesCollected, LiquidityChanged, LpBurned, PoolCreated, TokenBurned } from '../domain/protocol-event.ts';
import { auditOf, originOf } from './event-origin.ts';

export interface LiquidityOptions {
  /** Names of the program groups it reads. */
  readonly groups: readonly string[];
}

const NOTHING: readonly DomainEvent[] = [];

/** Pools from their creation on: deposits, withdrawals, fees taken out, tokens burned. Keeps nothing between transactions. */
export class LiquidityMonitor implements Monitor {
  readonly name = 'Liquidity';
  readonly interest: Interest;

  constructor(options: LiquidityOptions) {
    this.interest = { groups: options.groups };
  }

  observe(transaction: EnrichedTransaction): readonly DomainEvent[] {
    let told: DomainEvent[] | null = null;
    for (const event of transaction.events) {
      let next: DomainEvent;
      if (event.kind === 'pool-created') next = poolCreated(transaction, event);
      else if (event.kind === 'liquidity-added' || event.kind === 'liquidity-removed') {
        next = liquidityChanged(transaction, event);
      } else if (event.kind === 'fees-collected') next = feesCollected(transaction, event);
      else if (event.kind === 'token-burned') next = tokenBurned(transaction, event);
      else if (event.kind === 'lp-burned') next = lpBurned(transaction, event);
      else continue;
      if (told === null) told = [next];
      else told.push(next);
    }
    return told ?? NOTHING;
  }
}

function poolCreated(transaction: EnrichedTransaction, event: PoolCreated): DomainEvent {
  const baseDecimals = event.baseDecimals ?? transaction.token(event.baseMint)?.decimals ?? null;
  const quoteDecimals = event.quoteDecimals ?? transaction.token(event.quoteMint)?.decimals ?? null;
  const base = whole(event.baseAmount, baseDecimals);
  const quote = whole(event.quoteAmount, quoteDecimals);
  return transactionEvent('liquidity.pool.created', event.pool, transaction.transaction, transaction.timeMs, event, {
    pool: event.pool,
    creator: event.creator,
    baseMint: event.baseMint,
    quoteMint: event.quoteMint,
    lpMint: event.lpMint,
    baseAmount: event.baseAmount,
    quoteAmount: event.quoteAmount,
    lpAmount: event.lpAmount,
    baseDecimals,
    quoteDecimals,
    price: base === null || quote === null || base === 0 ? null : quote / base,
    tvlUsd: bothSidesUsd(transaction, event.quoteMint, quote),
    audit: auditOf(event.audit),
    ...originOf(event),
  });
}

function liquidityChanged(transaction: EnrichedTransaction, event: LiquidityChanged): DomainEvent {
  const type = event.kind === 'liquidity-added' ? 'liquidity.deposit.executed' : 'liquidity.withdrawal.executed';
  const decimals = event.quoteMint === null ? null : (transaction.token(event.quoteMint)?.decimals ?? null);
  return transactionEvent(type, event.pool, transaction.transaction, transaction.timeMs, event, {
    pool: event.pool,
    provider: event.provider || null,
    baseMint: event.baseMint,
    quoteMint: event.quoteMint,
    baseAmount: event.baseAmount,
    quoteAmount: event.quoteAmount,
    lpAmount: event.lpAmount,
    lpMint: event.lpMint,
    lpSupply: event.lpSupply,
    baseReserve: event.baseReserve,
    quoteReserve: event.quoteReserve,
    position: event.position,
    valueUsd: bothSidesUsd(transaction, event.quoteMint, whole(event.quoteAmount, decimals)),
    audit: auditOf(event.audit),
    ...originOf(event),
  });
}

function feesCollected(transaction: EnrichedTransaction, event: FeesCollected): DomainEvent {
  const subject = event.pool ?? event.collector ?? event.program;
  return transactionEvent('liquidity.fees.collected', subject, transaction.transaction, transaction.timeMs, event, {
    pool: event.pool,
    feeKind: event.feeKind,
    collector: event.collector,
    amounts: event.amounts,
    audit: auditOf(event.audit),
    ...originOf(event),
  });
}

function tokenBurned(transaction: EnrichedTransaction, event: TokenBurned): DomainEvent {
  return transactionEvent('burn.token.detected', event.mint, transaction.transaction, transaction.timeMs, event, {
    mint: event.mint,
    account: event.account,
    authority: event.authority,
    amount: event.amount,
    shareOfSupply: shareOfSupply(transaction, event),
    // Said here, not by the type: what was met before a restart must not change the event's id.
    lpOf: transaction.token(event.mint)?.lpOf ?? null,
    ...originOf(event),
  });
}

function lpBurned(transaction: EnrichedTransaction, event: LpBurned): DomainEvent {
  return transactionEvent('burn.lp.detected', event.mint, transaction.transaction, transaction.timeMs, event, {
    mint: event.mint,
    pool: event.pool,
    account: event.account,
    authority: event.authority,
    amount: event.amount,
    shareOfSupply: shareOfSupply(transaction, event),
    ...originOf(event),
  });
}

function shareOfSupply(transaction: EnrichedTransaction, event: TokenBurned | LpBurned): number | null {
  const supply = transaction.token(event.mint)?.supply;
  return supply === undefined || supply === 0n ? null : Math.min(1, Number(event.amount) / Number(supply));
}

function whole(amount: bigint | null, decimals: number | null): number | null {
  return amount === null || decimals === null ? null : Number(amount) / 10 ** decimals;
}

/** A balanced pool holds as much value in its base as in its quote. */
function bothSidesUsd(transaction: EnrichedTransaction, quoteMint: string | null, quote: number | null): number | null {
  if (quoteMint === null || quote === null) return null;
  const usd = transaction.usdPrice(quoteMint);
  return usd === undefined ? null : 2 * quote * usd;
}
