import fc from 'fast-check';
import { z } from 'zod';
import { type DomainEvent, eventId } from '../../../src/domain/domain-event.ts';
import { EVENT_TYPE_BY_KIND } from '../../../src/domain/event-mapping.ts';
import { EVENT_CATALOGUE } from '../../../src/domain/events/catalogue.ts';
import type { ProtocolEvent } from '../../../src/domain/protocol-event.ts';
import { createMonitors } from '../../../src/monitors/index.ts';
import {
  enriched,
  eventHead,
  key,
  liquidityChanged,
  poolCreated,
  tokenCreated,
  trade,
} from '../../support/protocol-events.ts';

const options = { groups: ['bonding-curve', 'amm'], trackedTokensMax: 100, priceIntervalSlots: 5 };
const amount = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const amountOrNull = fc.option(amount);
const address = fc.integer({ min: 1, max: 6 }).map(key);
const addressOrNull = fc.option(address);

const anyEvent: fc.Arbitrary<ProtocolEvent> = fc.oneof(
  fc
    .record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      baseMint: addressOrNull,
      quoteMint: addressOrNull,
      baseAmount: amount,
      quoteAmount: amount,
      baseReserve: amountOrNull,
      quoteReserve: amountOrNull,
      virtualBase: amountOrNull,
      virtualQuote: amountOrNull,
      feesIncluded: fc.boolean(),
    })
    .map(trade),
  fc.record({ mint: address, supply: amountOrNull, virtualBase: amountOrNull }).map(tokenCreated),
  fc.record({ baseAmount: amountOrNull, quoteAmount: amountOrNull, baseMint: address }).map(poolCreated),
  fc
    .record({
      kind: fc.constantFrom('liquidity-added' as const, 'liquidity-removed' as const),
      quoteAmount: amount,
      quoteMint: addressOrNull,
    })
    .map(liquidityChanged),
  fc
    .record({ mint: address, amount })
    .map((told) => ({ ...eventHead, kind: 'token-burned' as const, account: key(9), authority: null, ...told })),
  fc
    .record({ mint: address, amount, pool: address })
    .map((told) => ({ ...eventHead, kind: 'lp-burned' as const, account: key(9), authority: null, ...told })),
  fc.constant({ ...eventHead, kind: 'other' as const }),
);

/** Gives events of one kind under one path their ordinals, as the decoders do. */
function placed(events: readonly ProtocolEvent[], outerOf: (index: number) => number): ProtocolEvent[] {
  const counts = new Map<string, number>();
  return events.map((event, index) => {
    const path = { outer: outerOf(index), inner: -1 };
    const place = `${event.kind} ${path.outer}`;
    const ordinal = counts.get(place) ?? 0;
    counts.set(place, ordinal + 1);
    return { ...event, path, ordinal };
  });
}

describe('the monitors together', () => {
  test('make exactly one event of each protocol event, no two with one id, all as their schemas say', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 12 }),
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 12, maxLength: 12 }),
        (events, outers) => {
          const given = placed(events, (index) => outers[index] as number);
          const transaction = enriched(given, { usd: { [key(1)]: 2 } });
          const told: DomainEvent[] = createMonitors(options).flatMap((monitor) => [...monitor.observe(transaction)]);
          const ids = told.map(eventId);
          expect(new Set(ids).size).toBe(ids.length);
          for (const event of given) {
            const type = EVENT_TYPE_BY_KIND[event.kind];
            const same = told.filter(
              (one) => one.type === type && one.path?.outer === event.path.outer && one.ordinal === event.ordinal,
            );
            expect(same).toHaveLength(type === null ? 0 : 1);
          }
          for (const event of told) z.encode(EVENT_CATALOGUE[event.type].data as z.ZodType, event.data);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('say the same thing when the same transactions come again', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyEvent, { maxLength: 4 }), { maxLength: 8 }), (transactions) => {
        const play = () => {
          const monitors = createMonitors(options);
          return transactions.flatMap((events, index) =>
            monitors.flatMap((monitor) => [
              ...monitor.observe(
                enriched(
                  placed(events, () => 0),
                  {},
                  { slot: 100 + index },
                ),
              ),
            ]),
          );
        };
        expect(play()).toEqual(play());
      }),
      { numRuns: 50 },
    );
  });
});
