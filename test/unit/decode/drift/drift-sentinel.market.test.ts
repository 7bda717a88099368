import { audited } from '../../../../src/decode/audit/audit.ts';
import { DRIFT_LIMITS } from '../../../../src/decode/drift/drift-rules.ts';
import { DriftSentinel } from '../../../../src/decode/drift/drift-sentinel.ts';
import type { EventSpec, ProgramDecoder } from '../../../../src/decode/program.ts';
import { PROGRAMS } from '../../../../src/decode/programs.ts';
import { createDecoder } from '../../../../src/decode/registry.ts';
import type { DomainEvent } from '../../../../src/domain/domain-event.ts';
import { StreamEnricher } from '../../../../src/enrich/stream-enricher.ts';
import type { MarketOptions } from '../../../../src/simulator/market/market-options.ts';
import { playMarket, readPlayed } from '../../simulator/market/play-market.ts';

/** The sentinel behind the real decoder and audit, on a market whose programs change under way. */
const FROM_SLOT = 1_030;
const SLOT_MS = 400;
const VENUES = new Map(PROGRAMS.map(({ program, name }) => [program, name]));

function watch(slots: number, options: Partial<MarketOptions>, programs: readonly ProgramDecoder[] = PROGRAMS) {
  const { played } = playMarket(slots, { seed: 5, wallets: 80, activeCoins: 6, ...options });
  const decode = audited(createDecoder(programs, null).decode);
  const enricher = new StreamEnricher({ tokensMax: 1_000, poolsMax: 1_000, priceSamples: 10, priceTradeMinUsd: 1 });
  const sentinel = new DriftSentinel([], VENUES, DRIFT_LIMITS);
  const found: DomainEvent[] = [];
  for (const transaction of readPlayed(played)) {
    const timeMs = transaction.slot * SLOT_MS;
    found.push(...sentinel.observe(enricher.enrichOne({ ...decode(transaction), timeMs })));
  }
  return { sentinel, found };
}

test('a market that does not change raises nothing, and its body lengths are known', () => {
  const { sentinel, found } = watch(40, {});
  expect(found).toEqual([]);
  const { bodyLengths, watched } = sentinel.stats();
  expect(watched).toBe(0);
  expect(Object.keys(bodyLengths)).toEqual(expect.arrayContaining(['pump-fun TradeEvent', 'pump-swap BuyEvent']));
});

test('programs that grow in mid-flight are told within a minute, each event with a transaction that shows it', () => {
  const layoutDrift = { fromSlot: FROM_SLOT, appendBytes: 5, unknownEvent: true };
  const { sentinel, found } = watch(60, { layoutDrift });
  const byKind = (kind: string) => found.filter(({ data }) => data['kind'] === kind);
  expect(byKind('longer-body').map(({ data }) => data['discriminator'])).toEqual(
    expect.arrayContaining(['TradeEvent', 'BuyEvent', 'SellEvent']),
  );
  expect(new Set(byKind('unknown-discriminator').map(({ data }) => data['venue']))).toEqual(
    new Set(['pump-fun', 'pump-swap']),
  );
  for (const event of found) {
    expect(event.slot).toBeGreaterThanOrEqual(FROM_SLOT);
    expect(event.data['exampleSignature']).toMatch(/^[1-9A-Za-z]{80,}$/);
  }
  const busiest = found.filter(({ data }) => data['discriminator'] === 'TradeEvent');
  expect((busiest[0]?.slot ?? Number.NaN) - FROM_SLOT).toBeLessThan(60_000 / SLOT_MS);
  expect(sentinel.stats().raised).toHaveLength(found.length);
});

test('a program whose event was renamed is told by what its instructions no longer yield', () => {
  // As if the chain's event had a discriminator this build does not know, and nothing else told of the trade.
  const programs = PROGRAMS.map((program) =>
    program.name !== 'pump-fun'
      ? program
      : {
          ...program,
          events: program.events.filter(({ name }) => name !== 'TradeEvent'),
          instructions: program.instructions.map((each) => ({ ...each, fromInstruction: null })),
        },
  );
  const { found } = watch(30, {}, programs);
  const kinds = new Set(found.map(({ data }) => `${String(data['venue'])} ${String(data['kind'])}`));
  expect(kinds).toEqual(new Set(['pump-fun unknown-discriminator', 'pump-fun no-event-share']));
});

test('a field that is read wrongly is told by the audits', () => {
  const programs = PROGRAMS.map((program): ProgramDecoder => {
    if (program.name !== 'pump-swap') return program;
    const events = program.events.map(
      (spec): EventSpec => ({
        ...spec,
        toEvent: (fields, context) => {
          const event = spec.toEvent(fields, context);
          return event !== null && 'kind' in event && event.kind === 'trade'
            ? { ...event, quoteAmount: event.quoteAmount * 2n }
            : event;
        },
      }),
    );
    return { ...program, events };
  });
  const { found } = watch(60, {}, programs);
  expect(found.map(({ subject }) => subject)).toEqual(
    expect.arrayContaining(['pump-swap/audit-mismatch-share/BuyEvent', 'pump-swap/audit-mismatch-share/SellEvent']),
  );
  expect(new Set(found.map(({ data }) => data['kind']))).toEqual(new Set(['audit-mismatch-share']));
});
