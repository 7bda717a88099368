import type { Gap } from '../../domain/slot.ts';

/** One sentence about all gaps that are open; null when there is none. Pure. */
export function gapSummary(gaps: readonly Gap[]): string | null {
  const ascending = [...gaps].sort((a, b) => a.from - b.from || a.to - b.to);
  const [oldest] = ascending;
  const newest = ascending.at(-1);
  if (oldest === undefined || newest === undefined) return null;
  if (ascending.length === 1) return `${nameOf(oldest)} are not proven complete`;
  return `${ascending.length} gaps are open, ${slotsIn(ascending)} slots are not proven complete: the oldest is ${nameOf(oldest)}, the newest ${nameOf(newest)}`;
}

function nameOf({ from, to, groups, reason }: Gap): string {
  return `slots ${from} to ${to} of ${groups.join(', ')} (${reason})`;
}

/** Slots in at least one of the gaps, which come in ascending order: gaps of two groups may share some. */
function slotsIn(ascending: readonly Gap[]): number {
  let slots = 0;
  let through = Number.NEGATIVE_INFINITY;
  for (const { from, to } of ascending) {
    slots += Math.max(0, to - Math.max(from - 1, through));
    through = Math.max(through, to);
  }
  return slots;
}
