import type { ProgramGroup } from '../../domain/interest.ts';

/**
 * Spreads groups, the important ones first, over at most `connections` streams: the most important ones have streams that they share with
 * nobody less important as long as there are two, the rest share the others evenly. Pure; fewer groups than connections leave connections
 * unopened.
 */
export function assignGroups(groups: readonly ProgramGroup[], connections: number): readonly (readonly string[])[] {
  const count = Math.min(connections, groups.length);
  if (count <= 0) return [];
  const important = groups.filter(({ priority }) => priority === groups[0]?.priority);
  const others = groups.slice(important.length);
  if (count === 1 || others.length === 0) return spread(groups, count);
  const own = Math.min(important.length, count - 1);
  return [...spread(important, own), ...spread(others, count - own)];
}

function spread(groups: readonly ProgramGroup[], streams: number): readonly (readonly string[])[] {
  const buckets: string[][] = Array.from({ length: Math.min(streams, groups.length) }, () => []);
  const count = buckets.length;
  groups.forEach((group, index) => {
    // Counted backwards from the last stream, so that what has to share shares among the less important.
    const bucket = index < count ? index : count - 1 - ((index - count) % count);
    buckets[bucket]?.push(group.name);
  });
  return buckets;
}
