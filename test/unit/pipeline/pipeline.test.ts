import fc from 'fast-check';
import type { SourceItem } from '../../../src/domain/update.ts';
import { EngineError } from '../../../src/lib/errors.ts';
import { APPENDS_UNDER_WAY } from '../../../src/pipeline/appender.ts';
import { Pipeline } from '../../../src/pipeline/pipeline.ts';
import {
  ListSource,
  PIPELINE_OPTIONS,
  plugs,
  RecordingSink,
  settle,
  slotUpdate,
  transactionUpdate,
} from '../../support/pipeline-parts.ts';

const never = new AbortController().signal;

/** Cuts a list into batches of these sizes; the rest is the last batch. */
function cut<T>(items: readonly T[], sizes: readonly number[]): T[][] {
  const batches: T[][] = [];
  let start = 0;
  for (const size of sizes) {
    batches.push(items.slice(start, start + size));
    start += size;
  }
  batches.push(items.slice(start));
  return batches;
}

const slotOfId = (id: string, slots: ReadonlyMap<string, number>) => slots.get(id.split(':')[0] as string) as number;

describe('the pipeline', () => {
  test('reads from the cursor the sink stands at', async () => {
    const source = new ListSource([]);
    const sink = new RecordingSink();
    sink.resumeAt = { slot: 41 };
    await new Pipeline(PIPELINE_OPTIONS, plugs(source, { sink })).run(never);
    expect(source.from).toEqual({ slot: 41 });
  });

  test('a stalled sink stops the reading at exactly the sum of the limits', async () => {
    for (const [queueBatchesMax, batchSize] of [
      [1, 1],
      [2, 4],
      [5, 3],
    ] as const) {
      const batches = Array.from({ length: 100 }, (_, batch) =>
        Array.from({ length: batchSize }, (_, index) =>
          transactionUpdate({ slot: 1, seed: batch * batchSize + index }),
        ),
      );
      const source = new ListSource(batches);
      const parts = plugs(source);
      let release = (): void => {};
      const stalled = new Promise<void>((resolve) => {
        release = resolve;
      });
      parts.sink.before = () => stalled;
      const options = { ...PIPELINE_OPTIONS, queueBatchesMax, batchSizeMin: batchSize, batchSizeMax: batchSize };
      const pipeline = new Pipeline(options, parts);
      const running = pipeline.run(never);
      await settle();
      // Three queues; one batch in each of three stages; those that wait for the sink; one in the intake; one in the reader's hand.
      expect(source.taken).toBe((3 * queueBatchesMax + 3 + APPENDS_UNDER_WAY + 1 + 1) * batchSize);
      release();
      await running;
      expect(parts.sink.ids).toHaveLength(100 * batchSize);
    }
  });

  test('every transaction once, in order, and no cursor ahead of its events, whatever the cuts, duplicates and delays', async () => {
    const given = fc.record({
      slots: fc.array(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 5 }), { minLength: 1, maxLength: 8 }),
      sizes: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 20 }),
      queueBatchesMax: fc.integer({ min: 1, max: 3 }),
      batchSize: fc.integer({ min: 1, max: 8 }),
      delays: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 10 }),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ slots, sizes, queueBatchesMax, batchSize, delays }) => {
        const items: SourceItem[] = [];
        for (const [index, seeds] of slots.entries()) {
          const slot = 10 + index;
          for (const [position, seed] of seeds.entries()) {
            items.push(
              transactionUpdate({ slot, seed: seed + index * 100, connection: position % 2 === 0 ? 'a' : 'b' }),
            );
          }
          items.push(slotUpdate(slot, 'finalized'));
        }
        const parts = plugs(new ListSource(cut(items, sizes)));
        let turn = 0;
        parts.sink.before = () => settle(delays[turn++ % delays.length]);
        const options = { ...PIPELINE_OPTIONS, queueBatchesMax, batchSizeMin: batchSize, batchSizeMax: batchSize };
        await new Pipeline({ ...options, cursorIntervalMs: 0 }, parts).run(never);

        const expected = slots.flatMap((seeds, index) =>
          [...new Set(seeds)].map((seed) => [10 + index, seed + index * 100]),
        );
        expect(parts.sink.events.map((event) => [event.slot, event.txIndex])).toEqual(expected);
        expect(new Set(parts.sink.ids).size).toBe(expected.length);
        const slotsById = new Map(parts.sink.events.map((event) => [event.signature as string, event.slot]));
        let cursor = -1;
        for (const append of parts.sink.appends) {
          for (const id of append.ids) expect(slotOfId(id, slotsById)).toBeGreaterThan(cursor);
          if (append.through !== null) cursor = append.through;
        }
        expect(cursor).toBe(9 + slots.length);
      }),
      { numRuns: 60 },
    );
  });

  test('drain reads no more, hands on what was read and stores the last cursor', async () => {
    const source = new ListSource(
      [[transactionUpdate({ slot: 5, seed: 1 }), slotUpdate(5, 'finalized')], [slotUpdate(6, 'finalized')]],
      true,
    );
    const parts = plugs(source);
    const pipeline = new Pipeline(PIPELINE_OPTIONS, parts);
    const running = pipeline.run(never);
    await settle();
    expect(parts.sink.appends.at(-1)?.through).toBe(5);
    await pipeline.drain();
    await running;
    expect(parts.sink.appends.at(-1)).toEqual({ ids: [], events: [], through: 6 });
    expect(pipeline.stats()).toMatchObject({ running: false, cursor: 6, events: 1 });
  });

  test('an abort ends it at once although the sink hangs', async () => {
    const parts = plugs(new ListSource([[transactionUpdate({ slot: 5, seed: 1 })]], true));
    parts.sink.before = () => new Promise(() => {});
    const stop = new AbortController();
    const running = new Pipeline(PIPELINE_OPTIONS, parts).run(stop.signal);
    await settle();
    stop.abort();
    await running;
    expect(parts.sink.appends).toEqual([]);
    expect(parts.told.at(-1)).toEqual({ type: 'pipeline.run.ended', reason: 'stopped' });
  });

  test('close gives a drain up at its deadline', async () => {
    const parts = plugs(new ListSource([[transactionUpdate({ slot: 5, seed: 1 })]], true));
    parts.sink.before = () => new Promise(() => {});
    const pipeline = new Pipeline(PIPELINE_OPTIONS, parts);
    const running = pipeline.run(never);
    await settle();
    const deadline = new AbortController();
    const closing = pipeline.close(deadline.signal);
    await settle();
    deadline.abort();
    await closing;
    await running;
  });

  test('a batch the sink cannot take now is offered again before anything else', async () => {
    const parts = plugs(
      new ListSource([[transactionUpdate({ slot: 5, seed: 1 })], [transactionUpdate({ slot: 5, seed: 2 })]]),
    );
    let failures = 3;
    parts.sink.before = async () => {
      if (failures-- > 0) throw new EngineError('OUTPUT_DISK_FULL', 'The disk is full.', { retryable: true });
    };
    const options = { ...PIPELINE_OPTIONS, batchSizeMin: 1, batchSizeMax: 1 };
    const running = new Pipeline(options, parts).run(never);
    await parts.clock.advance(1_000);
    await running;
    expect(parts.sink.events.map((event) => event.txIndex)).toEqual([1, 2]);
    expect(parts.told.filter((event) => event.type === 'pipeline.append.failed')).toHaveLength(3);
  });

  test('a gap is called filled when what fills it is durable, and not when the write was given up', async () => {
    for (const isWritten of [true, false]) {
      const parts = plugs(new ListSource([[transactionUpdate({ slot: 5, seed: 1 }), slotUpdate(5, 'confirmed')]]));
      const gap = { from: 5, to: 5, groups: ['amm'], reason: 'not-delivered', sinceMs: 0, filledBy: 'rpc' };
      parts.tracker.next = { gapsClosed: [gap] };
      let release = (): void => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      parts.sink.before = () => held;
      const stop = new AbortController();
      const running = new Pipeline(PIPELINE_OPTIONS, parts).run(stop.signal);
      await settle();
      expect(parts.tracker.filled).toEqual([]);
      if (isWritten) release();
      else stop.abort();
      await running;
      expect(parts.tracker.filled).toEqual(isWritten ? [gap] : []);
      release();
    }
  });

  test('a sink that is broken ends the run with its error, and the cursor stays behind', async () => {
    const parts = plugs(new ListSource([[transactionUpdate({ slot: 5, seed: 1 }), slotUpdate(5, 'finalized')]], true));
    parts.sink.before = () => Promise.reject(new EngineError('OUTPUT_CORRUPT', 'The outbox is corrupt.'));
    const pipeline = new Pipeline(PIPELINE_OPTIONS, parts);
    await expect(pipeline.run(never)).rejects.toMatchObject({ code: 'OUTPUT_CORRUPT' });
    expect(pipeline.stats().cursor).toBeNull();
    expect(parts.sink.appends).toEqual([]);
  });

  test('a source that fails ends the run with its error, after what it gave is durable', async () => {
    const failing = {
      async *updates() {
        yield [transactionUpdate({ slot: 5, seed: 1 })];
        throw new EngineError('GRPC_AUTH', 'The token was refused.');
      },
    };
    const parts = plugs(failing);
    await expect(new Pipeline(PIPELINE_OPTIONS, parts).run(never)).rejects.toMatchObject({ code: 'GRPC_AUTH' });
    expect(parts.sink.ids).toHaveLength(1);
  });

  test('stages tell what they took, handed on and skipped', async () => {
    const items = [
      transactionUpdate({ slot: 5, seed: 1 }),
      transactionUpdate({ slot: 5, seed: 1, connection: 'b' }),
      transactionUpdate({ slot: 5, seed: 2, failed: true }),
      transactionUpdate({ slot: 5, seed: 3, isVote: true }),
    ];
    const parts = plugs(new ListSource([items]));
    const pipeline = new Pipeline(PIPELINE_OPTIONS, parts);
    await pipeline.run(never);
    const stats = pipeline.stats();
    expect(stats.stages.map(({ name, in: taken, out, errors }) => [name, taken, out, errors])).toEqual([
      ['ingestion', 4, 3, 0],
      ['parsing', 3, 1, 0],
      ['enrichment', 1, 1, 0],
      ['processing', 1, 1, 0],
    ]);
    expect(stats.skipped).toEqual({ duplicate: 1, failed: 1, vote: 1 });
    expect(parts.told).toContainEqual({ type: 'pipeline.duplicates.seen', connection: 'b', count: 1 });
    expect(parts.told).toContainEqual({ type: 'pipeline.updates.skipped', reason: 'failed', count: 1 });
  });

  test('tells the latency of the slow batches, not of the last one, and none of what is long ago', async () => {
    const batch = (receivedAtMs: number, first: number) =>
      [0, 1, 2, 3].map((i) => ({ ...transactionUpdate({ slot: 5, seed: first + i }), receivedAtMs }));
    const parts = plugs(new ListSource([batch(0, 10), batch(300, 20)]));
    await parts.clock.advance(300);
    const pipeline = new Pipeline(PIPELINE_OPTIONS, parts);
    await pipeline.run(never);
    expect(pipeline.stats().latencyMs).toBe(300);
    await parts.clock.advance(10_000);
    expect(pipeline.stats().latencyMs).toBeNull();
  });
});
