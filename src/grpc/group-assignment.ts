import type { ProgramGroup } from '../domain/interest.ts';

/**
 * Spreads groups, the important ones first, over at most `connections` streams: the most important group gets a stream of its own
 * as long as there are two, the rest share the others evenly. Pure; fewer groups than connections leave connections unopened.
 */
export function assignGroups(groups: readonly ProgramGroup[], connections: number): readonly (readonly string[])[] {
  const count = Math.min(connections, groups.length);
  if (count <= 0) return [];
  const buckets: string[][] = Array.from({ length: count }, () => []);
  groups.forEach((group, index) => {
    // Counted backwards from the last stream, so that what has to share shares among the less important.
    const bucket = index < count ? index : count - 1 - ((index - count) % Math.max(1, count - 1));
    buckets[bucket]?.push(group.name);
  });
  return buckets;
}
