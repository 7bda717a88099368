import fc from 'fast-check';
import type { Priority, ProgramGroup } from '../../../../src/domain/interest.ts';
import { assignGroups } from '../../../../src/grpc/subscription/group-assignment.ts';

const groups = (count: number): ProgramGroup[] =>
  Array.from({ length: count }, (_, i) => ({ name: `g${i}`, priority: i === 0 ? 'high' : 'low', programs: [] }));

test('the most important group has a stream of its own as soon as there are two', () => {
  expect(assignGroups(groups(3), 1)).toEqual([['g0', 'g1', 'g2']]);
  expect(assignGroups(groups(3), 2)).toEqual([['g0'], ['g1', 'g2']]);
  expect(assignGroups(groups(3), 3)).toEqual([['g0'], ['g1'], ['g2']]);
  expect(assignGroups(groups(3), 9).length).toBe(3);
  expect(assignGroups([], 2)).toEqual([]);
});

test('every group is carried exactly once, by no more streams than there may be, evenly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 8 }), (count, connections) => {
      const spread = assignGroups(groups(count), connections);
      expect(spread.length).toBe(Math.min(count, connections));
      expect([...spread.flat()].sort()).toEqual(
        groups(count)
          .map((group) => group.name)
          .sort(),
      );
      if (spread.length > 1) expect(spread[0]).toEqual(['g0']);
      const sizes = spread.slice(1).map((each) => each.length);
      if (sizes.length > 0) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test('several equally important groups share nothing with the others, as long as there are two streams', () => {
  const named = (...priorities: Priority[]) =>
    priorities.map((priority, i) => ({ name: `${priority}${i}`, priority, programs: [] }));
  const mixed = named('high', 'high', 'medium', 'low');
  expect(assignGroups(mixed, 2)).toEqual([
    ['high0', 'high1'],
    ['medium2', 'low3'],
  ]);
  expect(assignGroups(mixed, 3)).toEqual([['high0'], ['high1'], ['medium2', 'low3']]);
  expect(assignGroups(mixed, 4).length).toBe(4);
  expect(assignGroups(named('low', 'low', 'low'), 2).map((each) => each.length)).toEqual([1, 2]);
});
