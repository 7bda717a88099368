import { describe, expect, test } from '@jest/globals';
import type { Gap } from '../../../../src/domain/slot.ts';
import { gapSummary } from '../../../../src/recovery/alerts/gap-summary.ts';

const gap = (from: number, to: number, group = 'amm'): Gap => ({
  from,
  to,
  groups: [group],
  reason: 'not-delivered',
  sinceMs: 0,
  filledBy: null,
});

describe('the sentence about open gaps', () => {
  test('there is none without a gap', () => {
    expect(gapSummary([])).toBeNull();
  });

  test('names one gap', () => {
    expect(gapSummary([gap(5, 9)])).toBe('slots 5 to 9 of amm (not-delivered) are not proven complete');
  });

  test('counts many, each slot once, and names the oldest and the newest', () => {
    expect(gapSummary([gap(100, 109), gap(5, 9), gap(7, 12, 'curve')])).toBe(
      '3 gaps are open, 18 slots are not proven complete: the oldest is slots 5 to 9 of amm (not-delivered), ' +
        'the newest slots 100 to 109 of amm (not-delivered)',
    );
  });
});
