import { BoundedQueue } from '../../../src/lib/bounded-queue.ts';
import { Stage, type StageOptions } from '../../../src/pipeline/stage.ts';
import type { EngineEvent } from '../../../src/telemetry/event.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { settle } from '../../support/pipeline-parts.ts';

const never = new AbortController().signal;

function stage(changes: Partial<StageOptions<number, number>>) {
  const input = new BoundedQueue<number>(100);
  const output = new BoundedQueue<number>(100);
  const told: EngineEvent[] = [];
  const options: StageOptions<number, number> = {
    name: 'enrichment',
    input,
    output,
    work: (batch) => batch,
    itemsIn: () => 2,
    itemsOut: () => 1,
    errors: () => 0,
    concurrency: () => 1,
    ...changes,
  };
  return { stage: new Stage(options, new FakeClock(), (event) => told.push(event)), input, output, told };
}

async function takeAll(queue: BoundedQueue<number>): Promise<number[]> {
  const all: number[] = [];
  for (let item = await queue.take(never); item !== undefined; item = await queue.take(never)) all.push(item);
  return all;
}

describe('a stage', () => {
  test('works on as many batches at once as it may, and hands them on in order', async () => {
    const waiting: (() => void)[] = [];
    let most = 0;
    let underWay = 0;
    const parts = stage({
      concurrency: () => 3,
      work: async (batch) => {
        most = Math.max(most, ++underWay);
        await new Promise<void>((resolve) => waiting.push(resolve));
        underWay--;
        return batch;
      },
    });
    for (let batch = 0; batch < 7; batch++) parts.input.tryPush(batch);
    parts.input.close();
    const running = parts.stage.run(never);
    const taking = takeAll(parts.output);
    while (waiting.length > 0 || underWay > 0 || parts.input.size > 0) {
      await settle(2);
      // The last one started ends first.
      waiting.pop()?.();
    }
    await running;
    expect(await taking).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(most).toBe(3);
  });

  test('counts batches, items, errors and what waits before it', async () => {
    let errors = 0;
    const parts = stage({
      errors: () => errors,
      work: (batch) => {
        errors++;
        return batch;
      },
    });
    for (let batch = 0; batch < 3; batch++) parts.input.tryPush(batch);
    parts.input.close();
    await parts.stage.run(never);
    expect(parts.stage.stats()).toMatchObject({ batches: 3, in: 6, out: 3, errors: 3, queueDepth: 0, queueLimit: 100 });
    expect(
      parts.told.map((event) => event.type === 'pipeline.stage.worked' && [event.errors, event.queueDepth]),
    ).toEqual([
      [1, 2],
      [1, 1],
      [1, 0],
    ]);
  });

  test('ends with what its layer throws, and ends the next stage with it', async () => {
    for (const work of [
      () => {
        throw new Error('broken');
      },
      () => Promise.reject(new Error('broken')),
    ]) {
      const parts = stage({ work });
      parts.input.tryPush(1);
      parts.input.close();
      await expect(parts.stage.run(never)).rejects.toThrow('broken');
      expect(await parts.output.take(never)).toBeUndefined();
    }
  });

  test('ends when the signal aborts, wherever it waits', async () => {
    const abort = new AbortController();
    const parts = stage({ output: new BoundedQueue<number>(0) });
    parts.input.tryPush(1);
    const running = parts.stage.run(abort.signal);
    await settle();
    abort.abort();
    await running;
    expect(parts.stage.stats().batches).toBe(1);
  });
});
