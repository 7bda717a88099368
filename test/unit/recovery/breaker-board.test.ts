import { describe, expect, test } from '@jest/globals';
import { BreakerBoard } from '../../../src/recovery/breaker-board.ts';

describe('breaker board', () => {
  test('tells a change once and counts how often a breaker opened', () => {
    const board = new BreakerBoard();
    expect(board.set('rpc', 'host', 'closed', 1)).toMatchObject({ state: 'closed', trips: 0 });
    expect(board.set('rpc', 'host', 'closed', 2)).toBeNull();
    board.set('rpc', 'host', 'open', 3);
    expect(board.list()).toEqual([{ kind: 'rpc', part: 'host', state: 'open', sinceMs: 3, trips: 1 }]);
  });

  test('has a limit, and so has every series that is labelled by its parts', () => {
    const board = new BreakerBoard();
    const told = Array.from({ length: 1_000 }, (_, i) => board.set('rpc', `host-${i}`, 'open', i)).filter(Boolean);
    expect([told.length, board.list().length]).toEqual([256, 256]);
    expect(board.set('rpc', 'host-7', 'closed', 1)?.state).toBe('closed');
  });
});
