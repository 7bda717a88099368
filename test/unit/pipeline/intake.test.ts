import fc from 'fast-check';
import type { SourceItem } from '../../../src/domain/update.ts';
import { Intake } from '../../../src/pipeline/intake.ts';
import { rawUpdate, settle } from '../../support/pipeline-parts.ts';

const never = new AbortController().signal;
const items = (from: number, count: number): SourceItem[] =>
  Array.from({ length: count }, (_, index) => rawUpdate('ping', Uint8Array.of(from + index)));
const numbers = (batch: readonly SourceItem[] | undefined) =>
  batch?.map((item) => (item.type === 'update' ? item.bytes[0] : -1));

describe('the intake', () => {
  test('sends a lone batch on as it is', async () => {
    const intake = new Intake(() => 10);
    const batch = items(0, 3);
    await intake.push(batch, never);
    expect(await intake.take(never)).toBe(batch);
  });

  test('joins what came while nobody took, and cuts what is more than a batch', async () => {
    const intake = new Intake(() => 4);
    await intake.push(items(0, 2), never);
    await intake.push(items(2, 1), never);
    await intake.push(items(3, 6), never);
    expect(numbers(await intake.take(never))).toEqual([0, 1, 2, 3]);
    expect(numbers(await intake.take(never))).toEqual([4, 5, 6, 7]);
    expect(numbers(await intake.take(never))).toEqual([8]);
  });

  test('makes the source wait while it holds a full batch', async () => {
    const intake = new Intake(() => 2);
    await intake.push(items(0, 2), never);
    let pushed = false;
    const pushing = intake.push(items(2, 1), never).then((taken) => {
      pushed = taken;
    });
    await settle();
    expect(pushed).toBe(false);
    await intake.take(never);
    await pushing;
    expect(pushed).toBe(true);
  });

  test('ends with what it still holds once closed, and at once when aborted', async () => {
    const intake = new Intake(() => 2);
    await intake.push(items(0, 1), never);
    intake.close();
    expect(numbers(await intake.take(never))).toEqual([0]);
    expect(await intake.take(never)).toBeUndefined();
    const abort = new AbortController();
    const waiting = new Intake(() => 2).take(abort.signal);
    abort.abort();
    expect(await waiting).toBeUndefined();
  });

  test('keeps order and loses nothing, however batches are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 7 }),
        async (sizes, limit) => {
          const intake = new Intake(() => limit);
          const out: number[] = [];
          const taking = (async () => {
            for (let batch = await intake.take(never); batch !== undefined; batch = await intake.take(never)) {
              expect(batch.length).toBeLessThanOrEqual(limit);
              out.push(...(numbers(batch) as number[]));
            }
          })();
          let next = 0;
          for (const size of sizes) {
            await intake.push(items(next, size), never);
            next += size;
          }
          intake.close();
          await taking;
          expect(out).toEqual(Array.from({ length: next }, (_, index) => index % 256));
        },
      ),
      { numRuns: 50 },
    );
  });
});
