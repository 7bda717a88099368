import { describe, expect, test } from '@jest/globals';
import { degradations, type PerformanceSample } from '../../../../src/recovery/alerts/degradation.ts';

const limits = { parseRateMin: 0.95, latencyMaxMs: 1_000, lagMaxSlots: 100, queueShareMax: 0.9, memoryMaxMb: 500 };
const nothing: PerformanceSample = {
  parseRate: null,
  latencyMs: null,
  lagSlots: null,
  queueShare: null,
  memoryMb: null,
};
const parts = (sample: Partial<PerformanceSample>, broken: readonly string[] = []) =>
  degradations({ ...nothing, ...sample }, limits, new Set(broken)).map(({ part }) => part);

describe('degradation rules', () => {
  test('what is not measured breaks no rule', () => {
    expect(parts({})).toEqual([]);
  });

  test('each measure has its limit; a parse rate is bad when low', () => {
    expect(parts({ parseRate: 0.96, latencyMs: 1_000, lagSlots: 100, queueShare: 0.9, memoryMb: 500 })).toEqual([]);
    expect(parts({ parseRate: 0.94, latencyMs: 1_001, lagSlots: 101, queueShare: 0.91, memoryMb: 501 })).toEqual([
      'parseRate',
      'latencyMs',
      'lagSlots',
      'queueShare',
      'memoryMb',
    ]);
  });

  test('a broken rule holds until the value is clearly better, so that it does not flicker', () => {
    expect(parts({ latencyMs: 950 }, ['latencyMs'])).toEqual(['latencyMs']);
    expect(parts({ latencyMs: 890 }, ['latencyMs'])).toEqual([]);
    expect(parts({ parseRate: 0.952 }, ['parseRate'])).toEqual(['parseRate']);
    expect(parts({ parseRate: 0.97 }, ['parseRate'])).toEqual([]);
  });
});
