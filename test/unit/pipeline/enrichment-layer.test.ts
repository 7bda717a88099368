import type { Enricher } from '../../../src/domain/contracts.ts';
import { EnrichmentLayer } from '../../../src/pipeline/enrichment-layer.ts';
import type { EngineEvent } from '../../../src/telemetry/event.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { enriched, MINT, trade, transaction } from '../../support/protocol-events.ts';

const never = new AbortController().signal;
const batch = {
  transactions: [{ transaction: transaction(), events: [trade()], undecoded: [], timeMs: 5 }],
  receivedAtMs: 1,
  progress: null,
  updates: 1,
};

function layer(enrich: Enricher['enrich']) {
  const clock = new FakeClock();
  const told: EngineEvent[] = [];
  const enrichment = new EnrichmentLayer({ deadlineMs: 50 }, { enrich }, clock, (event) => told.push(event));
  return { enrichment, clock, told };
}

describe('the enrichment layer', () => {
  test('hands on what the enricher made of the batch', async () => {
    const view = enriched([trade()]);
    const { enrichment, clock } = layer(() => Promise.resolve([view]));
    expect((await enrichment.enrich(batch, never)).transactions).toEqual([view]);
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([
    ['fails', () => Promise.reject(new Error('no answer')), 'no answer'],
    ['loses transactions', () => Promise.resolve([]), 'it lost transactions'],
  ])('an enricher that %s costs the batch its facts, not its transactions', async (_, enrich, reason) => {
    const { enrichment, told } = layer(enrich);
    const { transactions } = await enrichment.enrich(batch, never);
    expect(transactions[0]).toMatchObject({ timeMs: 5, events: batch.transactions[0]?.events });
    expect(transactions[0]?.token(MINT)).toBeUndefined();
    expect(told).toEqual([{ type: 'pipeline.enrichment.degraded', reason, transactions: 1 }]);
    expect(enrichment.errors).toBe(1);
  });

  test('an enricher that takes too long is told to stop and left behind', async () => {
    let asked: AbortSignal | null = null;
    const { enrichment, clock, told } = layer((_, signal) => {
      asked = signal;
      return new Promise(() => {});
    });
    const enriching = enrichment.enrich(batch, never);
    await clock.advance(50);
    expect((await enriching).transactions).toHaveLength(1);
    expect((asked as AbortSignal | null)?.aborted).toBe(true);
    expect(told).toHaveLength(1);
  });
});
