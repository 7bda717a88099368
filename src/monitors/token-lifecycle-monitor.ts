import { LRUCache } from 'lru-cache';
import type { EnrichedTransaction, Monitor } from '../domain/contracts.ts';
import type { DomainEvent } from '../domain/domain-event.ts';
import { transactionEvent } from '../domain/events/build.ts';
import type { Milestone } from '../domain/events/token-events.ts';
import type { Interest } from '../domain/interest.ts';
import {
  type CreatorChanged,
  type CurveCompleted,
  type CurveGraduated,
  isMismatched,
  type TokenCreated,
  type Trade,
} from '../domain/protocol-event.ts';
import { curveProgress, isOnCurve } from './curve-progress.ts';
import { originOf, secondsSince } from './event-origin.ts';

export interface TokenLifecycleOptions {
  /** Names of the program groups it reads. */
  readonly groups: readonly string[];
  /** Tokens on a curve whose milestones are remembered; the one longest without a trade is forgotten first. */
  readonly trackedTokensMax: number;
}

/** In the order in which a curve reaches them; the position is part of the event's identity and never changes. */
const MILESTONES = [
  'first-trade',
  'progress-25',
  'progress-50',
  'progress-75',
  'progress-90',
] as const satisfies readonly Milestone[];
const PROGRESS = [0, 0.25, 0.5, 0.75, 0.9] as const;

interface CurveState {
  readonly initialVirtualBase: bigint | null;
  /** One bit per milestone reached. */
  reached: number;
}

const NOTHING: readonly DomainEvent[] = [];

/**
 * From a token's creation to its pool: created, milestones on the curve, completed, graduated, creator changed.
 * What it remembers only keeps a milestone from being told twice; never asks for anything outside the transaction.
 */
export class TokenLifecycleMonitor implements Monitor {
  readonly name = 'TokenLifecycle';
  readonly interest: Interest;
  readonly #curves: LRUCache<string, CurveState>;

  constructor(options: TokenLifecycleOptions) {
    this.interest = { groups: options.groups };
    this.#curves = new LRUCache({ max: options.trackedTokensMax });
  }

  observe(transaction: EnrichedTransaction): readonly DomainEvent[] {
    let told: DomainEvent[] | null = null;
    for (const event of transaction.events) {
      let first: DomainEvent | null = null;
      if (event.kind === 'trade') {
        if (event.baseMint !== null && isOnCurve(event) && !isMismatched(event)) {
          const reached = this.#milestones(transaction, event, event.baseMint);
          if (reached.length > 0) told = told === null ? reached : [...told, ...reached];
        }
      } else if (event.kind === 'token-created') first = this.#created(transaction, event);
      else if (event.kind === 'curve-completed') first = completed(transaction, event);
      else if (event.kind === 'curve-graduated') first = this.#graduated(transaction, event);
      else if (event.kind === 'creator-changed') first = creatorChanged(transaction, event);
      if (first === null) continue;
      if (told === null) told = [first];
      else told.push(first);
    }
    return told ?? NOTHING;
  }

  #created(transaction: EnrichedTransaction, event: TokenCreated): DomainEvent {
    this.#curves.set(event.mint, { initialVirtualBase: event.virtualBase, reached: 0 });
    return transactionEvent('token.mint.created', event.mint, transaction.transaction, transaction.timeMs, event, {
      mint: event.mint,
      name: event.name,
      symbol: event.symbol,
      uri: event.uri,
      creator: event.creator,
      quoteMint: event.quoteMint,
      curve: event.curve,
      supply: event.supply,
      decimals: event.decimals,
      tokenProgram: event.tokenProgram,
      virtualBase: event.virtualBase,
      virtualQuote: event.virtualQuote,
      modes: event.modes,
      ...originOf(event),
    });
  }

  /** A token first seen after its creation has reached what its curve had sold before this trade. */
  #milestones(transaction: EnrichedTransaction, trade: Trade, mint: string): DomainEvent[] {
    const known = this.#curves.get(mint);
    const progress = curveProgress(trade, known?.initialVirtualBase ?? null);
    if (known === undefined && progress === null) return [];
    const state = known ?? { initialVirtualBase: null, reached: reachedAt(progress?.before ?? 0) };
    if (known === undefined) this.#curves.set(mint, state);
    const fresh = (reachedAt(progress?.after ?? 0) | 1) & ~state.reached;
    if (fresh === 0) return [];
    state.reached |= fresh;
    const events: DomainEvent[] = [];
    for (const [index, milestone] of MILESTONES.entries()) {
      if ((fresh & (1 << index)) === 0) continue;
      const place = { path: trade.path, ordinal: trade.ordinal * MILESTONES.length + index };
      events.push(milestoneEvent(transaction, trade, mint, milestone, progress?.after ?? null, place));
    }
    return events;
  }

  #graduated(transaction: EnrichedTransaction, event: CurveGraduated): DomainEvent {
    this.#curves.delete(event.mint);
    return transactionEvent('token.curve.graduated', event.mint, transaction.transaction, transaction.timeMs, event, {
      mint: event.mint,
      curve: event.curve,
      pool: event.pool,
      destination: event.destination,
      quoteMint: event.quoteMint,
      baseAmount: event.baseAmount,
      quoteAmount: event.quoteAmount,
      fee: event.fee,
      secondsFromCreation: secondsSince(transaction.token(event.mint)?.createdAtMs, transaction.timeMs),
      ...originOf(event),
    });
  }
}

/** Bits of the milestones a curve with this share sold has behind it. */
function reachedAt(progress: number): number {
  let bits = progress > 0 ? 1 : 0;
  for (let index = 1; index < PROGRESS.length; index++) if (progress >= (PROGRESS[index] as number)) bits |= 1 << index;
  return bits;
}

function milestoneEvent(
  transaction: EnrichedTransaction,
  trade: Trade,
  mint: string,
  milestone: Milestone,
  progress: number | null,
  place: { readonly path: Trade['path']; readonly ordinal: number },
): DomainEvent {
  return transactionEvent('token.milestone.reached', mint, transaction.transaction, transaction.timeMs, place, {
    mint,
    curve: trade.pool,
    milestone,
    progress,
    trader: trade.trader,
    quoteMint: trade.quoteMint,
    quoteReserve: trade.quoteReserve,
    secondsFromCreation: secondsSince(transaction.token(mint)?.createdAtMs, transaction.timeMs),
    venue: trade.venue,
  });
}

function completed(transaction: EnrichedTransaction, event: CurveCompleted): DomainEvent {
  return transactionEvent('token.curve.completed', event.mint, transaction.transaction, transaction.timeMs, event, {
    mint: event.mint,
    curve: event.curve,
    by: event.by,
    secondsFromCreation: secondsSince(transaction.token(event.mint)?.createdAtMs, transaction.timeMs),
    ...originOf(event),
  });
}

function creatorChanged(transaction: EnrichedTransaction, event: CreatorChanged): DomainEvent {
  const subject = event.mint ?? event.pool ?? event.to;
  return transactionEvent('token.creator.changed', subject, transaction.transaction, transaction.timeMs, event, {
    mint: event.mint,
    pool: event.pool,
    from: event.from,
    to: event.to,
    ...originOf(event),
  });
}
