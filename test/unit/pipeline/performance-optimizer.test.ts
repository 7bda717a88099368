import fc from 'fast-check';
import { PerformanceOptimizer, tune } from '../../../src/pipeline/performance-optimizer.ts';

const options = { batchSizeMin: 64, batchSizeMax: 1_024, concurrencyMax: 4, latencyTargetMs: 100 };
const calm = { latencyMs: 5, queueFill: 0, enrichmentMs: 0 };

describe('the optimizer', () => {
  test('grows batches while the stages are behind, up to the limit', () => {
    let tuning = { batchSize: 64, concurrency: 1 };
    for (let step = 0; step < 20; step++) tuning = tune(tuning, { ...calm, latencyMs: 500, queueFill: 1 }, options);
    expect(tuning.batchSize).toBe(1_024);
    expect(tuning.concurrency).toBe(1);
  });

  test('gives back when events are late although nothing waits', () => {
    let tuning = { batchSize: 1_024, concurrency: 1 };
    for (let step = 0; step < 100; step++) tuning = tune(tuning, { ...calm, latencyMs: 500 }, options);
    expect(tuning.batchSize).toBe(64);
  });

  test('enriches more batches at once only when that is what makes them wait', () => {
    const slow = { latencyMs: 500, queueFill: 1, enrichmentMs: 60 };
    let tuning = tune({ batchSize: 64, concurrency: 1 }, slow, options);
    expect(tuning.concurrency).toBe(2);
    for (let step = 0; step < 10; step++) tuning = tune(tuning, slow, options);
    expect(tuning.concurrency).toBe(4);
    for (let step = 0; step < 10; step++) tuning = tune(tuning, calm, options);
    expect(tuning.concurrency).toBe(1);
  });

  test('stays within its limits whatever it is told', () => {
    const sample = fc.record({
      latencyMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
      queueFill: fc.double({ min: 0, max: 1, noNaN: true }),
      enrichmentMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 100 }), (samples) => {
        const optimizer = new PerformanceOptimizer(options);
        for (const one of samples) {
          optimizer.observe(one);
          expect(optimizer.tuning.batchSize).toBeGreaterThanOrEqual(64);
          expect(optimizer.tuning.batchSize).toBeLessThanOrEqual(1_024);
          expect(optimizer.tuning.concurrency).toBeGreaterThanOrEqual(1);
          expect(optimizer.tuning.concurrency).toBeLessThanOrEqual(4);
        }
      }),
    );
  });

  test('says whether a sample changed anything', () => {
    const optimizer = new PerformanceOptimizer(options);
    expect(optimizer.observe(calm)).toBe(false);
    expect(optimizer.observe({ ...calm, queueFill: 1 })).toBe(true);
  });
});
