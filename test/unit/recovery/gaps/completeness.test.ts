import { describe, expect, test } from '@jest/globals';
import { completenessOf } from '../../../../src/recovery/gaps/completeness.ts';
import { slotLedger } from '../../../support/slot-tracking.ts';

describe('completeness', () => {
  test('tells per slot and per program what is proven, missing and filled', () => {
    const shared = { reason: 'not-delivered', sinceMs: 7 };
    const open = { from: 110, to: 112, groups: ['amm'], filledBy: null, ...shared };
    const filled = { from: 104, to: 105, groups: ['amm', 'curve'], filledBy: 'rpc', ...shared };
    const ledger = slotLedger({ groupNames: ['amm', 'curve'], checkpoint: 120, openGaps: [open] });
    const store = {
      begunAt: () => 101,
      deadAtBeginning: () => [],
      open: () => [open],
      closed: () => [{ gap: filled, closedMs: 9 }],
      takeDamaged: () => 0,
      isBroken: () => false,
      record: () => {},
    };
    const groups = [
      { name: 'amm', programs: [{ program: 'P1', name: 'pump-swap' }] },
      { name: 'curve', programs: [{ program: 'P2', name: 'pump-fun' }] },
    ];
    const answer = completenessOf({ ledger, store, groups, durable: 120 }, 100, 122);
    expect(answer.ranges).toEqual([
      { from: 100, to: 101, state: 'unknown' },
      { from: 102, to: 109, state: 'complete' },
      { from: 110, to: 112, state: 'gap' },
      { from: 113, to: 120, state: 'complete' },
      { from: 121, to: 122, state: 'pending' },
    ]);
    expect(answer.slots).toEqual({ complete: 16, empty: 0, dead: 0, gap: 3, pending: 2, unknown: 2 });
    expect(answer.gaps).toEqual([
      { ...filled, programs: ['P1', 'P2'], closedMs: 9 },
      { ...open, programs: ['P1'], closedMs: null },
    ]);
    expect(answer.programs.map(({ name, proven, missing }) => [name, proven, missing])).toEqual([
      ['pump-swap', 16, 3],
      ['pump-fun', 19, 0],
    ]);
  });

  test('what is not durable yet is pending', () => {
    const ledger = slotLedger({ groupNames: ['amm'], checkpoint: 120 });
    const filling = { from: 110, to: 111, groups: ['amm'], reason: 'not-delivered', sinceMs: 7, filledBy: null };
    const store = {
      begunAt: () => 100,
      deadAtBeginning: () => [],
      open: () => [filling],
      closed: () => [],
      takeDamaged: () => 0,
      isBroken: () => false,
      record: () => {},
    };
    const answer = completenessOf({ ledger, store, groups: [], durable: 118 }, 109, 121);
    expect(answer.checkpoint).toBe(118);
    expect(answer.ranges.map(({ from, state }) => [from, state])).toEqual([
      [109, 'complete'],
      [110, 'pending'],
      [112, 'complete'],
      [119, 'pending'],
    ]);
    expect(answer.gaps).toEqual([{ ...filling, programs: [], closedMs: null }]);
  });

  test('before history began nothing is promised', () => {
    const ledger = slotLedger({ groupNames: ['amm'] });
    const store = {
      begunAt: () => null,
      deadAtBeginning: () => [],
      open: () => [],
      closed: () => [],
      takeDamaged: () => 0,
      isBroken: () => false,
      record: () => {},
    };
    expect(completenessOf({ ledger, store, groups: [], durable: null }, 1, 3).slots.unknown).toBe(3);
  });
});
