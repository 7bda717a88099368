import { z } from 'zod';
import { PROGRAMS } from '../../../src/decode/programs.ts';
import { createDecoder } from '../../../src/decode/registry.ts';
import { eventId, pathText } from '../../../src/domain/domain-event.ts';
import { EVENT_TYPE_BY_KIND } from '../../../src/domain/event-mapping.ts';
import { EVENT_CATALOGUE } from '../../../src/domain/events/catalogue.ts';
import { encodeJsonRpcTransaction } from '../../../src/domain/json-rpc-transaction.ts';
import type { RawUpdate } from '../../../src/domain/update.ts';
import { transactionSlot } from '../../../src/domain/update-reader.ts';
import { readTransaction } from '../../../src/domain/wire-transaction.ts';
import { createMonitors } from '../../../src/monitors/index.ts';
import { Pipeline } from '../../../src/pipeline/pipeline.ts';
import { ListSource, PIPELINE_OPTIONS, plugs, rawUpdate } from '../../support/pipeline-parts.ts';
import { sampleTransactions } from '../../support/samples.ts';

const updates: RawUpdate[] = sampleTransactions()
  .map((sample, index) =>
    rawUpdate('transaction', encodeJsonRpcTransaction(sample.json, { index, createdAtMs: 1_780_000_000_000 })),
  )
  .sort((left, right) => transactionSlot(left.bytes) - transactionSlot(right.bytes));

async function play(batchSize: number) {
  const batches: RawUpdate[][] = [];
  for (let start = 0; start < updates.length; start += 7) {
    // Every batch comes twice, as from two connections.
    const batch = updates.slice(start, start + 7);
    batches.push(
      batch,
      batch.map((update) => ({ ...update, connection: 'b' })),
    );
  }
  const parts = plugs(new ListSource(batches), {
    decode: createDecoder(PROGRAMS, null).decode,
    monitors: createMonitors({ groups: [], trackedTokensMax: 1_000, priceIntervalSlots: 5 }),
  });
  const options = { ...PIPELINE_OPTIONS, batchSizeMin: batchSize, batchSizeMax: batchSize };
  const pipeline = new Pipeline(options, parts);
  await pipeline.run(new AbortController().signal);
  return { sink: parts.sink, stats: pipeline.stats() };
}

describe(`the pipeline on ${updates.length} real transactions`, () => {
  test('tells every protocol event of every successful transaction once, as its schema says', async () => {
    const { sink, stats } = await play(16);
    const { decode } = createDecoder(PROGRAMS, null);
    const expected = updates.flatMap(({ bytes }) => {
      const transaction = readTransaction(bytes);
      return decode(transaction).events.flatMap((event) => {
        const type = EVENT_TYPE_BY_KIND[event.kind];
        return type === null ? [] : [`${transaction.signatureText}:${pathText(event.path)}:${type}:${event.ordinal}`];
      });
    });
    const derived = new Set(['token.milestone.reached', 'price.token.updated']);
    const told = sink.events.filter((event) => !derived.has(event.type)).map(eventId);
    expect([...told].sort()).toEqual([...expected].sort());
    expect(new Set(sink.ids).size).toBe(sink.ids.length);
    for (const event of sink.events) {
      const schema = EVENT_CATALOGUE[event.type].data as z.ZodType;
      expect(z.decode(schema, JSON.parse(JSON.stringify(z.encode(schema, event.data))))).toEqual(event.data);
    }
    expect(stats.quarantined).toEqual({});
    expect(stats.skipped['duplicate'] ?? 0).toBe(updates.length);
  });

  test('tells the same again when the stream is played again, however it is cut into batches', async () => {
    const [one, other] = [await play(5), await play(64)];
    expect(other.sink.events).toEqual(one.sink.events);
  });
});
