import { eventId } from '../../../src/domain/domain-event.ts';
import type { Milestone } from '../../../src/domain/events/token-events.ts';
import type { ProtocolEvent } from '../../../src/domain/protocol-event.ts';
import { TokenLifecycleMonitor } from '../../../src/monitors/token-lifecycle-monitor.ts';
import {
  curveBuy,
  enriched,
  eventHead,
  MINT,
  POOL,
  SOL,
  TRADER,
  tokenCreated,
  trade,
} from '../../support/protocol-events.ts';

const FOR_SALE = 793_100_000_000_000n;
const monitor = () => new TokenLifecycleMonitor({ groups: ['bonding-curve'], trackedTokensMax: 10 });
const milestones = (events: readonly { readonly type: string; readonly data: object }[]) =>
  events
    .filter((event) => event.type === 'token.milestone.reached')
    .map((event) => (event.data as { milestone: Milestone }).milestone);

describe('TokenLifecycleMonitor', () => {
  test('tells a creation with what the event carries', () => {
    const [created] = monitor().observe(enriched([tokenCreated()]));
    expect(created).toMatchObject({
      type: 'token.mint.created',
      subject: MINT,
      slot: 100,
      txIndex: 3,
      data: { mint: MINT, name: 'Name', symbol: 'SYM', curve: POOL, quoteMint: SOL, supply: 1_000_000_000_000_000n },
    });
  });

  test('tells the first trade of a token it saw created, once', () => {
    const lifecycle = monitor();
    const first = lifecycle.observe(enriched([tokenCreated(), curveBuy(FOR_SALE, 1_000_000_000n)]));
    expect(first.map((event) => event.type)).toEqual(['token.mint.created', 'token.milestone.reached']);
    expect(milestones(first)).toEqual(['first-trade']);
    expect(milestones(lifecycle.observe(enriched([curveBuy(FOR_SALE - 1_000_000_000n, 1_000n)])))).toEqual([]);
  });

  test('tells each share once, also when one trade passes several and when the price comes back', () => {
    const lifecycle = monitor();
    const half = FOR_SALE / 2n;
    const big = lifecycle.observe(enriched([curveBuy(FOR_SALE, half)]));
    expect(milestones(big)).toEqual(['first-trade', 'progress-25', 'progress-50']);
    expect(new Set(big.map(eventId)).size).toBe(3);
    expect(milestones(lifecycle.observe(enriched([curveBuy(FOR_SALE, half)])))).toEqual([]);
    expect(milestones(lifecycle.observe(enriched([curveBuy(half, half)])))).toEqual(['progress-75', 'progress-90']);
  });

  test('tells nothing old about a token it meets in the middle of its curve', () => {
    const met = monitor().observe(enriched([curveBuy(FOR_SALE / 2n, FOR_SALE / 3n)]));
    expect(milestones(met)).toEqual(['progress-75']);
  });

  test('learns no milestone from a trade that the audit proved wrong', () => {
    const lifecycle = monitor();
    const wrong = curveBuy(FOR_SALE, FOR_SALE / 2n, { audit: { verdict: 'mismatched' } });
    expect(milestones(lifecycle.observe(enriched([wrong])))).toEqual([]);
    expect(milestones(lifecycle.observe(enriched([curveBuy(FOR_SALE, 1_000_000_000n)])))).toEqual(['first-trade']);
  });

  test('ids of milestones of two trades under one instruction differ', () => {
    const told = monitor().observe(
      enriched([curveBuy(FOR_SALE, FOR_SALE / 3n), curveBuy(FOR_SALE - FOR_SALE / 3n, FOR_SALE / 3n, { ordinal: 1 })]),
    );
    expect(milestones(told)).toEqual(['first-trade', 'progress-25', 'progress-50']);
    expect(new Set(told.map(eventId)).size).toBe(3);
  });

  test('tells completion, graduation with the seconds since creation, and a new creator', () => {
    const events: ProtocolEvent[] = [
      { ...eventHead, kind: 'curve-completed', mint: MINT, curve: POOL, by: TRADER },
      {
        ...eventHead,
        kind: 'curve-graduated',
        mint: MINT,
        curve: POOL,
        pool: TRADER,
        destination: 'pump-swap',
        quoteMint: SOL,
        baseAmount: 1n,
        quoteAmount: 2n,
        fee: 3n,
      },
      { ...eventHead, kind: 'creator-changed', mint: MINT, pool: null, from: null, to: TRADER },
    ];
    const facts = { timeMs: 61_000, tokens: { [MINT]: { createdAtMs: 1_000 } } };
    const told = monitor().observe(enriched(events, facts));
    expect(told.map((event) => event.type)).toEqual([
      'token.curve.completed',
      'token.curve.graduated',
      'token.creator.changed',
    ]);
    expect(told[0]?.data).toMatchObject({ secondsFromCreation: 60, by: TRADER });
    expect(told[1]?.data).toMatchObject({ secondsFromCreation: 60, destination: 'pump-swap', fee: 3n });
  });

  test('a boosted pool of a coin is no curve: its trades reach no milestone', () => {
    const lifecycle = monitor();
    lifecycle.observe(enriched([tokenCreated()]));
    const boosted = trade({ venue: 'pump-swap', baseReserve: 1000n, virtualBase: 1000n, virtualQuote: 90n });
    expect(lifecycle.observe(enriched([boosted]))).toEqual([]);
    expect(lifecycle.observe(enriched([{ ...boosted, virtualBase: null }]))).toEqual([]);
  });

  test('forgets the token longest without a trade, never more than its limit', () => {
    const lifecycle = new TokenLifecycleMonitor({ groups: [], trackedTokensMax: 1 });
    lifecycle.observe(enriched([tokenCreated()]));
    lifecycle.observe(enriched([tokenCreated({ mint: TRADER })]));
    const met = lifecycle.observe(enriched([curveBuy(FOR_SALE / 2n, 1_000n)]));
    expect(milestones(met)).toEqual([]);
  });
});
